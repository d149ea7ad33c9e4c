#include "probes/prober.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "upstream/make_client.hpp"

namespace patchbay::probes {

namespace {

constexpr std::ptrdiff_t most_at_once = 16;

/// What makes two probes the same, which then is made once.
std::string identity_of(const pipeline::Chain& chain) {
  const pipeline::ChainProbe& probe = *chain.probe;
  const pipeline::InstanceKey& instance = chain.provider.instance->key();
  std::string identity = instance.type + "/" + instance.hash + " " + std::to_string(probe.settings.interval.count()) + " " +
                         std::to_string(probe.settings.timeout.count()) + " " + std::to_string(probe.settings.failures) + " " +
                         std::to_string(probe.settings.passes) + " " + probe.origin;
  for (const HttpCall& call : probe.calls) {
    identity += "\n" + call.method + " " + call.url;
    for (const Header& header : call.headers) identity += "\n" + header.name + ": " + header.value;
  }
  return identity;
}

std::map<std::string, Subject> subjects_of(const pipeline::Assembly& assembly) {
  std::map<std::string, Subject> subjects;
  for (const auto& route : assembly.routes)
    for (const auto& chain : route->chains) {
      if (!chain->not_probed.empty())
        spdlog::warn("target {} of route {} is not probed: {}", chain->id, route->settings.id, chain->not_probed);
      if (!chain->probe) continue;
      const auto [place, added] = subjects.try_emplace(identity_of(*chain));
      Subject& subject = place->second;
      if (added) {
        subject.how = *chain->probe;
        subject.rules = route->settings.failover;
        for (const pipeline::ChainKey& key : chain->keys) subject.keys.push_back(key.health);
      }
      subject.targets.push_back(chain->health);
    }
  return subjects;
}

}  // namespace

struct Prober::Tools {
  Tools(boost::asio::io_context& io, const config::UpstreamSettings& settings, const upstream::TlsContext& tls)
      : deadlines(io),
        client(upstream::make_client(io, deadlines, settings, tls)),
        dialer(io, deadlines, settings, tls),
        means{deadlines, *client, dialer} {}

  net::DeadlineClock deadlines;
  std::unique_ptr<upstream::Client> client;
  upstream::Dialer dialer;
  const Means means;
};

Prober::Prober(boost::asio::io_context& io, const config::UpstreamSettings& settings) : io_(io), settings_(settings) {}

Prober::~Prober() { stop(); }

void Prober::follow(const pipeline::Assembly& assembly) {
  std::map<std::string, Subject> wanted = subjects_of(assembly);
  if (!wanted.empty() && !tools_) tools_ = std::make_unique<Tools>(io_, settings_, upstream::make_tls_context(settings_));
  std::map<std::string, std::unique_ptr<Probe>> next;
  Probe::Gate& gate = *this;
  for (auto& [identity, subject] : wanted) {
    const auto found = probes_.find(identity);
    if (found == probes_.end()) {
      next.emplace(identity, std::make_unique<Probe>(tools_->means, gate, std::move(subject)));
    } else {
      found->second->follow(std::move(subject));
      next.emplace(identity, std::move(found->second));
    }
  }
  probes_ = std::move(next);
  const auto gone = [this](const Probe* probe) {
    return std::none_of(probes_.begin(), probes_.end(), [probe](const auto& one) { return one.second.get() == probe; });
  };
  std::erase_if(waiting_, gone);
  begin_next();
}

void Prober::due(Probe& probe) {
  waiting_.push_back(&probe);
  begin_next();
}

void Prober::over(Probe&) { begin_next(); }

void Prober::begin_next() {
  const auto running = [](const auto& one) { return one.second->running(); };
  while (!waiting_.empty() && std::count_if(probes_.begin(), probes_.end(), running) < most_at_once) {
    Probe& next = *waiting_.front();
    waiting_.pop_front();
    next.run();
  }
}

}  // namespace patchbay::probes
