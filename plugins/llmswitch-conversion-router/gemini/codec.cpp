#include <boost/json/serialize.hpp>

#include "gemini/gemini.hpp"

namespace patchbay::conversion {

namespace {

class GeminiCodec final : public Codec {
 public:
  std::string_view protocol() const override { return protocols::gemini; }
  ModelRequest decode_request(json::value& body, const patchbay::Request& request) const override {
    return gemini::decode_request(body, request);
  }
  json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) const override {
    return gemini::encode_request(request, settings, fidelity);
  }
  Answer decode_answer(json::value& body) const override { return gemini::decode_answer(body); }
  json::value encode_answer(Answer&& answer, const AnswerContext& context) const override {
    return gemini::encode_answer(std::move(answer), context);
  }
  std::unique_ptr<StreamReader> reader() const override { return gemini::reader(); }
  std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) const override { return gemini::writer(context, out); }
  bool announces_input() const override { return true; }
  std::string encode_error(const Error& error) const override { return gemini::encode_error(error); }
  std::int64_t decode_count(json::value& body) const override {
    const Path root;
    return Fields(body, root).integer("totalTokens").value_or(-1);
  }
  json::value encode_count(std::int64_t tokens) const override { return {{"totalTokens", tokens}}; }
};

}  // namespace

std::string gemini::encode_error(const Error& error) {
  return json::serialize(
      json::object{{"error", {{"code", error.http_status()}, {"message", error.message}, {"status", google_status(error.kind)}}}});
}

const Codec& gemini_codec() {
  static const GeminiCodec codec;
  return codec;
}

}  // namespace patchbay::conversion
