#include <boost/json/serialize.hpp>

#include "hub/json_text.hpp"
#include "hub/sequenced_writer.hpp"
#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

namespace {

/// Every line is an answer of its own with a piece of the message; the last one says why it ended and what it cost.
class Reader final : public StreamReader {
 public:
  void event(std::string_view, json::value& data, StreamSink& sink) override {
    const Path root;
    Fields fields(data, root);
    if (!std::exchange(started_, true)) {
      StreamStart start;
      start.origin = protocol;
      start.model = fields.string("model");
      start.created = seconds_of(fields.string("created_at"));
      sink.start(std::move(start));
    }
    if (finished_) return;
    if (json::object* const message = fields.object("message")) {
      const Path at(root, "message");
      Fields inner(*message, at);
      for (Part& part : decode_assistant(inner)) say(part, sink);
    }
    if (json::array* const tokens = fields.array("logprobs"); tokens != nullptr && open_)
      sink.logprobs(open_->second, decode_logprobs(std::move(*tokens)));
    if (fields.boolean("done") != true) return;
    sink.usage(decode_usage(fields));
    finish(fields.string("done_reason"), sink);
  }

  void end(StreamSink& sink) override {
    if (!started_) sink.start(StreamStart{.origin = protocol});
    finish({}, sink);
    sink.end();
  }

 private:
  void say(Part& part, StreamSink& sink) {
    if (const Text* const text = std::get_if<Text>(&part.body)) {
      sink.delta(open(PartKind::text, sink), text->text);
    } else if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
      sink.delta(open(PartKind::reasoning, sink), reasoning->sections.front());
    } else if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
      close(sink);
      called_ = true;
      PartBegin begin;
      begin.part = parts_;
      begin.kind = PartKind::tool_call;
      begin.id = std::move(call->id);
      begin.name = std::move(call->name);
      sink.begin(std::move(begin));
      sink.delta(parts_, call->arguments);
      sink.end_part(parts_++);
    }
  }

  std::size_t open(PartKind kind, StreamSink& sink) {
    if (open_ && open_->first == kind) return open_->second;
    close(sink);
    PartBegin begin;
    begin.part = parts_;
    begin.kind = kind;
    sink.begin(std::move(begin));
    open_ = {kind, parts_};
    return parts_++;
  }

  void close(StreamSink& sink) {
    if (open_) sink.end_part(open_->second);
    open_.reset();
  }

  void finish(std::string_view reason, StreamSink& sink) {
    if (std::exchange(finished_, true)) return;
    close(sink);
    sink.finish(0, finish_of(reason, called_));
  }

  std::optional<std::pair<PartKind, std::size_t>> open_;
  std::size_t parts_ = 0;
  bool started_ = false;
  bool called_ = false;
  bool finished_ = false;
};

/// Writes a line a piece: text and thoughts as they come, calls when they are whole, the reason and the counts in the last one.
class Lines final : public StreamSink {
 public:
  Lines(const AnswerContext& context, EventSink& out) : context_(context), out_(out) {}

  void start(StreamStart&& start) override {
    const json::object head{{"model", start.model.empty() ? context_.request.model : start.model},
                            {"created_at", date_of(start.created != 0 ? start.created : context_.now)}};
    head_ = json::serialize(head);
    head_.back() = ',';
    update(usage_, std::move(start.usage));
  }

  void begin(PartBegin&& begin) override {
    begin_ = std::move(begin);
    arguments_.clear();
    said_ = false;
    if (begin_.kind == PartKind::opaque) out_.lost(begin_.name);
  }

  void delta(std::size_t, std::string_view text) override {
    if (begin_.choice != 0 || begin_.kind == PartKind::opaque) return;
    if (begin_.kind == PartKind::tool_call) {
      arguments_ += text;
      return;
    }
    said_ = true;
    std::string message = begin_.kind == PartKind::reasoning ? "\"content\":\"\",\"thinking\":" : "\"content\":";
    append_quoted(message, text);
    line(message);
  }

  void section(std::size_t part) override {
    if (said_) delta(part, "\n\n");
  }
  void signature(std::size_t, Signature&&) override {}  // no client could bring it back
  void citation(std::size_t, Citation&&) override { out_.lost("citation"); }

  void logprobs(std::size_t, json::value&& tokens) override {
    if (begin_.choice == 0) line("\"content\":\"\"", ",\"logprobs\":" + json::serialize(tokens));
  }

  void end_part(std::size_t) override {
    if (begin_.kind != PartKind::tool_call || begin_.choice != 0) return;
    const json::array calls{encode_call({begin_.id, begin_.name, arguments_, false, {}, {}})};
    line("\"content\":\"\",\"tool_calls\":" + json::serialize(calls));
  }

  void finish(std::size_t choice, Finish&& finish) override {
    if (choice == 0) finish_ = std::move(finish);
  }
  void usage(Usage&& usage) override { update(usage_, std::move(usage)); }

  void end() override {
    json::object tail{{"message", {{"role", "assistant"}, {"content", ""}}}, {"done", true}, {"done_reason", reason_of(finish_)}};
    put_usage(usage_, tail);
    out_.emit({}, head_ + json::serialize(tail).substr(1));
  }

  void fail(const Error& error) { out_.emit({}, encode_error(error)); }

 private:
  void line(std::string_view message, std::string_view more = {}) {
    std::string text;
    text.reserve(head_.size() + message.size() + more.size() + 64);
    text.append(head_).append("\"message\":{\"role\":\"assistant\",").append(message).append("},\"done\":false").append(more).append("}");
    out_.emit({}, std::move(text));
  }

  const AnswerContext& context_;
  EventSink& out_;
  std::string head_;  // of every line, up to its message
  PartBegin begin_;   // the open part
  std::string arguments_;
  Finish finish_;
  Usage usage_;
  bool said_ = false;
};

}  // namespace

std::unique_ptr<StreamReader> reader() { return std::make_unique<Reader>(); }

std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) {
  return std::make_unique<SequencedWriter<Lines>>(context, out);
}

}  // namespace patchbay::conversion::ollama
