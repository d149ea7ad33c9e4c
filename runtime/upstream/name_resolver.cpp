#include "upstream/name_resolver.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <system_error>

namespace patchbay::upstream {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t most_at_once = 16;  // names; so many may hang before another waits

}  // namespace

NameResolver::~NameResolver() {
  for (auto& [host, lookup] : lookups_)
    if (lookup.thread.joinable()) lookup.thread.join();
}

void NameResolver::look_up(const std::string& host, std::uint16_t port, Done done) {
  const auto [found, added] = lookups_.try_emplace(host);
  found->second.waiting.emplace_back(port, std::move(done));
  if (!added) return;
  if (running_ < most_at_once)
    start(host, found->second);
  else
    queued_.push_back(host);
}

void NameResolver::start(const std::string& host, Lookup& lookup) {
  ++running_;
  auto report = [host, self = std::weak_ptr(self_), work = asio::make_work_guard(io_)](const error_code& error, Addresses&& addresses) {
    asio::post(work.get_executor(), [host, self, error, addresses = std::move(addresses)] {
      if (const auto still_there = self.lock()) (*still_there)->finish(host, error, addresses);
    });
  };
  try {
    lookup.thread = std::thread([host, report, &io = io_] {
      error_code error;
      Addresses addresses;
      for (const auto& entry : tcp::resolver(io).resolve(host, "", tcp::resolver::flags(), error))
        addresses.push_back(entry.endpoint().address());
      report(error, std::move(addresses));
    });
  } catch (const std::system_error& no_thread) {
    report(error_code(no_thread.code()), {});
  }
}

void NameResolver::finish(const std::string& host, const error_code& error, const Addresses& addresses) {
  auto ended = lookups_.extract(host);
  if (ended.mapped().thread.joinable()) ended.mapped().thread.join();
  --running_;
  if (!queued_.empty()) {
    const std::string next = std::move(queued_.front());
    queued_.pop_front();
    start(next, lookups_.at(next));
  }
  const error_code outcome = error || !addresses.empty() ? error : error_code(asio::error::host_not_found);
  for (const auto& [port, done] : ended.mapped().waiting) {
    Endpoints endpoints;
    for (const asio::ip::address& address : addresses) endpoints.emplace_back(address, port);
    done(outcome, endpoints);
  }
}

}  // namespace patchbay::upstream
