#include <boost/json/serialize.hpp>

#include "hub/json_text.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion {

namespace {

class ChatCodec final : public Codec {
 public:
  std::string_view protocol() const override { return protocols::openai_chat; }
  ModelRequest decode_request(json::value& body, const patchbay::Request&) const override { return chat::decode_request(body); }
  json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) const override {
    return chat::encode_request(request, settings, fidelity);
  }
  Answer decode_answer(json::value& body) const override { return chat::decode_answer(body); }
  json::value encode_answer(Answer&& answer, const AnswerContext& context) const override {
    return chat::encode_answer(std::move(answer), context);
  }
  std::unique_ptr<StreamReader> reader() const override { return chat::reader(); }
  std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) const override { return chat::writer(context, out); }
  bool takes_custom_tools(const Settings& settings) const override { return settings.chat_custom_tools; }
  std::string encode_error(const Error& error) const override { return chat::encode_error(error); }

  bool embeds() const override { return true; }
  EmbedRequest decode_embed_request(json::value& body) const override { return chat::decode_embed_request(body); }
  json::value encode_embed_request(EmbedRequest& request, Fidelity& fidelity) const override {
    return chat::encode_embed_request(request, fidelity);
  }
  EmbedAnswer decode_embed_answer(json::value& body) const override { return chat::decode_embed_answer(body); }
  json::value encode_embed_answer(EmbedAnswer&& answer, const EmbedRequest& request) const override {
    return chat::encode_embed_answer(std::move(answer), request);
  }
};

}  // namespace

std::string chat::encode_error(const Error& error) {
  const auto or_null = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
  return json::serialize(json::object{{"error",
                                       {{"message", error.message},
                                        {"type", openai_error_type(error.kind)},
                                        {"param", or_null(error.param)},
                                        {"code", or_null(error.code)}}}});
}

const Codec& openai_chat_codec() {
  static const ChatCodec codec;
  return codec;
}

}  // namespace patchbay::conversion
