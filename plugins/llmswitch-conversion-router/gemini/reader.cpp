#include <map>

#include "gemini/gemini.hpp"
#include "gemini/partial_arguments.hpp"

namespace patchbay::conversion::gemini {

namespace {

/// Every event is an answer of its own; together they are one.
class Reader final : public StreamReader {
 public:
  void event(std::string_view, json::value& data, StreamSink& sink) override {
    const Path root;
    Fields fields(data, root);
    if (!started_) {
      started_ = true;
      StreamStart start;
      start.origin = protocols::gemini;
      start.id = fields.string("responseId");
      start.model = fields.string("modelVersion");
      sink.start(std::move(start));
    }
    if (json::value* const usage = fields.find("usageMetadata")) sink.usage(decode_usage(*usage, Path(root, "usageMetadata")));
    if (json::array* const candidates = fields.array("candidates"))
      for (json::value& one : *candidates) candidate(one, sink);
    if (json::object* const feedback = fields.object("promptFeedback"); feedback != nullptr && feedback->contains("blockReason"))
      finish(0, states_[0], Finish{Finish::Reason::content_filter, std::string(feedback->at("blockReason").as_string()), {}}, sink);
  }

  void end(StreamSink& sink) override {
    if (!started_) sink.start(StreamStart{.origin = protocols::gemini});
    if (states_.empty()) states_[0];
    for (auto& [index, state] : states_) finish(index, state, Finish{Finish::Reason::stop, {}, {}}, sink);
    sink.end();
  }

 private:
  struct State {
    std::optional<std::pair<PartKind, std::size_t>> open;
    std::optional<std::size_t> text;                               // the last one
    std::string said;                                              // in it: sources name its bytes
    std::optional<std::pair<std::size_t, PartialArguments>> call;  // whose arguments come in pieces
    bool called = false;
    bool finished = false;
  };

  void candidate(json::value& value, StreamSink& sink) {
    const Path root;
    Fields fields(value, root);
    const auto index = static_cast<std::size_t>(fields.integer("index").value_or(0));
    State& state = states_[index];
    if (state.finished) return;
    if (json::object* const content = fields.object("content"))
      if (json::value* const parts = content->if_contains("parts"); parts != nullptr && parts->is_array()) {
        json::array whole;
        for (json::value& part : parts->get_array())
          if (!take_piece(index, state, part, sink)) whole.push_back(std::move(part));
        for (Part& part : decode_parts(whole, root)) say(index, state, part, sink);
      }
    if (const json::value* const result = fields.find("logprobsResult"))
      if (json::value tokens = decode_logprobs(*result); tokens.is_array())
        sink.logprobs(open(index, state, PartKind::text, sink), std::move(tokens));
    if (json::value* const grounding = fields.find("groundingMetadata")) {
      std::vector<Citation> citations = decode_grounding(*grounding, state.said);
      if (state.text)  // it may have ended: the sources come last
        for (Citation& citation : citations) sink.citation(*state.text, std::move(citation));
    }
    if (const std::string reason = fields.string("finishReason"); !reason.empty()) finish(index, state, finish_of(reason), sink);
  }

  void say(std::size_t index, State& state, Part& part, StreamSink& sink) {
    if (const Text* const text = std::get_if<Text>(&part.body)) {
      if (text->text.empty()) return;
      sink.delta(open(index, state, PartKind::text, sink), text->text);
      state.said += text->text;
    } else if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
      const std::size_t thought = open(index, state, PartKind::reasoning, sink);
      for (const std::string& section : reasoning->sections) sink.delta(thought, section);
      if (!part.signature.empty()) sink.signature(thought, std::move(part.signature));
    } else if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
      close(state, sink);
      state.called = true;
      PartBegin begin = at(index, PartKind::tool_call);
      const std::size_t number = begin.part;
      begin.id = std::move(call->id);
      begin.name = std::move(call->name);
      begin.signature = std::move(part.signature);
      sink.begin(std::move(begin));
      sink.delta(number, call->arguments);
      sink.end_part(number);
    } else if (Opaque* const opaque = std::get_if<Opaque>(&part.body)) {
      close(state, sink);
      PartBegin begin = at(index, PartKind::opaque);
      const std::size_t number = begin.part;
      begin.name = std::move(opaque->type);
      begin.raw = std::move(opaque->raw);
      sink.begin(std::move(begin));
      sink.end_part(number);
    }
  }

  /// A piece of a call that comes in several; false if the part is something else.
  bool take_piece(std::size_t index, State& state, json::value& part, StreamSink& sink) {
    json::object* const object = part.if_object();
    json::value* const value = object != nullptr ? object->if_contains("functionCall") : nullptr;
    if (value == nullptr || !value->is_object()) return false;
    const Path root;
    Fields fields(value->get_object(), root);
    const std::string name = fields.string("name");
    const bool more = fields.boolean("willContinue").value_or(false);
    if (!name.empty()) {
      if (!more) return false;
      end_call(state, sink);
      close(state, sink);
      state.called = true;
      PartBegin begin = at(index, PartKind::tool_call);
      state.call.emplace(begin.part, PartialArguments{});
      begin.id = fields.string("id");
      begin.name = name;
      if (const json::value* const signature = object->if_contains("thoughtSignature"); signature != nullptr && signature->is_string())
        begin.signature = unwrap(signature->get_string());
      sink.begin(std::move(begin));
    }
    if (!state.call) return true;
    if (json::array* const pieces = fields.array("partialArgs"))
      for (const json::value& piece : *pieces)
        if (const json::object* const one = piece.if_object()) state.call->second.add(*one);
    if (!more) end_call(state, sink);
    return true;
  }

  void end_call(State& state, StreamSink& sink) {
    if (!state.call) return;
    sink.delta(state.call->first, state.call->second.text());
    sink.end_part(state.call->first);
    state.call.reset();
  }

  PartBegin at(std::size_t index, PartKind kind) {
    PartBegin begin;
    begin.part = parts_++;
    begin.choice = index;
    begin.kind = kind;
    return begin;
  }

  std::size_t open(std::size_t index, State& state, PartKind kind, StreamSink& sink) {
    if (state.open && state.open->first == kind) return state.open->second;
    close(state, sink);
    PartBegin begin = at(index, kind);
    state.open = {kind, begin.part};
    if (kind == PartKind::text) {
      state.text = begin.part;
      state.said.clear();
    }
    const std::size_t part = begin.part;
    sink.begin(std::move(begin));
    return part;
  }

  void close(State& state, StreamSink& sink) {
    if (state.open) sink.end_part(state.open->second);
    state.open.reset();
  }

  void finish(std::size_t index, State& state, Finish&& finish, StreamSink& sink) {
    if (state.finished) return;
    state.finished = true;
    end_call(state, sink);
    close(state, sink);
    if (state.called && finish.reason == Finish::Reason::stop) finish.reason = Finish::Reason::tool_calls;
    sink.finish(index, std::move(finish));
  }

  std::map<std::size_t, State> states_;
  std::size_t parts_ = 0;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<StreamReader> reader() { return std::make_unique<Reader>(); }

}  // namespace patchbay::conversion::gemini
