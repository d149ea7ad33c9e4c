#include "control/change_queue.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "plugins/barrier.hpp"

namespace patchbay::control {

ChangeQueue::ChangeQueue(boost::asio::io_context& io, ControlPlane& plane)
    : control_(io), plane_(plane), thread_([this] { changes_.run(); }) {
  pthread_setname_np(thread_.native_handle(), "changes");
}

ChangeQueue::~ChangeQueue() {
  changes_.stop();
  thread_.join();
}

void ChangeQueue::run(std::string what, std::chrono::milliseconds limit, Change change, std::function<void(const Outcome&)> done) {
  if (stuck()) {
    done({false, overdue_ + " has not come back; no other change is possible until it does, or until a restart"});
    return;
  }
  struct Ticket {
    Ticket(boost::asio::io_context& io, std::string what) : what(std::move(what)), deadline(io) {}
    const std::string what;
    boost::asio::steady_timer deadline;
    bool answered = false;
  };
  // The limit is on the change itself, not on its wait behind others; so its clock starts with it.
  auto ticket = std::make_shared<Ticket>(control_, std::move(what));
  const auto start_clock = [this, ticket, limit, done] {
    if (ticket->answered) return;
    ticket->deadline.expires_after(limit);
    ticket->deadline.async_wait([this, ticket, limit, done](const boost::system::error_code& cancelled) {
      if (cancelled || ticket->answered) return;
      ticket->answered = true;
      overdue_ = ticket->what;
      const Outcome late{false, ticket->what + " has not come back for " + std::to_string(limit.count()) +
                                    " ms; what was in force before serves on, and no other change is possible until it does"};
      spdlog::error("{}", late.message);
      done(late);
    });
  };
  boost::asio::post(changes_, [this, ticket, start_clock, change = std::move(change), done] {
    boost::asio::post(control_, start_clock);
    Outcome outcome;
    if (const auto thrown = plugins::barrier([&] { outcome = change(plane_); })) outcome = {false, ticket->what + " failed: " + *thrown};
    boost::asio::post(control_, [this, ticket, outcome, done] {
      ticket->deadline.cancel();
      if (std::exchange(ticket->answered, true)) {
        overdue_.clear();
        spdlog::warn("{} has come back late: {}", ticket->what, outcome.message);
      }
      done(outcome);
    });
  });
}

std::function<void(const Outcome&)> first_only(std::function<void(const Outcome&)> done) {
  return [done = std::move(done), told = std::make_shared<bool>(false)](const Outcome& outcome) {
    if (!std::exchange(*told, true)) done(outcome);
  };
}

}  // namespace patchbay::control
