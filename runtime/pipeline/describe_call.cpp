#include "pipeline/describe_call.hpp"

#include "patchbay/json_walk.hpp"
#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

namespace {

Error fault(ErrorKind kind, std::string code, std::string message) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = "patchbay";
  return error;
}

}  // namespace

std::optional<Described> describe_call(const Provider& provider, Instance& instance, Request& request, std::uint64_t key,
                                       StageChain& chain) {
  const bool streams = request.operation == Operation::generate && request.stream();  // read before the body is taken
  std::optional<Described> described;
  std::string malformed;
  const auto thrown = plugins::barrier([&] {
    try {
      static const Credential no_key;
      const auto keys = provider.credentials();
      described = Described{provider.describe(request, keys.empty() ? no_key : keys[key % keys.size()])};
    } catch (const DocumentError& error) {
      malformed = error.what();
    }
  });
  if (!malformed.empty()) chain.fail(fault(ErrorKind::invalid_request, "invalid_json", "the request body is " + malformed));
  if (thrown) {
    instance.count_error();
    chain.fail(fault(ErrorKind::internal, "module_fault", "module " + instance.key().type + " failed: " + *thrown));
  }
  if (described && streams)
    if (HttpCall* const call = std::get_if<HttpCall>(&described->exchange))
      described->kept_usage = request_usage(provider, instance, *call);
  return described;
}

void tell_model(const HttpCall* call, const Request& request, Client& client) {
  const std::string model = call != nullptr ? string_value(member_of(call->body, "model")) : std::string();
  client.asked_for(model.empty() ? request.model() : model);
}

}  // namespace patchbay::pipeline
