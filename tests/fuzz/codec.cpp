#include "hub/codec.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <string_view>

#include "hub/whole.hpp"
#include "lowered_tools.hpp"
#include "patchbay/message.hpp"

/// Any bytes as a request, an answer or a stream of any protocol, converted to every other one. What is not of the protocol must be told so
/// (Malformed), and nothing else may happen.
namespace {

using namespace patchbay;
using namespace patchbay::conversion;

constexpr std::string_view protocol_names[] = {"openai-chat", "openai-responses",   "anthropic-messages",
                                               "gemini",      "openai-completions", "ollama-chat"};

class Nowhere final : public EventSink {
 public:
  void emit(std::string_view, std::string data) override {
    boost::json::error_code fault;
    (void)boost::json::parse(data, fault);
    if (fault) __builtin_trap();  // what clients get is JSON
  }
  void lost(std::string_view) override {}
};

void request(const Codec& codec, std::string_view text) {
  for (const std::string_view name : protocol_names) {
    boost::json::error_code fault;
    boost::json::value body = boost::json::parse(text, fault);
    if (fault) return;
    patchbay::Request request;
    request.set_model("m");
    request.set_stream(true);
    ModelRequest decoded = codec.decode_request(body, request);
    name_calls(decoded.messages);
    (void)lower_tools(decoded, false);
    Fidelity fidelity;
    (void)boost::json::serialize(find_codec(name)->encode_request(decoded, {}, fidelity));
  }
}

void answer(const Codec& codec, std::string_view text) {
  ModelRequest request;
  const AnswerContext context{"r", request, 1, 1};
  for (const std::string_view name : protocol_names) {
    boost::json::error_code fault;
    boost::json::value body = boost::json::parse(text, fault);
    if (fault) return;
    (void)boost::json::serialize(find_codec(name)->encode_answer(codec.decode_answer(body), context));
  }
}

void stream(const Codec& codec, const Codec& target, std::string_view text) {
  ModelRequest request;
  const AnswerContext context{"r", request, 1, 1};
  Nowhere out;
  const auto reader = codec.reader();
  const auto writer = target.writer(context, out);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    boost::json::error_code fault;
    boost::json::value data = boost::json::parse(line, fault);
    if (!fault) reader->event({}, data, *writer);
  }
  reader->end(*writer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t count = std::size(protocol_names);
  const Codec& codec = *find_codec(protocol_names[data[0] % count]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  try {
    switch (data[1] % 3) {
      case 0: request(codec, text); break;
      case 1: answer(codec, text); break;
      default: stream(codec, *find_codec(protocol_names[data[1] / 3 % count]), text);
    }
  } catch (const Malformed&) {
  }
  return 0;
}
