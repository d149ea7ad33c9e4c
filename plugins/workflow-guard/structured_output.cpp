#include "structured_output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "json_schema.hpp"
#include "patchbay/message.hpp"

namespace patchbay::guard {

namespace json = boost::json;

namespace {

const json::value* find(const json::value& body, std::string_view pointer) {
  json::error_code missing;
  return body.find_pointer(pointer, missing);
}

bool says(const json::value* value, std::string_view text) { return value != nullptr && value->is_string() && value->get_string() == text; }

std::optional<OutputFormat> schema_or_object(const json::value* schema, bool any_object) {
  if (schema != nullptr && schema->is_object()) return OutputFormat{*schema};
  if (any_object) return OutputFormat{json::object{{"type", "object"}}};
  return std::nullopt;
}

const json::array& elements(const json::value* value) {
  static const json::array none;
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

bool has(const json::value* value) {
  return value != nullptr && !value->is_null() && !(value->is_array() && value->get_array().empty()) &&
         !(value->is_string() && value->get_string().empty());
}

void append(std::string& text, const json::value* value) {
  if (value != nullptr && value->is_string()) text += std::string_view(value->get_string());
}

/// The text of each choice of a whole answer; none of those that call tools or refuse.
std::map<std::int64_t, std::string> texts_of(const json::value& answer, std::string_view protocol, bool& exempt) {
  std::map<std::int64_t, std::string> texts;
  if (protocol == protocols::openai_chat) {
    std::int64_t number = 0;
    for (const json::value& choice : elements(find(answer, "/choices"))) {
      if (has(find(choice, "/message/tool_calls")) || has(find(choice, "/message/refusal"))) exempt = true;
      append(texts[number++], find(choice, "/message/content"));
    }
  } else if (protocol == message_text::ollama_chat_protocol) {
    exempt = has(find(answer, "/message/tool_calls"));
    append(texts[0], find(answer, "/message/content"));
  } else if (protocol == protocols::openai_responses) {
    for (const json::value& item : elements(find(answer, "/output"))) {
      const json::value* const type = find(item, "/type");
      if (!says(type, "message") && !says(type, "reasoning")) exempt = true;
      if (!says(type, "message")) continue;
      for (const json::value& part : elements(find(item, "/content"))) {
        if (has(find(part, "/refusal"))) exempt = true;
        append(texts[0], find(part, "/text"));
      }
    }
  } else if (protocol == protocols::anthropic_messages) {
    if (says(find(answer, "/stop_reason"), "tool_use") || says(find(answer, "/stop_reason"), "refusal")) exempt = true;
    for (const json::value& block : elements(find(answer, "/content"))) append(texts[0], find(block, "/text"));
  } else if (protocol == protocols::gemini) {
    std::int64_t number = 0;
    for (const json::value& candidate : elements(find(answer, "/candidates"))) {
      std::string& text = texts[number++];
      for (const json::value& part : elements(find(candidate, "/content/parts"))) {
        if (has(find(part, "/functionCall"))) exempt = true;
        const json::value* const thought = find(part, "/thought");
        if (thought == nullptr || *thought != true) append(text, find(part, "/text"));
      }
    }
  }
  return texts;
}

}  // namespace

std::optional<OutputFormat> wanted_format(const json::value& body, std::string_view protocol) {
  if (protocol == protocols::openai_chat)
    return schema_or_object(find(body, "/response_format/json_schema/schema"), says(find(body, "/response_format/type"), "json_object"));
  if (protocol == protocols::openai_responses)
    return schema_or_object(find(body, "/text/format/schema"), says(find(body, "/text/format/type"), "json_object"));
  if (protocol == protocols::anthropic_messages) {
    const json::value* const schema = find(body, "/output_config/format/schema");
    return schema_or_object(schema != nullptr ? schema : find(body, "/output_format/schema"), false);
  }
  if (protocol == message_text::ollama_chat_protocol) return schema_or_object(find(body, "/format"), says(find(body, "/format"), "json"));
  const json::value* const schema = find(body, "/generationConfig/responseJsonSchema");
  return schema_or_object(schema != nullptr ? schema : find(body, "/generationConfig/responseSchema"), false);
}

void OutputCheck::add(const json::value& answer) { texts_ = texts_of(answer, protocol_, exempt_); }

void OutputCheck::add(const message_text::EventTexts& texts) {
  for (const message_text::EventText& one : texts.texts) {
    if (one.what.source == message_text::Source::tool_call || (one.place.field == "refusal" && !one.text.empty())) exempt_ = true;
    if (!one.piece || one.what.source != message_text::Source::assistant) continue;
    const bool choices = protocol_ == protocols::openai_chat || protocol_ == protocols::gemini;
    texts_[choices ? one.place.group : 0] += one.text;
  }
}

std::optional<std::string> OutputCheck::fault() const {
  if (exempt_) return std::nullopt;
  for (const auto& one : texts_) {
    json::error_code fault;
    const json::value value = json::parse(one.second, fault);
    if (fault) return "the answer is not JSON";
    if (auto broken = broken_schema(format_.schema, value)) return broken;
  }
  return std::nullopt;
}

}  // namespace patchbay::guard
