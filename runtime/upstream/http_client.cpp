#include <array>
#include <boost/asio/io_context.hpp>
#include <unordered_map>

#include "upstream/active_call.hpp"
#include "upstream/make_client.hpp"
#include "upstream/request_head.hpp"

namespace patchbay::upstream {

namespace {

constexpr std::size_t scratch_size = Wire::headroom + (64u << 10);

/// What the user holds: dropping it cancels, whoever else still has the call in hand.
class CallHandle final : public Call {
 public:
  explicit CallHandle(boost::intrusive_ptr<ActiveCall> call) : call_(std::move(call)) {}
  ~CallHandle() override { call_->cancel(); }

  void pause() override { call_->pause(); }
  void resume() override { call_->resume(); }
  [[nodiscard]] std::chrono::nanoseconds connecting() const override { return call_->connecting(); }

 private:
  boost::intrusive_ptr<ActiveCall> call_;
};

class HttpClient final : public Client, private CallHome {
 public:
  HttpClient(boost::asio::io_context& its_io, net::DeadlineClock& its_clock, const config::UpstreamSettings& settings,
             TlsContext tls_context)
      : CallHome(its_io, its_clock),
        proxies_(settings),
        tls_context_(std::move(tls_context)),
        scratch_space_(std::make_unique_for_overwrite<char[]>(scratch_size)),
        max_idle_(settings.max_idle_per_origin),
        keep_alive_(settings.keep_alive),
        sweep_(its_clock, [this] { sweep(); }) {
    tls = tls_context_.get();
    scratch = {scratch_space_.get(), scratch_size};
  }

  std::unique_ptr<Call> start(HttpCall&& call, const config::Timeouts& timeouts, CallObserver& observer) override;
  void close_idle() override;

 private:
  WirePtr take(IdleWires& idle) override { return idle.take(IdleWires::Clock::now() - keep_alive_); }
  void give_back(IdleWires& idle, WirePtr wire) override;
  /// What a URL comes to.
  struct Place {
    std::string text;
    Url url;                    // views into it
    IdleWires* idle = nullptr;  // of its origin
  };
  /// Says what is wrong with the URL, if anything is.
  std::string find_place(const std::string& url, Place*& place);
  IdleWires& idle_wires_of(const Url& url);
  void sweep();

  ProxyRules proxies_;
  TlsContext tls_context_;
  std::unique_ptr<char[]> scratch_space_;
  std::size_t max_idle_;
  std::chrono::milliseconds keep_alive_;
  std::unordered_map<std::string, std::unique_ptr<IdleWires>> origins_;  // by name; grows with the origins that the configuration names
  std::string origin_name_;                                              // kept for its capacity
  std::array<Place, 16> places_;  // the same few URLs are called over and over: the last one of each length, by and large
  net::Deadline sweep_;
};

std::unique_ptr<Call> HttpClient::start(HttpCall&& call, const config::Timeouts& timeouts, CallObserver& observer) {
  Place* place = nullptr;
  IdleWires* idle = nullptr;
  std::string head;
  std::string fault = find_place(call.url, place);
  if (fault.empty()) {
    idle = place->idle;
    fault = write_request_head(call, place->url, idle->origin(), head);
    if (!fault.empty()) fault.insert(0, idle->origin().name + ": ");
  }
  boost::intrusive_ptr<ActiveCall> active(new ActiveCall(*this, idle, std::move(call), std::move(head), timeouts, observer));
  auto handle = std::make_unique<CallHandle>(active);
  if (fault.empty())
    active->start();
  else
    active->fail_later({FailureKind::bad_url, std::move(fault), true});
  return handle;
}

std::string HttpClient::find_place(const std::string& url, Place*& place) {
  place = &places_[url.size() % places_.size()];
  if (place->idle != nullptr && place->text == url) return {};
  *place = {.text = url};
  std::string fault = parse_url(place->text, place->url);
  if (fault.empty()) place->idle = &idle_wires_of(place->url);
  return fault;
}

IdleWires& HttpClient::idle_wires_of(const Url& url) {
  write_origin(url, origin_name_);
  auto& idle = origins_[origin_name_];
  if (!idle) idle = std::make_unique<IdleWires>(make_origin(url, origin_name_, proxies_), max_idle_);
  return *idle;
}

void HttpClient::give_back(IdleWires& idle, WirePtr wire) {
  if (keep_alive_.count() <= 0) return wire->close();
  idle.give(std::move(wire), IdleWires::Clock::now());
  if (!sweep_.armed()) sweep_.arm(keep_alive_);
}

void HttpClient::sweep() {
  bool any = false;
  for (const auto& [name, idle] : origins_) {
    idle->expire(IdleWires::Clock::now() - keep_alive_);
    any = any || !idle->empty();
  }
  if (any) sweep_.arm(keep_alive_ / 2 + std::chrono::milliseconds(1));
}

void HttpClient::close_idle() {
  for (const auto& [name, idle] : origins_) idle->clear();
}

}  // namespace

std::unique_ptr<Client> make_client(boost::asio::io_context& io, net::DeadlineClock& clock, const config::UpstreamSettings& settings,
                                    TlsContext tls) {
  return std::make_unique<HttpClient>(io, clock, settings, std::move(tls));
}

std::unique_ptr<Client> make_client(boost::asio::io_context& io, net::DeadlineClock& clock, const config::UpstreamSettings& settings) {
  return make_client(io, clock, settings, make_tls_context(settings));
}

}  // namespace patchbay::upstream
