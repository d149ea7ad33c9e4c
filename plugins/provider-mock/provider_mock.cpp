#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "answers.hpp"
#include "openai_wire.hpp"
#include "patchbay/plugin.hpp"
#include "script.hpp"

namespace patchbay::mock {

namespace {

constexpr const char* manual =
    R"md(Answers chat completions and embeddings by itself, in the wire format of OpenAI: no key, no network. For trying the gateway out, and for
tests of what is hard to provoke.

    [library.mock]
    type = "provider-mock"
    config = { token_delay = "20ms" }

    [library.scripted]
    type = "provider-mock"

    [library.scripted.config]
    rules = [
      { matches = "(?i)weather", tool_calls = [{ name = "get_weather", arguments = '{"city":"Oslo"}' }] },
      { model = "busy", status = 429, error = "slow down", retry_after = 7 },
      { model = "flaky", every = 3, status = 500 },
      { model = "broken", fault = "reset", fault_after = 2 },
      { contains = "echo", text = "{model} heard: {prompt}" },
    ]

Without a rule: a request that forces a tool gets a call of it, any other the `text`. Some models need no rule:
`mock-error-NNN` answers with status NNN, `mock-FAULT` (`mock-truncate`, `mock-hang`…) has that fault. Errors concern embeddings too.
Answers are the same each time, but for the number in their ids.
)md";

constexpr std::string_view magic_error = "mock-error-";
constexpr std::string_view magic_fault = "mock-";

bool is_true(const boost::json::object& object, std::string_view key) {
  const boost::json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// What an embeddings request asks about, for rules to match.
std::string input_text(const boost::json::object& request) {
  const boost::json::value* const input = request.if_contains("input");
  return input != nullptr && input->is_string() ? std::string(input->get_string()) : std::string();
}

/// The error that a model of that name stands for.
std::optional<LocalAnswer> magic_refusal(std::string_view model) {
  if (!model.starts_with(magic_error)) return std::nullopt;
  unsigned status = 0;
  std::from_chars(model.data() + magic_error.size(), model.data() + model.size(), status);
  if (status < 400 || status > 599) return std::nullopt;
  return refuse(status, {}, status == 429 ? 1 : 0);
}

LocalAnswer scripted_refusal(const Rule& rule) {
  LocalAnswer refusal = refuse(rule.status, rule.error, rule.retry_after);
  if (rule.error_body.empty()) return refusal;
  refusal.headers.remove("content-type");
  refusal.pieces = {{std::chrono::milliseconds(0), rule.error_body}};
  return refusal;
}

class MockProvider final : public Provider {
 public:
  using Config = mock::Config;

  MockProvider(Config config, const Host&) : config_(std::move(config)), script_(config_.rules) {}

  std::string_view protocol() const override { return protocols::openai_chat; }
  bool serves(Operation operation) const override { return operation == Operation::generate || operation == Operation::embed; }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential&) const override {
    const boost::json::value& body = request.body.read();
    if (!body.is_object()) return refuse(400, "the request body is not a JSON object", 0);
    const bool embedding = request.operation == Operation::embed;
    const boost::json::value* const messages = body.get_object().if_contains("messages");
    if (!embedding && (messages == nullptr || !messages->is_array())) return refuse(400, "`messages` is required and must be an array", 0);
    if (std::optional<LocalAnswer> refusal = magic_refusal(request.model())) return *std::move(refusal);

    const std::string prompt = embedding ? input_text(body.get_object()) : last_user_text(body.get_object());
    const Rule* const rule = script_.find(request.model(), prompt);
    if (rule != nullptr && rule->status >= 400) return scripted_refusal(*rule);
    return embedding ? embed(body.get_object(), request.model(), config_.dimensions) : answer(request, body.get_object(), prompt, rule);
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    return openai_wire::explain(status, headers, body, "provider-mock");
  }

  EventRole role(std::string_view, std::string_view data) const override { return openai_wire::role_of(data); }
  std::optional<Usage> usage(std::string_view, std::string_view data) const override { return openai_wire::usage_of(data); }

 private:
  LocalAnswer answer(const Request& request, const boost::json::object& body, const std::string& prompt, const Rule* scripted) const {
    static const Rule no_rule;
    const Rule& rule = scripted != nullptr ? *scripted : no_rule;
    const std::string& model = request.model();

    Answer answer;
    answer.id = std::to_string(next_id_.fetch_add(1, std::memory_order_relaxed));
    answer.model = model;
    answer.reasoning = rule.reasoning;
    answer.tool_calls = rule.tool_calls;
    if (const std::string tool = forced_tool(body); scripted == nullptr && !tool.empty()) answer.tool_calls.push_back({tool, "{}"});
    if (answer.tool_calls.empty() || !rule.text.empty()) answer.text = fill_in(rule.text.empty() ? config_.text : rule.text, prompt, model);
    answer.finish_reason = !rule.finish_reason.empty() ? rule.finish_reason : answer.tool_calls.empty() ? "stop" : "tool_calls";
    answer.prompt_tokens = tokens_of(request.body.text());
    answer.stream = is_true(body, "stream");
    const boost::json::value* const options = body.if_contains("stream_options");
    answer.stream_usage = options != nullptr && options->is_object() && is_true(options->get_object(), "include_usage");
    answer.fault = rule.fault;
    answer.fault_after = rule.fault_after;
    if (answer.fault == Fault::none && model.starts_with(magic_fault))
      answer.fault = fault_named(std::string_view(model).substr(magic_fault.size()));
    return play(answer, config_);
  }

  const Config config_;
  const Script script_;
  mutable std::atomic<std::uint64_t> next_id_{1};
};

}  // namespace

}  // namespace patchbay::mock

PATCHBAY_PLUGIN("dev.patchbay.provider-mock", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::mock::MockProvider>(patchbay::ModuleKind::provider, "provider-mock",
                                                               "Scripted answers without a key or a network", "stable",
                                                               patchbay::mock::manual))
