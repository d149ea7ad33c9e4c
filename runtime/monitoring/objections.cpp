#include "monitoring/objections.hpp"

#include <stdexcept>

#include "monitoring/body_capture.hpp"
#include "upstream/url.hpp"

namespace patchbay::monitoring {

std::vector<Objection> objections(const config::Settings& settings) {
  std::vector<Objection> found;
  const std::string& endpoint = settings.telemetry.otlp.endpoint;
  upstream::Url url;
  if (!endpoint.empty())
    if (const std::string wrong = upstream::parse_url(endpoint, url); !wrong.empty())
      found.push_back({"telemetry.otlp.endpoint", wrong + "; write it like http://127.0.0.1:4318"});
  try {
    const BodyCapture compiled(settings.debug.max_body_bytes, settings.debug.redact);
  } catch (const std::invalid_argument& error) {
    found.push_back({"debug.redact", error.what()});
  }
  for (const config::HookUse& hook : settings.hooks)
    if (hook.webhook)
      if (const std::string wrong = upstream::parse_url(hook.webhook->url, url); !wrong.empty())
        found.push_back({hook.module.key + ".webhook.url", wrong});
  return found;
}

}  // namespace patchbay::monitoring
