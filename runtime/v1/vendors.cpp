#include "v1/vendors.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

struct NamedType {
  std::string_view name;
  ProviderType type;
};

// By the service profiles of RouteCodex.
constexpr NamedType provider_types[] = {
    {"openai", {Wire::chat, "", "https://api.openai.com/v1", ""}},
    {"openai-chat", {Wire::chat, "", "", ""}},
    {"openai-standard", {Wire::chat, "", "", ""}},
    {"generic", {Wire::chat, "", "", ""}},
    {"generic-openai", {Wire::chat, "", "", ""}},
    {"custom", {Wire::chat, "", "", ""}},
    {"modelscope", {Wire::chat, "", "https://api-inference.modelscope.cn/v1", ""}},
    {"glm", {Wire::chat, "glm", "https://open.bigmodel.cn/api/paas/v4", ""}},
    {"qwen", {Wire::chat, "qwen", "https://dashscope.aliyuncs.com/compatible-mode/v1", ""}},
    {"iflow", {Wire::chat, "iflow", "https://apis.iflow.cn/v1", ""}},
    {"kimi", {Wire::chat, "kimi", "https://api.moonshot.cn/v1", ""}},
    {"deepseek", {Wire::chat, "deepseek", "https://api.deepseek.com/v1", ""}},
    {"minimax", {Wire::chat, "minimax", "https://api.minimax.io/v1", ""}},
    {"openrouter", {Wire::chat, "", "https://openrouter.ai/api/v1", ""}},
    {"lmstudio", {Wire::chat, "lmstudio", "http://localhost:1234/v1", "/v1"}},
    {"ollama", {Wire::chat, "", "http://localhost:11434/v1", "/v1"}},
    {"responses", {Wire::responses, "", "https://api.openai.com/v1", ""}},
    {"openai-responses", {Wire::responses, "", "", ""}},
    {"anthropic", {Wire::messages, "", "https://api.anthropic.com", ""}},
    {"anthropic-messages", {Wire::messages, "", "", ""}},
    {"gemini", {Wire::gemini, "", "https://generativelanguage.googleapis.com", ""}},
    {"gemini-chat", {Wire::gemini, "", "", ""}},
};

std::string lower(std::string_view word) {
  std::string result(word);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// "glm-http-provider" as "glm".
std::string type_name(std::string_view word) {
  std::string name = lower(word);
  for (const std::string_view end : {"-provider", "-http"})
    if (name.size() > end.size() && name.ends_with(end)) name.resize(name.size() - end.size());
  return name;
}

void strip(std::string& text, std::string_view end) {
  if (text.ends_with(end)) text.resize(text.size() - end.size());
}

}  // namespace

std::optional<ProviderType> provider_type(std::string_view word) {
  const std::string name = type_name(word);
  const auto found =
      std::find_if(std::begin(provider_types), std::end(provider_types), [&](const NamedType& one) { return one.name == name; });
  return found != std::end(provider_types) ? std::optional(found->type) : std::nullopt;
}

std::string obstacle_of_type(std::string_view word) {
  const std::string name = type_name(word);
  if (name == "gemini-cli" || name == "antigravity")
    return "type '" + std::string(word) +
           "' speaks Google's Code Assist with the sign-in of its command line; use the Gemini API with a key";
  return "type '" + std::string(word) + "' is not known";
}

std::string compatibility_name(std::string_view word) {
  std::string name = lower(word);
  if (name.starts_with("compat:")) name.erase(0, 7);
  if (name.starts_with("chat:")) name.erase(0, 5);
  strip(name, "-compatibility");
  if (name.starts_with("compatibility-")) name.erase(0, 14);
  if (name == "compatibility" || name == "passthrough" || name == "default" || name == "none") name.clear();
  return name;
}

CompatibilityModules compatibility_modules(const std::string& name, Wire wire, std::optional<bool> thinking) {
  if (name.empty()) return {};
  const auto drops = [](json::array fields) {
    json::array rules;
    for (const json::value& field : fields) rules.push_back(json::object{{"action", "remove"}, {"path", field}});
    return CompatibilityModules{{{"compatibility-field-mapping", {{"request", std::move(rules)}}}}, ""};
  };
  if (wire == Wire::responses && name == "responses:c4m") return drops({"max_output_tokens", "max_tokens"});
  if (wire == Wire::responses && name == "responses:crs") return drops({"temperature"});
  if (wire != Wire::chat)
    return {{}, "there is no compatibility module '" + name + "' for this protocol; requests and answers are converted without it"};
  for (const std::string_view vendor : {"glm", "qwen", "iflow", "kimi", "deepseek", "minimax", "lmstudio"}) {
    if (name != vendor) continue;
    ModuleConfig module{"compatibility-" + name, {}};
    if (name == "glm" && thinking) module.config["thinking"] = *thinking ? "enabled" : "disabled";
    return {{std::move(module)}, ""};
  }
  if (name == "openai" || name == "modelscope") return {};
  return {{}, "there is no compatibility module '" + name + "'; requests and answers pass without it"};
}

std::string_view provider_module(Wire wire) {
  switch (wire) {
    case Wire::chat: return "provider-openai";
    case Wire::responses: return "provider-openai-responses";
    case Wire::messages: return "provider-anthropic";
    case Wire::gemini: return "provider-gemini";
  }
  return "provider-openai";
}

std::string trimmed_base_url(std::string url, Wire wire) {
  while (url.ends_with('/')) url.pop_back();
  switch (wire) {
    case Wire::chat: strip(url, "/chat/completions"); break;
    case Wire::responses: strip(url, "/responses"); break;
    case Wire::messages:
      strip(url, "/messages");
      strip(url, "/v1");
      break;
    case Wire::gemini:
      strip(url, "/models");
      strip(url, "/v1beta");
      strip(url, "/v1");
      break;
  }
  return url;
}

}  // namespace patchbay::v1
