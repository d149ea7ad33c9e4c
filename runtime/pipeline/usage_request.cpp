#include "pipeline/usage_request.hpp"

#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

const UsageOnRequest* request_usage(const Provider& provider, Instance& instance, HttpCall& call) {
  const auto* const tells = dynamic_cast<const UsageOnRequest*>(&provider);
  if (tells == nullptr) return nullptr;
  bool asked_for_client = false;
  if (plugins::barrier([&] { asked_for_client = tells->ask_for_usage(call); })) instance.count_error();
  return asked_for_client ? tells : nullptr;
}

bool is_kept_back(const UsageOnRequest& provider, Instance& instance, std::string_view event_name, std::string_view data) {
  bool usage_only = false;
  if (plugins::barrier([&] { usage_only = provider.is_usage_only(event_name, data); })) instance.count_error();
  return usage_only;
}

void tell_refused(const UsageOnRequest& provider, Instance& instance, int status, std::string_view body) {
  if (plugins::barrier([&] { provider.usage_refused(status, body); })) instance.count_error();
}

}  // namespace patchbay::pipeline
