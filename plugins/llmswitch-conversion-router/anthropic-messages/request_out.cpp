#include <algorithm>

#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"

namespace patchbay::conversion::anthropic {

namespace {

constexpr std::int64_t smallest_budget = 1'024;
constexpr double least_thinking_top_p = 0.95;

/// Turns alternate; the results of a turn's calls come first in the one that follows it.
void append_turn(json::array& turns, std::string_view role, json::array&& blocks) {
  if (blocks.empty()) return;
  if (!turns.empty() && says(turns.back().get_object().at("role"), role)) {
    json::array& content = turns.back().get_object().at("content").get_array();
    for (json::value& block : blocks) content.push_back(std::move(block));
    return;
  }
  turns.push_back({{"role", role}, {"content", std::move(blocks)}});
}

void encode_messages(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::anthropic_messages;
  json::array system;
  json::array turns;
  bool leading = true;
  for (Message& message : request.messages) {
    if (!same) fidelity.leftovers("message", message.extras);
    if (!message.name.empty()) fidelity.lost("message.name", "Messages has no names of speakers");
    json::array blocks = encode_blocks(message.parts, same, fidelity);
    const bool instructs = message.role == Role::system || message.role == Role::developer;
    if (instructs && leading) {
      for (json::value& block : blocks) system.push_back(std::move(block));
      continue;
    }
    leading = false;
    if (instructs) fidelity.lost("system message after the first turn", "sent as a turn of the user");
    append_turn(turns, message.role == Role::assistant ? "assistant" : "user", std::move(blocks));
  }
  if (!system.empty()) body["system"] = as_content(std::move(system));
  for (json::value& turn : turns) {
    json::object& object = turn.get_object();
    object["content"] = as_content(std::move(object["content"].get_array()));
  }
  body["messages"] = std::move(turns);
}

/// With thinking on, a turn that called tools must begin with the thought that led to it.
bool lacks_thought(const json::array& turns) {
  for (auto turn = turns.rbegin(); turn != turns.rend(); ++turn) {
    const json::object& object = turn->get_object();
    if (!says(object.at("role"), "assistant") || !object.at("content").is_array()) continue;
    const json::array& blocks = object.at("content").get_array();
    const auto is = [](const json::value& block, std::string_view type) { return says(block.get_object().at("type"), type); };
    const bool calls = std::any_of(blocks.begin(), blocks.end(), [&is](const json::value& block) { return is(block, "tool_use"); });
    return calls && !is(blocks.front(), "thinking") && !is(blocks.front(), "redacted_thinking");
  }
  return false;
}

std::string_view own_effort(std::string_view effort) {
  if (effort == "minimal") return "low";
  return effort == "xhigh" ? "max" : effort;
}

/// For models that think as long as they like and take an effort instead of a budget.
void encode_adaptive(const Thinking& thinking, json::object& body) {
  body["thinking"] = {{"type", "adaptive"}, {"display", thinking.visible == false ? "omitted" : "summarized"}};
  const std::string_view effort = thinking.effort.empty() ? effort_of(*thinking.budget) : std::string_view(thinking.effort);
  if (!thinking.effort.empty() || *thinking.budget > 0) body["output_config"] = {{"effort", own_effort(effort)}};
}

bool is_one(const json::value& value) { return value.is_number() && value.to_number<double>() == 1.0; }

/// Leaves a sampling parameter out; 1, the API's default of `temperature` and `top_p`, says nothing and is no loss.
void drop(json::object& body, std::string_view key, std::string_view why, Fidelity& fidelity) {
  const json::value* const value = body.if_contains(key);
  if (value == nullptr) return;
  if (key == "top_k" || !is_one(*value)) fidelity.lost(key, why);
  body.erase(key);
}

/// The rule for `temperature` and `top_p`, of which newer models take one: what is 1 goes first, then `top_p`.
void choose_sampling(const Settings& settings, json::object& body, Fidelity& fidelity) {
  if (!settings.messages_sampling)
    for (const std::string_view key : {"temperature", "top_p", "top_k"}) drop(body, key, "the model takes none", fidelity);
  if (!body.contains("temperature") || !body.contains("top_p")) return;
  if (is_one(body["temperature"]))
    body.erase("temperature");
  else
    drop(body, "top_p", "newer models take temperature or top_p, not both", fidelity);
}

void encode_thinking(const ModelRequest& request, const Settings& settings, json::object& body, Fidelity& fidelity) {
  const Thinking& thinking = request.thinking;
  std::int64_t limit = request.max_tokens.value_or(settings.default_max_tokens);
  if (thinking.said() && !thinking.off()) {
    const bool forced = request.tool_choice.mode == ToolChoice::Mode::required || request.tool_choice.mode == ToolChoice::Mode::named;
    if (forced || lacks_thought(body["messages"].get_array())) {
      fidelity.lost("reasoning", forced ? "Messages does not think when a tool is forced" : "the turn before lacks its signed thought");
    } else if (settings.messages_adaptive) {
      encode_adaptive(thinking, body);
    } else {
      std::int64_t budget =
          thinking.budget && *thinking.budget > 0 ? *thinking.budget : budget_of(thinking.effort.empty() ? "medium" : thinking.effort);
      budget = std::max(budget, smallest_budget);
      if (limit <= budget) limit = request.max_tokens ? budget + limit : budget + settings.default_max_tokens;
      body["thinking"] = {{"type", "enabled"}, {"budget_tokens", budget}};
      if (thinking.visible == false) body["thinking"].get_object()["display"] = "omitted";
    }
    if (body.contains("thinking")) {
      for (const std::string_view key : {"temperature", "top_k"}) drop(body, key, "Messages takes none while it thinks", fidelity);
      const json::value* const top_p = body.if_contains("top_p");
      if (top_p != nullptr && top_p->is_number() && top_p->to_number<double>() < least_thinking_top_p)
        drop(body, "top_p", "Messages takes 0.95 to 1 while it thinks", fidelity);
    }
  } else if (thinking.off()) {
    body["thinking"] = {{"type", "disabled"}};
  }
  if (!request.count_only) body["max_tokens"] = limit;
}

void encode_foreign(const ModelRequest& request, const Settings& settings, json::object& body, Fidelity& fidelity) {
  encode_thinking(request, settings, body, fidelity);
  choose_sampling(settings, body, fidelity);
}

/// In its own protocol everything stays as it was said.
void encode_own_thinking(const ModelRequest& request, json::object& body) {
  if (request.thinking.budget) {
    const std::int64_t budget = *request.thinking.budget;
    json::object thinking{{"type", budget == 0 ? "disabled" : budget < 0 ? "adaptive" : "enabled"}};
    if (budget > 0) thinking["budget_tokens"] = budget;
    if (request.thinking.visible == false) thinking["display"] = "omitted";
    body["thinking"] = std::move(thinking);
  }
  if (!request.thinking.effort.empty()) body["output_config"] = {{"effort", own_effort(request.thinking.effort)}};
  if (request.max_tokens) body["max_tokens"] = *request.max_tokens;
}

void encode_sampling(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  if (request.temperature.is_number() && request.temperature.to_number<double>() > 1.0) {
    fidelity.lost("temperature", "Messages goes up to 1");
    request.temperature = 1;
  }
  put(body, "temperature", request.temperature);
  put(body, "top_p", request.top_p);
  put(body, "top_k", request.top_k);
  if (!request.stop.empty()) body["stop_sequences"] = json::array(request.stop.begin(), request.stop.end());
  const auto none = [&](std::string_view name, const json::value& value) {
    if (!value.is_null()) fidelity.lost(name, "Messages has no such parameter");
  };
  none("frequency_penalty", request.frequency_penalty);
  none("presence_penalty", request.presence_penalty);
  none("seed", request.seed);
  none("logit_bias", request.logit_bias);
  if (request.logprobs == true || !request.top_logprobs.is_null()) fidelity.lost("logprobs", "Messages has none");
  if (request.choices && *request.choices > 1) fidelity.lost("n", "Messages makes one answer");
  none("metadata", request.metadata);
  if (!request.verbosity.empty()) fidelity.lost("verbosity", "Messages has no such parameter");
  if (!request.prompt_cache_key.empty()) fidelity.lost("prompt_cache_key", "Messages caches by cache_control");
  if (request.store == true) fidelity.lost("store", "Messages stores nothing");
  if (!request.previous_response_id.empty()) fidelity.lost("previous_response_id", "the gateway does not know that response");
}

}  // namespace

json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) {
  const bool same = request.origin == protocols::anthropic_messages;
  json::object body{{"model", request.model}};
  encode_messages(request, body, fidelity);
  encode_tools(request, body, fidelity);
  encode_sampling(request, body, fidelity);
  if (same)
    encode_own_thinking(request, body);
  else
    encode_foreign(request, settings, body, fidelity);
  if (request.format.kind == Format::Kind::schema) {
    json::value& output = body["output_config"];
    if (!output.is_object()) output = json::object();
    output.get_object()["format"] = {{"type", "json_schema"}, {"schema", std::move(request.format.schema)}};
  } else if (request.format.kind == Format::Kind::json) {
    fidelity.lost("response_format.json_object", "Messages needs a schema");
  }
  const std::string& user = request.user.empty() ? request.safety_identifier : request.user;
  if (!user.empty()) body["metadata"] = {{"user_id", user}};
  if (request.service_tier == "auto" || request.service_tier == "standard_only")
    body["service_tier"] = request.service_tier;
  else if (!request.service_tier.empty())
    fidelity.lost("service_tier", "Messages knows auto and standard_only");
  if (request.stream && !request.count_only) body["stream"] = true;
  if (same)
    merge(body, std::move(request.extras));
  else
    fidelity.leftovers("", request.extras);
  return body;
}

}  // namespace patchbay::conversion::anthropic
