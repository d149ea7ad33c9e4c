#include <boost/json/serialize.hpp>
#include <map>

#include "anthropic-messages/anthropic.hpp"
#include "hub/signature.hpp"

namespace patchbay::conversion::anthropic {

namespace {

class Reader final : public StreamReader {
 public:
  void event(std::string_view, json::value& data, StreamSink& sink) override {
    const Path root;
    Fields fields(data, root);
    const std::string type = fields.string("type");
    if (!started_ && type != "message_start" && type != "ping") start(StreamStart{.origin = protocols::anthropic_messages}, sink);
    if (type == "content_block_delta")
      delta(fields, sink);
    else if (type == "content_block_start")
      block_start(fields, sink);
    else if (type == "content_block_stop")
      block_stop(fields, sink);
    else if (type == "message_start")
      message_start(fields, sink);
    else if (type == "message_delta")
      message_delta(fields, sink);
  }

  void end(StreamSink& sink) override {
    if (!started_) start(StreamStart{.origin = protocols::anthropic_messages}, sink);
    for (auto& [index, block] : blocks_) stop(block, sink);
    if (!finished_) sink.finish(0, Finish{Finish::Reason::stop, {}, {}});
    sink.end();
  }

 private:
  struct Block {
    std::size_t part = 0;
    bool open = false;
    bool said = false;
    std::string input;  // of a call, if it came with the beginning
  };

  void message_start(Fields& fields, StreamSink& sink) {
    json::object* const message = fields.object("message");
    if (message == nullptr) return;
    const Path at(fields.path(), "message");
    Fields inner(*message, at);
    StreamStart start;
    start.origin = protocols::anthropic_messages;
    start.id = inner.string("id");
    start.model = inner.string("model");
    if (json::value* const usage = inner.find("usage")) start.usage = decode_usage(*usage, at);
    this->start(std::move(start), sink);
  }

  void start(StreamStart&& start, StreamSink& sink) {
    if (!std::exchange(started_, true)) sink.start(std::move(start));
  }

  void block_start(Fields& fields, StreamSink& sink) {
    json::value* const value = fields.find("content_block");
    if (value == nullptr || !value->is_object()) return;
    const std::int64_t index = fields.integer("index").value_or(0);
    const Path at(fields.path(), "content_block");
    json::object& object = value->get_object();
    Fields inner(object, at);
    const std::string type = inner.string("type");
    Block& block = blocks_[index];
    block = {parts_++, true, false, {}};
    PartBegin begin;
    begin.part = block.part;
    if (type == "text") {
      sink.begin(std::move(begin));
      if (const std::string text = inner.string("text"); !text.empty()) sink.delta(block.part, text);
    } else if (type == "tool_use") {
      begin.kind = PartKind::tool_call;
      begin.id = inner.string("id");
      begin.name = inner.string("name");
      sink.begin(std::move(begin));
      if (const json::value* const input = inner.find("input"); input != nullptr && input->is_object() && !input->get_object().empty())
        block.input = json::serialize(*input);
    } else if (type == "thinking") {
      begin.kind = PartKind::reasoning;
      sink.begin(std::move(begin));
      if (const std::string text = inner.string("thinking"); !text.empty()) sink.delta(block.part, text);
      if (const std::string signature = inner.string("signature"); !signature.empty())
        sink.signature(block.part, unseal(signature, protocols::anthropic_messages).signature);
    } else if (type == "redacted_thinking") {
      begin.kind = PartKind::reasoning;
      begin.redacted = true;
      sink.begin(std::move(begin));
      Signature signature = unseal(inner.string("data"), protocols::anthropic_messages).signature;
      signature.redacted = true;
      sink.signature(block.part, std::move(signature));
    } else {
      begin.kind = PartKind::opaque;
      begin.name = type;
      begin.raw = std::move(*value);
      sink.begin(std::move(begin));
    }
  }

  void delta(Fields& fields, StreamSink& sink) {
    const auto it = blocks_.find(fields.integer("index").value_or(0));
    json::object* const object = fields.object("delta");
    if (it == blocks_.end() || !it->second.open || object == nullptr) return;
    Block& block = it->second;
    const Path at(fields.path(), "delta");
    Fields inner(*object, at);
    const std::string type = inner.string("type");
    if (type == "text_delta") {
      sink.delta(block.part, inner.string("text"));
    } else if (type == "input_json_delta") {
      const std::string json = inner.string("partial_json");
      if (json.empty()) return;
      block.said = true;
      sink.delta(block.part, json);
    } else if (type == "thinking_delta") {
      sink.delta(block.part, inner.string("thinking"));
    } else if (type == "signature_delta") {
      sink.signature(block.part, unseal(inner.string("signature"), protocols::anthropic_messages).signature);
    } else if (type == "citations_delta") {
      if (json::value* const citation = inner.find("citation")) sink.citation(block.part, decode_citation(*citation));
    }
  }

  void block_stop(Fields& fields, StreamSink& sink) {
    if (const auto it = blocks_.find(fields.integer("index").value_or(0)); it != blocks_.end()) stop(it->second, sink);
  }

  void stop(Block& block, StreamSink& sink) {
    if (!block.open) return;
    block.open = false;
    if (!block.said && !block.input.empty()) sink.delta(block.part, block.input);
    sink.end_part(block.part);
  }

  void message_delta(Fields& fields, StreamSink& sink) {
    if (json::value* const usage = fields.find("usage")) sink.usage(decode_usage(*usage, Path(fields.path(), "usage")));
    json::object* const object = fields.object("delta");
    if (object == nullptr) return;
    const Path at(fields.path(), "delta");
    Fields inner(*object, at);
    const std::string reason = inner.string("stop_reason");
    if (reason.empty() || finished_) return;
    finished_ = true;
    for (auto& [index, block] : blocks_) stop(block, sink);
    sink.finish(0, finish_of(reason, inner.string("stop_sequence")));
  }

  std::map<std::int64_t, Block> blocks_;
  std::size_t parts_ = 0;
  bool started_ = false;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<StreamReader> reader() { return std::make_unique<Reader>(); }

}  // namespace patchbay::conversion::anthropic
