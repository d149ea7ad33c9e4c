#include "pipeline/last_user_text.hpp"

#include "patchbay/json_walk.hpp"

namespace patchbay::pipeline {

namespace {

/// A text, or the texts of an array of parts, a line each.
std::string text_of(std::string_view content) {
  if (content.starts_with('"')) return string_value(content);
  std::string text;
  for_each_object(content, [&text](JsonSkim& part) {
    while (part.next())
      if (part.key() == "text") text += (text.empty() ? "" : "\n") + string_value(part.value());
  });
  return text;
}

void add_name(std::string& names, std::string_view raw) {
  if (raw.starts_with('"')) names += string_value(raw) + "\n";
}

}  // namespace

std::string last_user_text(std::string_view conversation) {
  if (conversation.starts_with('"')) return string_value(conversation);
  std::string last;
  for_each_object(conversation, [&last](JsonSkim& message) {
    bool of_user = false;
    std::string_view content;
    while (message.next()) {
      if (message.key() == "role") of_user = message.value() == "\"user\"";
      if (message.key() == "content" || message.key() == "parts") content = message.value();
    }
    if (!of_user) return;
    if (std::string text = text_of(content); !text.empty()) last = std::move(text);
  });
  return last;
}

std::string tool_names(std::string_view tools) {
  std::string names;
  for_each_object(tools, [&names](JsonSkim& tool) {
    while (tool.next()) {
      const std::string_view key = tool.key();
      const std::string_view value = tool.value();
      if (key == "name" || (key == "type" && value != "\"function\"" && value != "\"custom\"")) add_name(names, value);
      if (key == "function") add_name(names, member_of(value, "name"));
      if (key == "functionDeclarations" || key == "function_declarations")
        for_each_object(value, [&names](JsonSkim& declared) {
          while (declared.next())
            if (declared.key() == "name") add_name(names, declared.value());
        });
    }
  });
  return names;
}

}  // namespace patchbay::pipeline
