#include <boost/json/serialize.hpp>

#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion {

namespace {

class OllamaCodec final : public Codec {
 public:
  std::string_view protocol() const override { return ollama::protocol; }
  ModelRequest decode_request(json::value& body, const patchbay::Request&) const override { return ollama::decode_request(body); }
  json::value encode_request(ModelRequest& request, const Settings&, Fidelity& fidelity) const override {
    return ollama::encode_request(request, fidelity);
  }
  Answer decode_answer(json::value& body) const override { return ollama::decode_answer(body); }
  json::value encode_answer(Answer&& answer, const AnswerContext& context) const override {
    return ollama::encode_answer(std::move(answer), context);
  }
  std::unique_ptr<StreamReader> reader() const override { return ollama::reader(); }
  std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) const override { return ollama::writer(context, out); }
  std::string encode_error(const Error& error) const override { return ollama::encode_error(error); }

  bool embeds() const override { return true; }
  EmbedRequest decode_embed_request(json::value& body) const override { return ollama::decode_embed_request(body); }
  json::value encode_embed_request(EmbedRequest& request, Fidelity& fidelity) const override {
    return ollama::encode_embed_request(request, fidelity);
  }
  EmbedAnswer decode_embed_answer(json::value& body) const override { return ollama::decode_embed_answer(body); }
  json::value encode_embed_answer(EmbedAnswer&& answer, const EmbedRequest&) const override {
    return ollama::encode_embed_answer(std::move(answer));
  }
};

}  // namespace

std::string ollama::encode_error(const Error& error) { return json::serialize(json::object{{"error", error.message}}); }

const Codec& ollama_chat_codec() {
  static const OllamaCodec codec;
  return codec;
}

}  // namespace patchbay::conversion
