#include "upstream/dialer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <variant>

#include "upstream/connector.hpp"
#include "upstream/origin.hpp"
#include "upstream/url.hpp"

namespace patchbay::upstream {

namespace {

class ActiveDial final : public Dialer::Dial {
 public:
  ActiveDial(net::DeadlineClock& clock, Dialer::Done done) : done_(std::move(done)), deadline_(clock, [this] { time_out(); }) {}

  ~ActiveDial() override {
    if (connector_) connector_->cancel();
  }

  void begin(boost::asio::io_context& io, NameResolver& names, SSL_CTX* tls, Origin origin, std::chrono::milliseconds timeout) {
    origin_ = std::move(origin);
    timeout_ = timeout;
    deadline_.arm(timeout);
    connector_ = new Connector(io, names, origin_, tls, [this](Connector::Outcome&& outcome) {
      connector_ = nullptr;
      if (WirePtr* const wire = std::get_if<WirePtr>(&outcome)) {
        (*wire)->close();
        finish(std::nullopt);
      } else {
        finish(std::get<Failure>(std::move(outcome)));
      }
    });
    connector_->start();
  }

  void fail_later(boost::asio::io_context& io, std::string why) {
    boost::asio::post(io, [this, why = std::move(why), alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) finish(Failure{FailureKind::bad_url, why, true});
    });
  }

 private:
  void time_out() {
    const std::string phase(connector_->phase());
    connector_->cancel();
    connector_ = nullptr;
    finish(Failure{FailureKind::connect_timeout,
                   origin_.name + ": no connection within " + std::to_string(timeout_.count()) + " ms, " + phase, true});
  }

  void finish(std::optional<Failure> failure) {
    deadline_.disarm();
    const Dialer::Done done = std::exchange(done_, nullptr);  // which may destroy this
    done(failure);
  }

  Dialer::Done done_;
  Origin origin_;
  std::chrono::milliseconds timeout_{0};
  net::Deadline deadline_;
  boost::intrusive_ptr<Connector> connector_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

Dialer::Dialer(boost::asio::io_context& io, net::DeadlineClock& clock, const config::UpstreamSettings& settings, TlsContext tls)
    : io_(io), clock_(clock), proxies_(settings), tls_(std::move(tls)), names_(io) {}

std::unique_ptr<Dialer::Dial> Dialer::dial(const std::string& origin, std::chrono::milliseconds timeout, Done done) {
  auto dial = std::make_unique<ActiveDial>(clock_, std::move(done));
  Url url;
  if (std::string fault = parse_url(origin, url); !fault.empty()) {
    dial->fail_later(io_, std::move(fault));
    return dial;
  }
  std::string name;
  write_origin(url, name);
  dial->begin(io_, names_, tls_.get(), make_origin(url, std::move(name), proxies_), timeout);
  return dial;
}

}  // namespace patchbay::upstream
