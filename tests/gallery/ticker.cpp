// Two modules whose every word carries TICKER_VERSION: a provider that streams, and a workflow with a state of its own that signs what
// passes. A soak test sees from them that a request is served by one version from its beginning to its end.

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "patchbay/plugin.hpp"

namespace patchbay {

struct TickerConfig {};
BOOST_DESCRIBE_STRUCT(TickerConfig, (), ())

namespace {

std::int64_t number(const boost::json::value& body, std::string_view name, std::int64_t otherwise) {
  const boost::json::value* const found = body.as_object().if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : otherwise;
}

/// `ticks` events, `interval_ms` apart.
class Ticker final : public Provider {
 public:
  using Config = TickerConfig;
  Ticker(Config, const Host&) {}

  std::string_view protocol() const override { return protocols::openai_chat; }
  Exchange describe(Request& request, const Credential&) const override {
    LocalAnswer answer;
    if (!request.stream()) {
      answer.headers.add("Content-Type", "application/json");
      answer.pieces.push_back({.bytes = R"({"choices":[],"provider":")" TICKER_VERSION R"("})"});
      return answer;
    }
    const boost::json::value& body = request.body.read();
    answer.headers.add("Content-Type", "text/event-stream");
    const std::chrono::milliseconds interval(number(body, "interval_ms", 0));
    const std::int64_t ticks = number(body, "ticks", 1);
    for (std::int64_t tick = 0; tick < ticks; ++tick)
      answer.pieces.push_back(
          {.after = interval,
           .bytes = "data: {\"choices\":[],\"tick\":" + std::to_string(tick) + ",\"provider\":\"" TICKER_VERSION "\"}\n\n"});
    answer.pieces.push_back({.bytes = "data: [DONE]\n\n"});
    return answer;
  }
  Error explain(int, const Headers&, std::string_view body) const override { return {.message = std::string(body)}; }
  EventRole role(std::string_view, std::string_view data) const override {
    return data == "[DONE]" ? EventRole::terminator : EventRole::content;
  }
};

class SignStage final : public Stage {
 public:
  void response(Response&& response, Downstream& back) override {
    sign(response.body);
    back.response(std::move(response));
  }
  void event(Event&& event, Downstream& back) override {
    sign(event.data);
    back.event(std::move(event));
  }

 private:
  void sign(Document& body) {
    boost::json::object& object = body.edit().as_object();
    object["workflow"] = TICKER_VERSION;
    object["seen"] = seen_++;
  }
  std::int64_t seen_ = 0;
};

class Signer final : public Transform {
 public:
  using Config = TickerConfig;
  Signer(Config, const Host&) {}
  std::unique_ptr<Stage> connect(const ConnectionInfo&) const override { return std::make_unique<SignStage>(); }
};

}  // namespace

}  // namespace patchbay

PATCHBAY_PLUGIN("dev.patchbay.gallery-ticker", TICKER_VERSION, "Patchbay", "MIT",
                patchbay::module<patchbay::Ticker>(patchbay::ModuleKind::provider, "gallery-ticker", "Streams ticks", "stable",
                                                   "`ticks` and `interval_ms` of the request say how many and how fast.\n"),
                patchbay::module<patchbay::Signer>(patchbay::ModuleKind::workflow, "gallery-signer", "Signs what passes", "stable",
                                                   "Adds `workflow` and `seen` to each answer and event.\n"))
