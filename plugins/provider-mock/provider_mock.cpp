#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "answers.hpp"
#include "openai_wire.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay::mock {

namespace {

constexpr const char* manual = R"md(Answers chat completions and embeddings by itself, in the wire format of OpenAI: no key, no network. For trying the gateway out, and for
tests of what is hard to provoke.

    [library.mock]
    type = "provider-mock"
    config = { token_delay = "20ms" }

    [library.scripted]
    type = "provider-mock"

    [library.scripted.config]
    rules = [
      { contains = "weather", tool_calls = [{ name = "get_weather", arguments = '{"city":"Oslo"}' }] },
      { model = "busy", status = 429, error = "slow down", retry_after = 7 },
      { model = "flaky", every = 3, status = 500 },
      { model = "broken", fault = "reset", fault_after = 2 },
    ]

Without a rule: a request that forces a tool gets a call of it, any other the `text`. Some models need no rule:
`mock-error-NNN` answers with status NNN, `mock-FAULT` (`mock-truncate`, `mock-hang`…) has that fault.
Answers are the same each time, but for the number in their ids.
)md";

constexpr std::string_view magic_error = "mock-error-";
constexpr std::string_view magic_fault = "mock-";

std::string filled(std::string text, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size()) text.replace(at, name.size(), value);
  return text;
}

Fault fault_named(std::string_view name) {
  Fault fault = Fault::none;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Fault>>([&](auto enumerator) {
    if (name == enumerator.name) fault = enumerator.value;
  });
  return fault;
}

bool is_true(const boost::json::object& object, std::string_view key) {
  const boost::json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// The tool that `tool_choice` forces; empty if none is.
std::string forced_tool(const boost::json::object& request) {
  const boost::json::value* const choice = request.if_contains("tool_choice");
  if (choice == nullptr) return {};
  boost::json::error_code missing;
  const boost::json::value* name = choice->find_pointer("/function/name", missing);
  if (*choice == "required") {
    const boost::json::value* const tools = request.if_contains("tools");
    name = tools != nullptr ? tools->find_pointer("/0/function/name", missing) : nullptr;
  }
  return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
}

class MockProvider final : public Provider {
 public:
  using Config = mock::Config;

  MockProvider(Config config, const Host&) : config_(std::move(config)), turns_(config_.rules.size()) {}

  std::string_view protocol() const override { return protocols::openai_chat; }
  bool serves(Operation operation) const override { return operation == Operation::generate || operation == Operation::embed; }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential&) const override {
    const boost::json::value& body = request.body.read();
    if (!body.is_object()) return refuse(400, "the request body is not a JSON object", 0);
    if (request.operation == Operation::embed) return embed(body.get_object(), request.model(), config_.dimensions);
    const boost::json::value* const messages = body.get_object().if_contains("messages");
    if (messages == nullptr || !messages->is_array()) return refuse(400, "`messages` is required and must be an array", 0);
    return answer(request, body.get_object());
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    return openai_wire::explain(status, headers, body, "provider-mock");
  }

  EventRole role(std::string_view, std::string_view data) const override { return openai_wire::role_of(data); }

 private:
  LocalAnswer answer(const Request& request, const boost::json::object& body) const {
    const std::string prompt = last_user_text(body);
    if (std::string_view(request.model()).starts_with(magic_error)) {
      unsigned status = 0;
      const std::string digits = request.model().substr(magic_error.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), status);
      if (status >= 400 && status <= 599) return refuse(status, {}, status == 429 ? 1 : 0);
    }
    static const Rule no_rule;
    const Rule* const scripted = find_rule(request.model(), prompt);
    const Rule& rule = scripted != nullptr ? *scripted : no_rule;
    if (rule.status >= 400) return refuse(rule.status, rule.error, rule.retry_after);

    Answer answer;
    answer.id = std::to_string(next_id_.fetch_add(1, std::memory_order_relaxed));
    answer.model = request.model();
    answer.reasoning = rule.reasoning;
    answer.tool_calls = rule.tool_calls;
    if (const std::string tool = forced_tool(body); answer.tool_calls.empty() && scripted == nullptr && !tool.empty())
      answer.tool_calls.push_back({tool, "{}"});
    if (answer.tool_calls.empty() || !rule.text.empty())
      answer.text = filled(filled(rule.text.empty() ? config_.text : rule.text, "${model}", request.model()), "${prompt}", prompt);
    answer.finish_reason = !rule.finish_reason.empty() ? rule.finish_reason : answer.tool_calls.empty() ? "stop" : "tool_calls";
    answer.prompt_tokens = tokens_of(request.body.text());
    answer.stream = is_true(body, "stream");
    const boost::json::value* const options = body.if_contains("stream_options");
    answer.stream_usage = options != nullptr && options->is_object() && is_true(options->get_object(), "include_usage");
    answer.fault = rule.fault;
    answer.fault_after = rule.fault_after;
    if (answer.fault == Fault::none && request.model().starts_with(magic_fault)) answer.fault = fault_named(request.model().substr(magic_fault.size()));
    return play(answer, config_);
  }

  const Rule* find_rule(const std::string& model, const std::string& prompt) const {
    for (std::size_t i = 0; i < config_.rules.size(); ++i) {
      const Rule& rule = config_.rules[i];
      if (!rule.model.empty() && rule.model != model) continue;
      if (prompt.find(rule.contains) == std::string::npos) continue;
      if ((turns_[i].fetch_add(1, std::memory_order_relaxed) + 1) % rule.every == 0) return &rule;
    }
    return nullptr;
  }

  const Config config_;
  mutable std::vector<std::atomic<std::uint64_t>> turns_;  // how often each rule fitted
  mutable std::atomic<std::uint64_t> next_id_{1};
};

}  // namespace

}  // namespace patchbay::mock

PATCHBAY_PLUGIN("dev.patchbay.provider-mock", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::mock::MockProvider>(patchbay::ModuleKind::provider, "provider-mock",
                                                               "Scripted answers without a key or a network", "stable", patchbay::mock::manual))
