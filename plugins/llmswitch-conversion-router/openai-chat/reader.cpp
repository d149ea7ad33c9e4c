#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "hub/json_text.hpp"
#include "hub/signature.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

/// Follows the arguments of a call as they come in, to know when they are complete.
class Brackets {
 public:
  void feed(std::string_view text) {
    for (const char c : text) {
      if (in_string_) {
        if (escaped_)
          escaped_ = false;
        else if (c == '\\')
          escaped_ = true;
        else if (c == '"')
          in_string_ = false;
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        ++depth_;
        seen_ = true;
      } else if (c == '}' || c == ']') {
        --depth_;
      }
    }
  }
  [[nodiscard]] bool closed() const { return seen_ && depth_ == 0 && !in_string_; }

 private:
  int depth_ = 0;
  bool seen_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
};

/// Reads chunks. A choice has one text, thought or refusal open at a time; its calls may grow side by side.
class Reader final : public StreamReader {
 public:
  void event(std::string_view, json::value& data, StreamSink& sink) override {
    const Path root;
    Fields fields(data, root);
    start(fields, sink);
    if (json::array* const choices = fields.array("choices")) {
      for (json::value& one : *choices) {
        Fields choice(one, root);
        read_choice(choice, sink);
      }
    }
    if (json::value* const usage = fields.find("usage")) sink.usage(decode_usage(*usage, Path(root, "usage")));
  }

  void end(StreamSink& sink) override {
    if (!started_) sink.start(StreamStart{.origin = protocols::openai_chat});
    for (auto& [index, choice] : choices_) {
      if (choice.finished) continue;
      end_parts(choice, sink);
      sink.finish(index, Finish{choice.calls.empty() ? Finish::Reason::stop : Finish::Reason::tool_calls, {}, {}});
    }
    sink.end();
  }

 private:
  struct Call {
    std::size_t part;
    bool open;
    Brackets arguments;
  };
  struct ChoiceState {
    std::optional<std::pair<PartKind, std::size_t>> open;  // a text, a thought or a refusal
    std::map<std::int64_t, Call> calls;                    // by the provider's index
    std::optional<std::int64_t> last_call;
    std::string thought;  // of the open thought, so far
    bool finished = false;
  };

  void start(Fields& fields, StreamSink& sink) {
    if (started_) return;
    started_ = true;
    StreamStart start;
    start.origin = protocols::openai_chat;
    start.id = fields.string("id");
    start.model = fields.string("model");
    start.created = fields.integer("created").value_or(0);
    start.service_tier = fields.string("service_tier");
    sink.start(std::move(start));
  }

  void read_choice(Fields& fields, StreamSink& sink) {
    const auto index = static_cast<std::size_t>(fields.integer("index").value_or(0));
    ChoiceState& choice = choices_[index];
    for (const std::string_view key : {"delta", "message"}) {
      if (json::object* const delta = fields.object(key)) {
        const Path at(fields.path(), key);
        Fields inner(*delta, at);
        read_delta(index, choice, inner, sink);
        break;
      }
    }
    if (json::object* const logprobs = fields.object("logprobs"))
      if (json::value* const content = logprobs->if_contains("content"); content != nullptr && content->is_array() && choice.open)
        sink.logprobs(choice.open->second, std::move(*content));
    const std::string reason = fields.string("finish_reason");
    if (reason.empty() || choice.finished) return;
    end_parts(choice, sink);
    Finish finish = finish_of(reason);
    if (finish.reason == Finish::Reason::stop && !choice.calls.empty()) finish.reason = Finish::Reason::tool_calls;
    choice.finished = true;
    sink.finish(index, std::move(finish));
  }

  void read_delta(std::size_t index, ChoiceState& choice, Fields& delta, StreamSink& sink) {
    std::string thought = delta.string("reasoning_content");
    if (std::string other = delta.find("reasoning") != nullptr ? delta.string("reasoning") : std::string(); thought.empty())
      thought = std::move(other);
    read_details(index, choice, delta, thought, sink);
    if (!thought.empty()) think(index, choice, thought, sink);
    if (json::value* const content = delta.find("content")) {
      if (content->is_string()) {
        if (!content->get_string().empty()) sink.delta(open(index, choice, PartKind::text, sink), content->get_string());
      } else if (content->is_array()) {
        read_parts(index, choice, content->get_array(), sink);
      }
    }
    if (const std::string refusal = delta.string("refusal"); !refusal.empty())
      sink.delta(open(index, choice, PartKind::refusal, sink), refusal);
    if (json::array* const annotations = delta.array("annotations"))
      for (json::value& one : *annotations) sink.citation(open(index, choice, PartKind::text, sink), decode_annotation(one));
    if (json::array* const calls = delta.array("tool_calls"))
      for (json::value& one : *calls) read_call(index, choice, one, sink);
  }

  /// Signed thoughts. Where the text stands beside them without its signature, that is said, once; a detail that is the whole thought so
  /// far adds nothing. MiniMax says sometimes what is new and sometimes all from the beginning.
  void read_details(std::size_t index, ChoiceState& choice, Fields& delta, std::string& thought, StreamSink& sink) {
    json::array* const details = delta.array("reasoning_details");
    if (details == nullptr) return;
    for (json::value& one : *details) {
      const bool minimax = one.is_object() && string_at(one.get_object(), "format").starts_with("MiniMax");
      Part part = decode_detail(one, delta.path());
      const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body);
      if (reasoning == nullptr) continue;
      for (const std::string& section : reasoning->sections) {
        if (section.empty() || section == choice.thought) continue;
        std::string_view fresh = section;
        if (minimax && !choice.thought.empty() && fresh.starts_with(choice.thought)) fresh.remove_prefix(choice.thought.size());
        think(index, choice, thought.empty() ? fresh : thought, sink);
        thought.clear();
      }
      if (!part.signature.empty()) {
        if (reasoning->redacted && reasoning->sections.empty() && !(choice.open && choice.open->first == PartKind::reasoning))
          sink.signature(open(index, choice, PartKind::reasoning, sink, true), std::move(part.signature));
        else
          sink.signature(open(index, choice, PartKind::reasoning, sink), std::move(part.signature));
        close(choice, sink);
      }
    }
  }

  void think(std::size_t index, ChoiceState& choice, std::string_view text, StreamSink& sink) {
    const std::size_t part = open(index, choice, PartKind::reasoning, sink);
    choice.thought += text;
    sink.delta(part, text);
  }

  /// Mistral's content: parts of type `text` and `thinking`.
  void read_parts(std::size_t index, ChoiceState& choice, json::array& parts, StreamSink& sink) {
    for (json::value& one : parts) {
      json::object* const object = one.if_object();
      if (object == nullptr) continue;
      if (const json::value* const text = object->if_contains("text"); text != nullptr && text->is_string()) {
        sink.delta(open(index, choice, PartKind::text, sink), text->get_string());
      } else if (json::value* const thinking = object->if_contains("thinking"); thinking != nullptr && thinking->is_array()) {
        for (const json::value& thought : thinking->get_array())
          if (const json::object* const inner = thought.if_object())
            if (const json::value* const said = inner->if_contains("text"); said != nullptr && said->is_string())
              sink.delta(open(index, choice, PartKind::reasoning, sink), said->get_string());
      }
    }
  }

  void read_call(std::size_t index, ChoiceState& choice, json::value& value, StreamSink& sink) {
    Fields fields(value, Path());
    const std::string id = fields.string("id");
    json::object* function = fields.object("function");
    const bool custom = function == nullptr && (function = fields.object("custom")) != nullptr;
    std::string name;
    std::string arguments;
    if (function != nullptr) {
      Fields inner(*function, fields.path());
      name = inner.string("name");
      if (json::value* const given = inner.find(custom ? "input" : "arguments"))
        arguments = given->is_string() ? std::string(given->get_string()) : json::serialize(*given);
    }
    // Some servers leave the index out, or give every call the index 0 and an id of its own.
    std::int64_t at = fields.integer("index").value_or(choice.last_call && id.empty() ? *choice.last_call : next_index_);
    const auto known = choice.calls.find(at);
    if (known != choice.calls.end() && !id.empty() && !name.empty() && id != ids_[known->second.part]) at = next_index_;
    next_index_ = std::max(next_index_, at + 1);
    auto it = choice.calls.find(at);
    if (it == choice.calls.end()) {
      close(choice, sink);
      for (auto& [other, call] : choice.calls) end_if_complete(call, sink);
      it = choice.calls.emplace(at, Call{parts_, true, {}}).first;
      PartBegin begin;
      begin.part = parts_++;
      begin.choice = index;
      begin.kind = PartKind::tool_call;
      begin.id = id;
      begin.name = name;
      begin.custom = custom;
      begin.signature = signature_of(fields);
      ids_[begin.part] = id;
      sink.begin(std::move(begin));
    }
    choice.last_call = at;
    Call& call = it->second;
    if (!call.open) return;
    if (arguments.empty()) return;
    call.arguments.feed(arguments);
    sink.delta(call.part, arguments);
  }

  static Signature signature_of(Fields& call) {
    json::object* const extra = call.object("extra_content");
    json::value* const google = extra != nullptr ? extra->if_contains("google") : nullptr;
    if (google == nullptr || !google->is_object()) return {};
    const json::value* const signature = google->get_object().if_contains("thought_signature");
    if (signature == nullptr || !signature->is_string()) return {};
    return {std::string(protocols::gemini), std::string(signature->get_string()), {}};
  }

  std::size_t open(std::size_t index, ChoiceState& choice, PartKind kind, StreamSink& sink, bool redacted = false) {
    if (choice.open && choice.open->first == kind) return choice.open->second;
    close(choice, sink);
    PartBegin begin;
    begin.part = parts_;
    begin.choice = index;
    begin.kind = kind;
    begin.redacted = redacted;
    sink.begin(std::move(begin));
    choice.open = {kind, parts_};
    return parts_++;
  }

  void close(ChoiceState& choice, StreamSink& sink) {
    if (choice.open) sink.end_part(choice.open->second);
    choice.open.reset();
    choice.thought.clear();
  }

  void end_if_complete(Call& call, StreamSink& sink) {
    if (!call.open || !call.arguments.closed()) return;
    call.open = false;
    sink.end_part(call.part);
  }

  void end_parts(ChoiceState& choice, StreamSink& sink) {
    close(choice, sink);
    for (auto& [at, call] : choice.calls) {
      if (!call.open) continue;
      call.open = false;
      sink.end_part(call.part);
    }
  }

  std::map<std::size_t, ChoiceState> choices_;
  std::map<std::size_t, std::string> ids_;  // of calls, by part
  std::size_t parts_ = 0;
  std::int64_t next_index_ = 0;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<StreamReader> reader() { return std::make_unique<Reader>(); }

}  // namespace patchbay::conversion::chat
