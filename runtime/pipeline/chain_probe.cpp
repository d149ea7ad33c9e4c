#include "pipeline/chain_probe.hpp"

#include <variant>

#include "plugins/barrier.hpp"
#include "upstream/url.hpp"

namespace patchbay::pipeline {

namespace {

/// Enough of a request, in every protocol at once, for a provider to say where it would go.
constexpr std::string_view sample = R"({"model":"probe","messages":[{"role":"user","content":"probe"}],"input":"probe",)"
                                    R"("contents":[{"role":"user","parts":[{"text":"probe"}]}],"max_tokens":1})";

/// The call that a request with that key would become; nothing if it is answered in-process.
std::optional<HttpCall> call_of(const Provider& provider, const Credential& key) {
  Request request;
  request.id = "probe";
  request.protocol = provider.protocol();
  if (!provider.serves(Operation::generate)) request.operation = Operation::embed;
  request.body = Document(std::string(sample));
  request.set_model(provider.models().empty() ? std::string("probe") : provider.models().front());
  request.set_stream(false);
  Exchange exchange = provider.describe(request, key);
  HttpCall* const call = std::get_if<HttpCall>(&exchange);
  return call != nullptr ? std::optional(std::move(*call)) : std::nullopt;
}

HttpCall get(const HttpCall& like, const std::string& origin, const std::string& path) {
  HttpCall call;
  call.method = "GET";
  call.url = origin + path;
  call.headers = like.headers;
  call.headers.remove("content-type");
  call.framing = Framing::whole;
  return call;
}

}  // namespace

std::optional<ChainProbe> plan_probe(const config::ProbeSettings& settings, const Provider& provider, std::string& objection) {
  if (!settings.active()) return std::nullopt;
  ChainProbe probe{settings, {}, {}};
  const auto add = [&](const Credential& key) {
    const std::optional<HttpCall> call = call_of(provider, key);
    if (!call) {
      objection = "it answers in-process";
      return;
    }
    upstream::Url url;
    if (objection = upstream::parse_url(call->url, url); !objection.empty()) return;
    upstream::write_origin(url, probe.origin);
    if (settings.kind == "get") probe.calls.push_back(get(*call, probe.origin, settings.path));
  };
  const auto thrown = plugins::barrier([&] {
    if (provider.credentials().empty()) add({});
    for (const Credential& key : provider.credentials())
      if (objection.empty()) add(key);
  });
  if (thrown) objection = *thrown;
  return objection.empty() ? std::optional(std::move(probe)) : std::nullopt;
}

}  // namespace patchbay::pipeline
