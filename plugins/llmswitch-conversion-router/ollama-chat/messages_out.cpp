#include "hub/json_text.hpp"
#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

namespace {

/// One message as it grows: texts are one, images stand beside them.
class Encoded {
 public:
  Encoded(std::string_view role, bool same, Fidelity& fidelity) : same_(same), fidelity_(fidelity) {
    message_ = {{"role", role}, {"content", ""}};
  }

  void add(Part& part) {
    if (const Text* const text = std::get_if<Text>(&part.body))
      add_text(text->text);
    else if (const Refusal* const refusal = std::get_if<Refusal>(&part.body))
      add_text(refusal->text);
    else if (Media* const media = std::get_if<Media>(&part.body))
      add_media(*media);
    else if (const ToolCall* const call = std::get_if<ToolCall>(&part.body))
      add_to("tool_calls", encode_call(*call));
    else if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body))
      add_thought(*reasoning, part.signature);
    else if (const Opaque* const opaque = std::get_if<Opaque>(&part.body))
      fidelity_.lost(opaque->type, "no counterpart");
    if (!part.cache.is_null()) fidelity_.lost("cache_control", "Ollama caches by itself");
    if (!same_) fidelity_.leftovers("content", part.extras);
  }

  void put(std::string_view key, const std::string& value) { conversion::put(message_, key, json::value(value)); }
  [[nodiscard]] bool says_nothing() const { return message_.size() == 2 && message_.at("content").get_string().empty(); }
  json::object take() { return std::move(message_); }
  /// The images, to stand in another message.
  json::value take_images() {
    json::value images = message_.contains("images") ? std::move(message_["images"]) : json::value();
    message_.erase("images");
    return images;
  }

 private:
  void add_text(std::string_view text) {
    json::string& content = message_["content"].get_string();
    if (!content.empty() && !text.empty()) content.push_back('\n');
    content.append(text);
  }

  void add_to(std::string_view key, json::value&& value) {
    json::value& list = message_[key];
    if (!list.is_array()) list.emplace_array();
    list.get_array().push_back(std::move(value));
  }

  void add_media(Media& media) {
    if (media.source == Media::Source::text) return add_text(media.data);
    if (media.kind != Media::Kind::image)
      fidelity_.lost(media.kind == Media::Kind::document ? "document"
                     : media.kind == Media::Kind::audio  ? "audio"
                                                         : "video",
                     "Ollama takes text and images only");
    else if (media.source != Media::Source::base64)
      fidelity_.lost("image.url", "Ollama takes images as data only");
    else
      add_to("images", json::value(media.data));
  }

  /// Unsigned thoughts are of servers of open models, which want them back.
  void add_thought(const Reasoning& reasoning, const Signature& signature) {
    if (!signature.origin.empty() && signature.origin != protocol) {
      fidelity_.lost("reasoning", "it is of a provider of another protocol");
      return;
    }
    const std::string text = text_of(reasoning);
    if (text.empty()) return;
    json::value& thinking = message_["thinking"];
    thinking = thinking.is_string() ? std::string(thinking.get_string()) + "\n\n" + text : text;
  }

  bool same_;
  Fidelity& fidelity_;
  json::object message_;
};

/// Each result is a message; pictures in them follow in a turn of the user, where models look for them.
void encode_results(Message& message, bool same, json::array& out, Fidelity& fidelity) {
  json::array shown;
  for (Part& part : message.parts) {
    ToolResult* const result = std::get_if<ToolResult>(&part.body);
    if (result == nullptr) continue;
    Encoded encoded("tool", same, fidelity);
    for (Part& one : result->content) encoded.add(one);
    encoded.put("tool_name", result->name);
    encoded.put("tool_call_id", result->call_id);
    if (result->is_error) fidelity.lost("tool_result.is_error", "Ollama has no such flag");
    if (!part.cache.is_null()) fidelity.lost("cache_control", "Ollama caches by itself");
    if (json::value images = same ? json::value() : encoded.take_images(); images.is_array())
      for (json::value& image : images.get_array()) shown.push_back(std::move(image));
    out.push_back(encoded.take());
  }
  if (!shown.empty()) out.push_back({{"role", "user"}, {"content", "Images of the tool results above:"}, {"images", std::move(shown)}});
}

}  // namespace

json::object encode_call(const ToolCall& call) {
  json::value arguments = arguments_value(call.arguments);
  if (!arguments.is_object()) arguments = json::object{{"input", std::move(arguments)}};
  json::object encoded;
  put(encoded, "id", json::value(call.id));
  encoded["function"] = {{"name", call.name}, {"arguments", std::move(arguments)}};
  return encoded;
}

json::array encode_messages(std::vector<Message>& messages, bool same, Fidelity& fidelity) {
  json::array out;
  out.reserve(messages.size());
  for (Message& message : messages) {
    if (!same) fidelity.leftovers("message", message.extras);
    if (!message.name.empty()) fidelity.lost("message.name", "Ollama has no names of speakers");
    if (message.role == Role::tool) {
      encode_results(message, same, out, fidelity);
      continue;
    }
    Encoded encoded(message.role == Role::user ? "user" : message.role == Role::assistant ? "assistant" : "system", same, fidelity);
    for (Part& part : message.parts) encoded.add(part);
    if (encoded.says_nothing() && !same) continue;
    json::object done = encoded.take();
    if (same) merge(done, std::move(message.extras));
    out.push_back(std::move(done));
  }
  return out;
}

}  // namespace patchbay::conversion::ollama
