#include <boost/json/serialize.hpp>

#include "anthropic-messages/anthropic.hpp"

namespace patchbay::conversion {

namespace {

class AnthropicCodec final : public Codec {
 public:
  std::string_view protocol() const override { return protocols::anthropic_messages; }
  ModelRequest decode_request(json::value& body, const patchbay::Request&) const override { return anthropic::decode_request(body); }
  json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) const override {
    return anthropic::encode_request(request, settings, fidelity);
  }
  Answer decode_answer(json::value& body) const override { return anthropic::decode_answer(body); }
  json::value encode_answer(Answer&& answer, const AnswerContext& context) const override {
    return anthropic::encode_answer(std::move(answer), context);
  }
  std::unique_ptr<StreamReader> reader() const override { return anthropic::reader(); }
  std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) const override {
    return anthropic::writer(context, out);
  }
  bool announces_input() const override { return true; }
  std::string encode_error(const Error& error) const override { return anthropic::encode_error(error); }
  std::int64_t decode_count(json::value& body) const override {
    const Path root;
    return Fields(body, root).integer("input_tokens").value_or(-1);
  }
  json::value encode_count(std::int64_t tokens) const override { return {{"input_tokens", tokens}}; }
};

}  // namespace

std::string anthropic::encode_error(const Error& error) {
  return json::serialize(
      json::object{{"type", "error"}, {"error", {{"type", anthropic_error_type(error.kind)}, {"message", error.message}}}});
}

const Codec& anthropic_messages_codec() {
  static const AnthropicCodec codec;
  return codec;
}

}  // namespace patchbay::conversion
