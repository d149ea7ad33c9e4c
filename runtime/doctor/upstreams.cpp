#include "doctor/upstreams.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "doctor/certificate.hpp"
#include "doctor/key_check.hpp"
#include "doctor/told.hpp"
#include "net/deadline_clock.hpp"
#include "upstream/dialer.hpp"
#include "upstream/make_client.hpp"
#include "upstream/origin.hpp"

namespace patchbay::doctor {

using upstream::FailureKind;

namespace {

std::string cure_of(FailureKind kind, const upstream::Origin& origin, bool shows_certificate) {
  switch (kind) {
    case FailureKind::resolve:
      return "is the name right? `getent hosts " + (origin.proxy != nullptr ? origin.proxy->host : origin.host) +
             "` asks the same resolver";
    case FailureKind::connect:
      return origin.proxy != nullptr ? "is [upstream] proxy right, and does it run?"
                                     : "does it run, and does a firewall or a proxy stand between? See [upstream] proxy";
    case FailureKind::proxy: return "see [upstream] proxy and no_proxy, and what the proxy allows";
    case FailureKind::tls:
      return shows_certificate ? "if the server is right, [upstream] ca_file names its authority; it takes the place of the system's"
                               : "is it an https address at all? If not, write http:// in the provider's configuration";
    default: return "does a firewall or a proxy stand between? See [upstream] proxy";
  }
}

/// One way to one origin.
class Probe {
 public:
  Probe(boost::asio::io_context& io, net::DeadlineClock& clock, upstream::NameResolver& names, const Destination& destination,
        const upstream::ProxyRules& proxies, const config::UpstreamSettings& settings, std::chrono::milliseconds timeout)
      : destination_(destination), origin_(origin_of(destination.url, proxies)) {
    if (origin_.tls) {
      tls_ = upstream::make_tls_context(settings);
      SSL_CTX_set_app_data(tls_.get(), this);
      SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER, keep_certificate);
    }
    if (origin_.proxy == nullptr)
      names.look_up(origin_.host, origin_.port, [this](const boost::system::error_code&, const upstream::NameResolver::Endpoints& found) {
        looked_up_ = true;
        for (const auto& endpoint : found) addresses_ += (addresses_.empty() ? "" : ", ") + endpoint.address().to_string();
      });
    dialer_.emplace(io, clock, settings, tls_);
    dial_ = dialer_->dial(destination.url, timeout, [this](const std::optional<upstream::Failure>& failure) {
      took_ = std::chrono::steady_clock::now() - began_;
      failure_ = failure;
      finished_ = true;
    });
  }
  Probe(const Probe&) = delete;

  /// Whoever was reached has addresses as well, in a moment.
  [[nodiscard]] bool finished() const { return finished_ && (failure_ || looked_up_ || origin_.proxy != nullptr); }
  [[nodiscard]] bool connected() const { return finished_ && !failure_; }
  [[nodiscard]] const Destination& destination() const { return destination_; }

  [[nodiscard]] Findings findings() const {
    Findings findings{what_became_of_it()};
    if (certificate_) {
      Finding validity = doctor::validity(destination_.url, certificate_.get(), "whoever runs that server has to renew its certificate");
      validity.found = "its certificate of '" + issuer_of(certificate_.get()) + "' is " + validity.found;
      if (connected() || validity.level != Level::ok) findings.push_back(std::move(validity));
    }
    return findings;
  }

 private:
  static upstream::Origin origin_of(const std::string& text, const upstream::ProxyRules& proxies) {
    upstream::Url url;
    (void)upstream::parse_url(text, url);  // it was written from one
    return upstream::make_origin(url, text, proxies);
  }

  /// Also of a server that is refused.
  static int keep_certificate(int verdict, X509_STORE_CTX* store) {
    const auto* const session = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const probe = static_cast<Probe*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
    if (!probe->certificate_) probe->certificate_ = share(X509_STORE_CTX_get0_cert(store));
    return verdict;
  }

  [[nodiscard]] Finding what_became_of_it() const {
    const std::string who = " (" + destination_.who + ")";
    if (failure_) {
      std::string why = failure_->message;
      if (why.starts_with(origin_.name + ": ")) why.erase(0, origin_.name.size() + 2);
      why.resize(std::min(why.size(), why.find("; ")));  // the cure is ours
      return {destination_.serves ? Level::error : Level::warning, destination_.url, why + who,
              cure_of(failure_->kind, origin_, certificate_ != nullptr)};
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(took_).count();
    std::string way;
    if (origin_.proxy != nullptr)
      way = " through proxy " + origin_.proxy->name;
    else if (!addresses_.empty())
      way = " at " + addresses_;
    return {Level::ok, destination_.url, "reached in " + std::to_string(took) + " ms" + way + who, {}};
  }

  const Destination& destination_;
  const upstream::Origin origin_;
  upstream::TlsContext tls_;  // null for http
  Certificate certificate_;   // that the server showed
  std::string addresses_;
  bool looked_up_ = false;
  std::optional<upstream::Failure> failure_;
  bool finished_ = false;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration took_{};
  std::optional<upstream::Dialer> dialer_;
  std::unique_ptr<upstream::Dialer::Dial> dial_;
};

Findings whether_keys_are_accepted(const std::vector<const Destination*>& reached, const config::UpstreamSettings& settings,
                                   std::chrono::milliseconds timeout) {
  Findings findings;
  for (const Destination* const destination : reached) add(findings, examine_keys(*destination, settings, timeout));
  const bool some_are_not_asked =
      std::any_of(reached.begin(), reached.end(), [](const Destination* one) { return one->serves && one->asks.empty(); });
  if (some_are_not_asked)
    findings.push_back({Level::note, "keys", "whether providers accept their keys is not asked: a request might cost something",
                        "[probe] kind = \"get\" and path = \"/v1/models\", or what a vendor has for that, name one that does not"});
  return findings;
}

}  // namespace

Findings examine_upstreams(const std::vector<Destination>& destinations, const config::UpstreamSettings& settings,
                           std::chrono::milliseconds timeout) {
  Findings findings;
  try {
    const upstream::ProxyRules proxies(settings);
    boost::asio::io_context io;
    net::DeadlineClock clock(io);
    upstream::NameResolver names(io);
    std::vector<std::unique_ptr<Probe>> probes;
    for (const Destination& destination : destinations)
      probes.push_back(std::make_unique<Probe>(io, clock, names, destination, proxies, settings, timeout));
    const auto all_finished = [&probes] {
      return std::all_of(probes.begin(), probes.end(), [](const auto& probe) { return probe->finished(); });
    };
    while (!all_finished() && io.run_one() > 0) {
    }
    std::vector<const Destination*> reached;
    for (const auto& probe : probes) {
      add(findings, probe->findings());
      if (probe->connected()) reached.push_back(&probe->destination());
    }
    add(findings, whether_keys_are_accepted(reached, settings, timeout));
  } catch (const upstream::SetupError& fault) {
    findings.push_back(told(Level::error, "[upstream]", fault.what(), "see [upstream] in configs/README.md"));
  }
  return findings;
}

}  // namespace patchbay::doctor
