#include "order.hpp"

#include <boost/json/parse.hpp>
#include <map>
#include <set>

namespace patchbay::conversion::testing {

namespace {

std::string string_at(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string chat(const std::vector<json::object>& events) {
  std::set<std::int64_t> greeted;
  std::set<std::int64_t> finished;
  std::map<std::int64_t, std::size_t> calls;
  bool usage = false;
  for (const json::object& event : events) {
    if (event.contains("error")) return &event == &events.back() ? "" : "something follows an error";
    if (usage) return "something follows the usage";
    if (string_at(event, "object") != "chat.completion.chunk" || string_at(event, "id").empty()) return "a chunk without object or id";
    const json::array& choices = event.at("choices").as_array();
    if (choices.empty()) usage = event.contains("usage");
    if (choices.empty() && !usage) return "a chunk that says nothing";
    for (const json::value& value : choices) {
      const json::object& choice = value.as_object();
      const std::int64_t index = choice.at("index").as_int64();
      const json::object& delta = choice.at("delta").as_object();
      if (finished.contains(index)) return "a chunk of a finished choice";
      if (greeted.insert(index).second && string_at(delta, "role") != "assistant") return "the first chunk has no role";
      if (const json::value* const list = delta.if_contains("tool_calls"))
        for (const json::value& one : list->as_array()) {
          const json::object& call = one.as_object();
          const auto at = static_cast<std::size_t>(call.at("index").as_int64());
          if (at > calls[index]) return "a call's index was left out";
          if (at == calls[index] && string_at(call, "id").empty()) return "a call begins without an id";
          if (at == calls[index]) ++calls[index];
        }
      if (!choice.at("finish_reason").is_null()) finished.insert(index);
    }
  }
  return finished.size() == greeted.size() && !finished.empty() ? "" : "a choice did not finish";
}

std::string anthropic(const std::vector<json::object>& events) {
  static const std::map<std::string, std::set<std::string>> deltas = {{"text", {"text_delta", "citations_delta"}},
                                                                      {"thinking", {"thinking_delta", "signature_delta"}},
                                                                      {"tool_use", {"input_json_delta"}},
                                                                      {"redacted_thinking", {}}};
  std::string open;
  std::int64_t next = 0;
  std::string stage = "message_start";
  for (const json::object& event : events) {
    const std::string type = string_at(event, "type");
    if (type == "error") return &event == &events.back() ? "" : "something follows an error";
    if (type == "ping") return "a made-up ping";
    if (stage == "message_start") {
      if (type != stage) return type + " before message_start";
      const json::object& usage = event.at("message").as_object().at("usage").as_object();
      if (usage.at("input_tokens").as_int64() + usage.at("cache_read_input_tokens").as_int64() < 1)
        return "message_start announces no input";
      stage = "blocks";
    } else if (stage == "blocks" && type == "content_block_start") {
      if (!open.empty()) return "a block begins in another";
      if (event.at("index").as_int64() != next) return "an index was left out";
      open = string_at(event.at("content_block").as_object(), "type");
      if (!deltas.contains(open)) return "a block of type " + open;
    } else if (stage == "blocks" && type == "content_block_delta") {
      const std::string delta = string_at(event.at("delta").as_object(), "type");
      if (open.empty() || event.at("index").as_int64() != next) return "a delta outside of its block";
      if (!deltas.at(open).contains(delta)) return delta + " in a block of type " + open;
    } else if (stage == "blocks" && type == "content_block_stop") {
      if (open.empty() || event.at("index").as_int64() != next++) return "a stop outside of its block";
      open.clear();
    } else if (stage == "blocks" && type == "message_delta") {
      if (!open.empty()) return "message_delta in a block";
      if (string_at(event.at("delta").as_object(), "stop_reason").empty()) return "message_delta without a reason";
      if (event.at("usage").as_object().at("output_tokens").as_int64() < 0) return "message_delta without usage";
      stage = "message_stop";
    } else if (stage == "message_stop" && type == "message_stop") {
      stage = "over";
    } else {
      return type + " in stage " + stage;
    }
  }
  return stage == "over" ? "" : "the stream stops in stage " + stage;
}

std::string responses(const std::vector<json::object>& events) {
  std::int64_t sequence = 0;
  std::int64_t next = 0;
  std::string open;  // the id of the open item
  std::string part;  // the open part of it
  bool over = false;
  for (const json::object& event : events) {
    const std::string type = string_at(event, "type");
    if (over) return type + " follows the end";
    if (event.at("sequence_number").as_int64() != sequence++) return "a sequence number was left out at " + type;
    if (sequence == 1 && type != "response.created") return "the first event is " + type;
    if (sequence == 2 && type != "response.in_progress") return "the second event is " + type;
    if (sequence <= 2) continue;
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
      if ((!open.empty()) && type != "response.failed") return "the end comes in an item";
      over = true;
      const json::object& response = event.at("response").as_object();
      if (type != "response.failed" && static_cast<std::int64_t>(response.at("output").as_array().size()) != next)
        return "items are missing at the end";
      if (type != "response.failed" && response.at("usage").is_null()) return "no usage at the end";
      continue;
    }
    if (event.at("output_index").as_int64() != next) return type + " of an item that is not the open one";
    if (type == "response.output_item.added") {
      if (!open.empty()) return "an item begins in another";
      open = string_at(event.at("item").as_object(), "id");
      if (open.empty()) return "an item without id";
    } else if (type == "response.output_item.done") {
      if (!part.empty()) return "an item ends with an open part";
      if (string_at(event.at("item").as_object(), "id") != open) return "another item ends than began";
      open.clear();
      ++next;
    } else {
      if (string_at(event, "item_id") != open) return type + " outside of its item";
      if (type.ends_with("_part.added")) {
        if (!part.empty()) return "a part begins in another";
        part = type.substr(0, type.size() - 6);
      } else if (type.ends_with("_part.done")) {
        if (part + ".done" != type) return "a part ends that is not open";
        part.clear();
      } else if (type.starts_with("response.output_text") || type.starts_with("response.refusal") ||
                 type.starts_with("response.reasoning_summary_text")) {
        if (part.empty()) return type + " outside of a part";
      }
    }
  }
  return over ? "" : "the stream does not end";
}

std::string gemini(const std::vector<json::object>& events) {
  bool finished = false;
  for (const json::object& event : events) {
    if (event.contains("error")) return &event == &events.back() ? "" : "something follows an error";
    if (finished) return "something follows the end";
    for (const json::value& candidate : event.at("candidates").as_array()) {
      if (candidate.as_object().at("content").as_object().at("parts").as_array().empty()) return "a chunk without parts";
      finished = finished || candidate.as_object().contains("finishReason");
    }
    if (finished && !event.contains("usageMetadata")) return "no usage at the end";
  }
  return finished ? "" : "no finish reason";
}

std::string ollama(const std::vector<json::object>& events) {
  bool done = false;
  for (const json::object& event : events) {
    if (event.contains("error")) return &event == &events.back() ? "" : "something follows an error";
    if (done) return "something follows the end";
    if (string_at(event, "model").empty() || string_at(event, "created_at").empty()) return "a line without model or date";
    const json::object& message = event.at("message").as_object();
    if (string_at(message, "role") != "assistant" || !message.contains("content")) return "a message without role or content";
    if (const json::value* const calls = message.if_contains("tool_calls"))
      for (const json::value& call : calls->as_array())
        if (!call.at("function").at("arguments").is_object()) return "a call whose arguments are not whole";
    done = event.at("done").as_bool();
    if (done && string_at(event, "done_reason").empty()) return "the end gives no reason";
    if (done && !event.contains("eval_count")) return "no usage at the end";
  }
  return done ? "" : "the stream does not end";
}

}  // namespace

std::string order_fault(std::string_view protocol, const std::vector<WrittenEvent>& events) {
  std::vector<json::object> objects;
  for (const WrittenEvent& event : events) {
    objects.push_back(json::parse(event.data).as_object());
    const std::string type = string_at(objects.back(), "type");
    const bool named = protocol == "anthropic-messages" || protocol == "openai-responses";
    if (event.name != (named ? type : "")) return "the event " + event.name + " has the type " + type;
  }
  if (protocol == "openai-chat") return chat(objects);
  if (protocol == "anthropic-messages") return anthropic(objects);
  if (protocol == "ollama-chat") return ollama(objects);
  return protocol == "gemini" ? gemini(objects) : responses(objects);
}

}  // namespace patchbay::conversion::testing
