#include <boost/json/serialize.hpp>

#include "openai-responses/responses.hpp"

namespace patchbay::conversion {

namespace {

class ResponsesCodec final : public Codec {
 public:
  std::string_view protocol() const override { return protocols::openai_responses; }
  ModelRequest decode_request(json::value& body, const patchbay::Request&) const override { return responses::decode_request(body); }
  json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) const override {
    return responses::encode_request(request, settings, fidelity);
  }
  Answer decode_answer(json::value& body) const override { return responses::decode_answer(body); }
  json::value encode_answer(Answer&& answer, const AnswerContext& context) const override {
    return responses::encode_answer(std::move(answer), context);
  }
  std::unique_ptr<StreamReader> reader() const override { return responses::reader(); }
  std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) const override {
    return responses::writer(context, out);
  }
  bool takes_custom_tools(const Settings&) const override { return true; }
  bool announces_input() const override { return true; }
  std::string encode_error(const Error& error) const override { return responses::encode_error(error); }
};

}  // namespace

std::string responses::encode_error(const Error& error) {
  const auto or_null = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
  return json::serialize(json::object{{"error",
                                       {{"message", error.message},
                                        {"type", openai_error_type(error.kind)},
                                        {"param", or_null(error.param)},
                                        {"code", or_null(error.code)}}}});
}

const Codec& openai_responses_codec() {
  static const ResponsesCodec codec;
  return codec;
}

}  // namespace patchbay::conversion
