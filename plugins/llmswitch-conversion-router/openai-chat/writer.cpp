#include <boost/json/serialize.hpp>
#include <map>

#include "hub/choice_index.hpp"
#include "hub/json_text.hpp"
#include "hub/signature.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

/// Writes chunks: a role first, then deltas, one finish per choice, usage last if the client asked for it. `[DONE]` is the server's.
class Writer final : public StreamWriter {
 public:
  Writer(const AnswerContext& context, EventSink& out) : context_(context), out_(out) {}

  void start(StreamStart&& start) override {
    json::object head{{"id", completion_id(start.id, context_)},
                      {"object", "chat.completion.chunk"},
                      {"created", start.created != 0 ? start.created : context_.now},
                      {"model", start.model.empty() ? context_.request.model : start.model}};
    put(head, "service_tier", json::value(start.service_tier));
    head_ = json::serialize(head);
    head_.back() = ',';
    update(usage_, std::move(start.usage));
  }

  void begin(PartBegin&& begin) override {
    greet(begin.choice);
    PartState& part = parts_[begin.part];
    part.choice = begin.choice;
    part.kind = begin.kind;
    part.custom = begin.custom;
    part.summary = begin.summary;
    part.before = characters_[begin.choice];
    if (begin.kind == PartKind::opaque) out_.lost(begin.name);
    if (begin.kind != PartKind::tool_call) return;
    part.call = calls_[begin.choice]++;
    std::string id = begin.id.empty() ? made_call_id("call_", context_.request_id, part.call) : begin.id;
    std::string delta = "{\"tool_calls\":[{\"index\":" + std::to_string(part.call) + ",\"id\":";
    append_quoted(delta, id);
    delta += begin.custom ? ",\"type\":\"custom\",\"custom\":{\"name\":" : ",\"type\":\"function\",\"function\":{\"name\":";
    append_quoted(delta, begin.name);
    delta += begin.custom ? ",\"input\":\"\"}" : ",\"arguments\":\"\"}";
    if (begin.signature.origin == protocols::gemini) {
      delta += ",\"extra_content\":{\"google\":{\"thought_signature\":";
      append_quoted(delta, begin.signature.data);
      delta += "}}";
    }
    delta += "}]}";
    chunk(begin.choice, delta);
  }

  void delta(std::size_t index, std::string_view text) override {
    PartState& part = parts_[index];
    part.said = true;
    std::string delta;
    delta.reserve(text.size() + 96);
    switch (part.kind) {
      case PartKind::text: delta = "{\"content\":"; break;
      case PartKind::reasoning: delta = "{\"reasoning_content\":"; break;
      case PartKind::refusal: delta = "{\"refusal\":"; break;
      case PartKind::tool_call:
        delta = "{\"tool_calls\":[{\"index\":" + std::to_string(part.call) +
                (part.custom ? ",\"custom\":{\"input\":" : ",\"function\":{\"arguments\":");
        break;
      case PartKind::opaque: return;
    }
    if (part.kind == PartKind::reasoning) part.text += text;
    if (part.kind == PartKind::text) part.characters += characters_in(text);
    append_quoted(delta, text);
    delta += part.kind == PartKind::tool_call ? "}}]}" : "}";
    chunk(part.choice, delta);
  }

  void section(std::size_t part) override {
    if (parts_[part].said) delta(part, "\n\n");
  }

  void signature(std::size_t index, Signature&& signature) override {
    PartState& part = parts_[index];
    if (part.kind != PartKind::reasoning) return;
    json::array details;
    if (part.summary && !part.text.empty()) {
      json::object summary = encode_detail(signature, details_++);
      summary["type"] = "reasoning.summary";
      summary["summary"] = part.text;
      details.push_back(std::move(summary));
    }
    json::object detail = encode_detail(signature, details_++);
    const bool text = !signature.redacted && signature.origin == protocols::anthropic_messages;
    detail["type"] = text ? "reasoning.text" : "reasoning.encrypted";
    if (text) detail["text"] = part.text;
    detail[text ? "signature" : "data"] = signature.data;
    details.push_back(std::move(detail));
    chunk(part.choice, json::serialize(json::object{{"reasoning_details", std::move(details)}}));
  }

  void citation(std::size_t index, Citation&& citation) override {
    PartState& part = parts_[index];
    if (citation.url.empty()) return out_.lost("citation");
    if (citation.start < 0 && !part.ended)
      part.of_whole_text.push_back(std::move(citation));
    else
      annotate(part, std::move(citation));
  }

  void logprobs(std::size_t part, json::value&& tokens) override {
    chunk(parts_[part].choice, "{}", "null", json::serialize(json::object{{"content", std::move(tokens)}, {"refusal", nullptr}}));
  }

  void end_part(std::size_t index) override {
    PartState& part = parts_[index];
    part.ended = true;
    for (Citation& citation : std::exchange(part.of_whole_text, {})) annotate(part, std::move(citation));
    if (part.kind == PartKind::text) characters_[part.choice] += part.characters;
    if (part.kind == PartKind::tool_call && !part.said && !part.custom) delta(index, "{}");
  }

  void finish(std::size_t choice, Finish&& finish) override {
    greet(choice);
    chunk(choice, "{}", '"' + std::string(reason_of(finish)) + '"');
  }

  void usage(Usage&& usage) override { update(usage_, std::move(usage)); }

  void end() override {
    if (!context_.request.include_usage || !usage_.known()) return;
    out_.emit({}, head_ + "\"choices\":[],\"usage\":" + json::serialize(encode_usage(std::move(usage_))) + "}");
  }

  void fail(const Error& error) override { out_.emit({}, encode_error(error)); }

 private:
  struct PartState {
    std::size_t choice = 0;
    PartKind kind = PartKind::text;
    std::size_t call = 0;
    bool custom = false;
    bool said = false;
    bool summary = false;
    bool ended = false;
    std::string text;             // of a thought: its signature repeats it
    std::int64_t characters = 0;  // of a text
    std::int64_t before = 0;      // of the texts in front of it, which are one with it
    std::vector<Citation> of_whole_text;
  };

  void annotate(const PartState& part, Citation&& citation) {
    place(citation, part.characters, part.before);
    chunk(part.choice, json::serialize(json::object{{"annotations", json::array{encode_annotation(citation)}}}));
  }

  void greet(std::size_t choice) {
    if (choice >= greeted_.size()) greeted_.resize(choice_index(choice) + 1);
    if (greeted_[choice]) return;
    greeted_[choice] = true;
    chunk(choice, "{\"role\":\"assistant\",\"content\":\"\"}");
  }

  void chunk(std::size_t choice, std::string_view delta, std::string_view finish = "null", std::string_view logprobs = "null") {
    std::string text;
    text.reserve(head_.size() + delta.size() + 96);
    text.append(head_).append("\"choices\":[{\"index\":").append(std::to_string(choice)).append(",\"delta\":").append(delta);
    text.append(",\"logprobs\":").append(logprobs).append(",\"finish_reason\":").append(finish).append("}]}");
    out_.emit({}, std::move(text));
  }

  const AnswerContext& context_;
  EventSink& out_;
  std::string head_;  // of every chunk, up to its choices
  std::map<std::size_t, PartState> parts_;
  std::map<std::size_t, std::size_t> calls_;        // per choice
  std::map<std::size_t, std::int64_t> characters_;  // of the texts that ended, per choice
  std::vector<bool> greeted_;
  std::size_t details_ = 0;
  Usage usage_;
};

}  // namespace

std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) { return std::make_unique<Writer>(context, out); }

}  // namespace patchbay::conversion::chat
