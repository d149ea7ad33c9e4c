#include <boost/json/serialize.hpp>

#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"
#include "hub/sequenced_writer.hpp"
#include "hub/signature.hpp"

namespace patchbay::conversion::anthropic {

namespace {

/// Writes one block after the other: `message_start`, blocks, `message_delta`, `message_stop`. Fed by a Sequencer, so that one part is
/// open at a time.
class Blocks final : public StreamSink {
 public:
  Blocks(const AnswerContext& context, EventSink& out) : context_(context), out_(out) {}

  void start(StreamStart&& start) override {
    origin_ = start.origin;
    update(usage_, std::move(start.usage));
    Usage announced = usage_;
    if (announced.input <= 0) announced.input = context_.estimated_input;
    announced.output = std::max<std::int64_t>(announced.output, 1);
    const json::object message{{"id", message_id(start.id, context_.request_id)},
                               {"type", "message"},
                               {"role", "assistant"},
                               {"model", start.model.empty() ? context_.request.model : start.model},
                               {"content", json::array()},
                               {"stop_reason", nullptr},
                               {"stop_sequence", nullptr},
                               {"usage", encode_usage(std::move(announced))}};
    emit("message_start", json::object{{"type", "message_start"}, {"message", message}});
  }

  void begin(PartBegin&& begin) override {
    if (begin.choice != 0) return;
    part_ = begin.part;
    kind_ = begin.kind;
    open_ = false;
    redacted_ = begin.redacted;
    signed_ = false;
    switch (begin.kind) {
      case PartKind::refusal: refused_ = true; [[fallthrough]];
      case PartKind::text: open("{\"type\":\"text\",\"text\":\"\"}"); break;
      case PartKind::reasoning:
        if (!redacted_) open("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
        break;
      case PartKind::tool_call: begin_call(std::move(begin)); break;
      case PartKind::opaque: out_.lost(begin.name); break;
    }
  }

  void delta(std::size_t part, std::string_view text) override {
    if (!is_current(part) || text.empty()) return;
    written_ += text.size();
    switch (kind_) {
      case PartKind::text:
      case PartKind::refusal: block_delta("{\"type\":\"text_delta\",\"text\":", text); break;
      case PartKind::reasoning: block_delta("{\"type\":\"thinking_delta\",\"thinking\":", text); break;
      case PartKind::tool_call:
        if (custom_)
          custom_input_ += text;
        else
          block_delta("{\"type\":\"input_json_delta\",\"partial_json\":", text);
        break;
      case PartKind::opaque: break;
    }
    said_ = true;
  }

  void section(std::size_t part) override {
    if (is_current(part) && said_) delta(part, "\n\n");
  }

  void signature(std::size_t part, Signature&& signature) override {
    if (part_ != part || kind_ != PartKind::reasoning || signed_) return;
    signed_ = true;
    const std::string text = signature.origin == protocols::anthropic_messages ? signature.data : seal(signature);
    if (open_) {
      block_delta("{\"type\":\"signature_delta\",\"signature\":", text);
      return;
    }
    std::string block = "{\"type\":\"redacted_thinking\",\"data\":";
    append_quoted(block, text);
    open(block + "}");
  }

  void citation(std::size_t part, Citation&& citation) override {
    if (!is_current(part) || kind_ != PartKind::text) return out_.lost("citation");
    json::object encoded = encode_citation(std::move(citation));
    if (encoded.empty()) return out_.lost("citation");
    emit("content_block_delta", json::object{{"type", "content_block_delta"},
                                             {"index", index_},
                                             {"delta", {{"type", "citations_delta"}, {"citation", std::move(encoded)}}}});
  }

  void logprobs(std::size_t, json::value&&) override {}

  void end_part(std::size_t part) override {
    if (!is_current(part)) return;
    if (kind_ == PartKind::tool_call && custom_)
      block_delta("{\"type\":\"input_json_delta\",\"partial_json\":", json::serialize(json::object{{"input", custom_input_}}));
    // A thought without a signature is refused when it comes back: say whose it is.
    if (kind_ == PartKind::reasoning && !signed_) signature(part, {std::string(origin_), {}, {}});
    close();
  }

  void finish(std::size_t choice, Finish&& finish) override {
    if (choice == 0) finish_ = std::move(finish);
  }

  void usage(Usage&& usage) override { update(usage_, std::move(usage)); }

  void end() override {
    close();
    if (usage_.input < 0) usage_.input = context_.estimated_input;
    if (usage_.output < 0) usage_.output = static_cast<std::int64_t>(written_ / 4) + 1;
    if (calls_ > 0 && (finish_.reason == Finish::Reason::stop || finish_.reason == Finish::Reason::unsaid))
      finish_.reason = Finish::Reason::tool_calls;
    if (refused_ && finish_.reason == Finish::Reason::stop) finish_.reason = Finish::Reason::refusal;
    emit("message_delta", json::object{{"type", "message_delta"},
                                       {"delta",
                                        {{"stop_reason", reason_of(finish_)},
                                         {"stop_sequence", finish_.sequence.empty() ? json::value() : json::value(finish_.sequence)}}},
                                       {"usage", encode_usage(std::move(usage_))}});
    out_.emit("message_stop", "{\"type\":\"message_stop\"}");
  }

  void fail(const Error& error) { out_.emit("error", encode_error(error)); }

 private:
  [[nodiscard]] bool is_current(std::size_t part) const { return open_ && part_ == part; }

  void begin_call(PartBegin&& begin) {
    ++calls_;
    if (!begin.signature.empty()) {  // a signed call: its signature rides in a thought of its own in front of it
      open("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
      block_delta("{\"type\":\"signature_delta\",\"signature\":", seal(begin.signature, true));
      close();
    }
    custom_ = begin.custom;
    custom_input_.clear();
    if (begin.id.empty()) begin.id = made_call_id("toolu_", context_.request_id, calls_);
    std::string block = "{\"type\":\"tool_use\",\"id\":";
    append_quoted(block, begin.id);
    block += ",\"name\":";
    append_quoted(block, begin.name);
    open(block + ",\"input\":{}}");
  }

  void open(std::string_view block) {
    open_ = true;
    said_ = false;
    std::string text = "{\"type\":\"content_block_start\",\"index\":" + std::to_string(index_) + ",\"content_block\":";
    out_.emit("content_block_start", text.append(block).append("}"));
  }

  void block_delta(std::string_view head, std::string_view value) {
    std::string text;
    text.reserve(value.size() + 128);
    text.append("{\"type\":\"content_block_delta\",\"index\":").append(std::to_string(index_)).append(",\"delta\":").append(head);
    append_quoted(text, value);
    out_.emit("content_block_delta", text.append("}}"));
  }

  void close() {
    if (!open_) return;
    open_ = false;
    out_.emit("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + std::to_string(index_++) + "}");
  }

  void emit(std::string_view name, const json::object& data) { out_.emit(name, json::serialize(data)); }

  const AnswerContext& context_;
  EventSink& out_;
  std::string_view origin_;  // of the answer
  Usage usage_;
  Finish finish_;
  std::size_t calls_ = 0;
  std::size_t index_ = 0;    // of the block that is open, or the next one
  std::size_t part_ = 0;     // the part that the open block is for
  std::size_t written_ = 0;  // bytes of the answer
  std::string custom_input_;
  PartKind kind_ = PartKind::text;
  bool open_ = false;
  bool said_ = false;
  bool signed_ = false;
  bool redacted_ = false;
  bool custom_ = false;
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) {
  return std::make_unique<SequencedWriter<Blocks>>(context, out);
}

}  // namespace patchbay::conversion::anthropic
