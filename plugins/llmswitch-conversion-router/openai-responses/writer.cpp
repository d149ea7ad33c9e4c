#include <boost/json/serialize.hpp>

#include "hub/json_text.hpp"
#include "hub/sequenced_writer.hpp"
#include "hub/signature.hpp"
#include "openai-responses/client_tools.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

/// `response.error.code` is one of a list (https://platform.openai.com/docs/api-reference/responses/object).
std::string_view failure_code(ErrorKind kind) {
  if (kind == ErrorKind::rate_limited) return "rate_limit_exceeded";
  return kind == ErrorKind::invalid_request ? "invalid_prompt" : "server_error";
}

/// Writes one item after the other, each with all the events that the API sends for it, and the whole answer in the last event.
class Items final : public StreamSink {
 public:
  Items(const AnswerContext& context, EventSink& out) : context_(context), out_(out) {}

  void start(StreamStart&& start) override {
    origin_ = start.origin;
    base_ = start.id.empty() ? std::string(context_.request_id) : start.id;
    update(usage_, std::move(start.usage));
    shell_ = answer_shell(std::move(start.id), std::move(start.model), start.created, context_);
    put(shell_, "service_tier", json::value(start.service_tier));
    emit("response.created", {{"response", shell_}});
    emit("response.in_progress", {{"response", shell_}});
  }

  void begin(PartBegin&& begin) override {
    if (begin.choice != 0) return;
    begin_ = std::move(begin);
    open_ = true;
    text_.clear();
    annotations_.clear();
    logprobs_.clear();
    sections_.clear();
    section_open_ = false;
    signature_ = {};
    const bool content = begin_.kind == PartKind::text || begin_.kind == PartKind::refusal;
    if (!content) close_message();
    switch (begin_.kind) {
      case PartKind::text:
      case PartKind::refusal: begin_content(); break;
      case PartKind::tool_call: begin_call(); break;
      case PartKind::reasoning:
        item_id_ = id("rs_");
        emit("response.output_item.added", {{"output_index", output_.size()}, {"item", reasoning_item(item_id_, {}, {})}});
        break;
      case PartKind::opaque:
        open_ = false;
        out_.lost(begin_.name);
        break;
    }
  }

  void delta(std::size_t part, std::string_view text) override {
    if (!is_current(part) || text.empty()) return;
    switch (begin_.kind) {
      case PartKind::text:
        text_ += text;
        hot("response.output_text.delta", "\"content_index\":" + std::to_string(content_.size()) + ",", text, ",\"logprobs\":[]");
        break;
      case PartKind::refusal:
        text_ += text;
        hot("response.refusal.delta", "\"content_index\":" + std::to_string(content_.size()) + ",", text, "");
        break;
      case PartKind::tool_call:
        text_ += text;
        if (begin_.type.empty())
          hot(begin_.custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta", "", text, "");
        break;
      case PartKind::reasoning:
        if (!section_open_) begin_section();
        sections_.back() += text;
        hot("response.reasoning_summary_text.delta", "\"summary_index\":" + std::to_string(sections_.size() - 1) + ",", text, "");
        break;
      case PartKind::opaque: break;
    }
  }

  void section(std::size_t part) override {
    if (is_current(part)) end_section();
  }

  void signature(std::size_t part, Signature&& signature) override {
    if (is_current(part)) signature_ = std::move(signature);
  }

  void citation(std::size_t part, Citation&& citation) override {
    if (!is_current(part) || begin_.kind != PartKind::text || citation.url.empty()) return out_.lost("citation");
    if (citation.start < 0)
      of_whole_text_.push_back(std::move(citation));
    else
      annotate(citation);
  }

  void logprobs(std::size_t part, json::value&& tokens) override {
    if (is_current(part) && tokens.is_array())
      for (json::value& token : tokens.get_array()) logprobs_.push_back(std::move(token));
  }

  void end_part(std::size_t part) override {
    if (!is_current(part)) return;
    open_ = false;
    switch (begin_.kind) {
      case PartKind::text:
      case PartKind::refusal: end_content(); break;
      case PartKind::tool_call: end_call(); break;
      case PartKind::reasoning: end_reasoning(); break;
      case PartKind::opaque: break;
    }
  }

  void finish(std::size_t choice, Finish&& finish) override {
    if (choice == 0) finish_ = std::move(finish);
  }
  void usage(Usage&& usage) override { update(usage_, std::move(usage)); }

  void end() override {
    close_message();
    put_status(shell_, finish_);
    shell_["output"] = std::move(output_);
    if (usage_.input < 0) usage_.input = context_.estimated_input;
    shell_["usage"] = encode_usage(usage_);
    const std::string_view name = shell_["status"] == "incomplete" ? "response.incomplete" : "response.completed";
    emit(name, {{"response", std::move(shell_)}});
  }

  void fail(const Error& error) {
    shell_["status"] = "failed";
    shell_["output"] = std::move(output_);
    shell_["error"] = {{"code", error.code.empty() ? failure_code(error.kind) : std::string_view(error.code)}, {"message", error.message}};
    emit("response.failed", {{"response", std::move(shell_)}});
  }

 private:
  void annotate(const Citation& citation) {
    annotations_.push_back(encode_annotation(citation));
    emit("response.output_text.annotation.added", {{"item_id", item_id_},
                                                   {"output_index", output_.size()},
                                                   {"content_index", content_.size()},
                                                   {"annotation_index", annotations_.size() - 1},
                                                   {"annotation", annotations_.back()}});
  }

  [[nodiscard]] bool is_current(std::size_t part) const { return open_ && begin_.part == part; }
  [[nodiscard]] std::string id(std::string_view prefix) const { return std::string(prefix) + base_ + "_" + std::to_string(output_.size()); }

  void begin_content() {
    if (!message_open_) {
      message_open_ = true;
      message_id_ = id("msg_");
      json::object item = message_item(message_id_, {});
      item["status"] = "in_progress";
      emit("response.output_item.added", {{"output_index", output_.size()}, {"item", std::move(item)}});
    }
    item_id_ = message_id_;
    json::object part = begin_.kind == PartKind::text ? text_part({}, {}) : json::object{{"type", "refusal"}, {"refusal", ""}};
    emit("response.content_part.added",
         {{"item_id", item_id_}, {"output_index", output_.size()}, {"content_index", content_.size()}, {"part", std::move(part)}});
  }

  void end_content() {
    for (Citation& citation : std::exchange(of_whole_text_, {})) {
      place(citation, characters_in(text_), 0);
      annotate(citation);
    }
    const bool refusal = begin_.kind == PartKind::refusal;
    json::object done{{"item_id", item_id_}, {"output_index", output_.size()}, {"content_index", content_.size()}};
    json::object part;
    if (refusal) {
      part = {{"type", "refusal"}, {"refusal", text_}};
      done["refusal"] = text_;
    } else {
      part = text_part(text_, std::move(annotations_));
      part["logprobs"] = logprobs_;
      done["text"] = text_;
      done["logprobs"] = std::move(logprobs_);
    }
    emit(refusal ? "response.refusal.done" : "response.output_text.done", std::move(done));
    emit("response.content_part.done",
         {{"item_id", item_id_}, {"output_index", output_.size()}, {"content_index", content_.size()}, {"part", part}});
    content_.push_back(std::move(part));
  }

  void close_message() {
    if (!message_open_) return;
    message_open_ = false;
    finish_item(message_item(message_id_, std::exchange(content_, {})));
  }

  void begin_call() {
    if (begin_.id.empty()) begin_.id = id("call_");
    if (!begin_.signature.empty()) {  // its signature rides in a thought of its own in front of it
      json::object carrier = reasoning_item(id("rs_"), {}, begin_.signature, true);
      emit("response.output_item.added", {{"output_index", output_.size()}, {"item", carrier}});
      finish_item(std::move(carrier));
    }
    if (!begin_.type.empty())
      return;  // what is to be done stands in the item, which has no events of its own: it is written when it is whole
    item_id_ = id("fc_");
    json::object item = call_item(item_id_, call_of({}));
    item["status"] = "in_progress";
    item[begin_.custom ? "input" : "arguments"] = "";
    emit("response.output_item.added", {{"output_index", output_.size()}, {"item", std::move(item)}});
  }

  [[nodiscard]] ToolCall call_of(std::string arguments) const {
    return {begin_.id, begin_.name, std::move(arguments), begin_.custom, begin_.space, begin_.type};
  }

  void end_call() {
    if (!begin_.type.empty()) {
      json::object item = client_call_item(id("ct_"), call_of(text_));
      emit("response.output_item.added", {{"output_index", output_.size()}, {"item", item}});
      finish_item(std::move(item));
      return;
    }
    if (!begin_.custom && text_.empty()) text_ = "{}";
    emit(begin_.custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
         {{"item_id", item_id_}, {"output_index", output_.size()}, {begin_.custom ? "input" : "arguments", text_}});
    finish_item(call_item(item_id_, call_of(text_)));
  }

  void begin_section() {
    section_open_ = true;
    sections_.emplace_back();
    emit("response.reasoning_summary_part.added", {{"item_id", item_id_},
                                                   {"output_index", output_.size()},
                                                   {"summary_index", sections_.size() - 1},
                                                   {"part", {{"type", "summary_text"}, {"text", ""}}}});
  }

  void end_section() {
    if (!section_open_) return;
    section_open_ = false;
    const std::size_t index = sections_.size() - 1;
    emit("response.reasoning_summary_text.done",
         {{"item_id", item_id_}, {"output_index", output_.size()}, {"summary_index", index}, {"text", sections_.back()}});
    emit("response.reasoning_summary_part.done", {{"item_id", item_id_},
                                                  {"output_index", output_.size()},
                                                  {"summary_index", index},
                                                  {"part", {{"type", "summary_text"}, {"text", sections_.back()}}}});
  }

  void end_reasoning() {
    end_section();
    if (signature_.origin.empty()) signature_.origin = origin_;
    finish_item(reasoning_item(item_id_, sections_, signature_));
  }

  void finish_item(json::object&& item) {
    emit("response.output_item.done", {{"output_index", output_.size()}, {"item", item}});
    output_.push_back(std::move(item));
  }

  /// A delta, without building a tree for it.
  void hot(std::string_view type, const std::string& where, std::string_view delta, std::string_view more) {
    std::string text;
    text.reserve(delta.size() + 200);
    text.append("{\"type\":\"").append(type).append("\",\"sequence_number\":").append(std::to_string(sequence_++));
    text.append(",\"item_id\":");
    append_quoted(text, item_id_);
    text.append(",\"output_index\":").append(std::to_string(output_.size())).append(",").append(where).append("\"delta\":");
    append_quoted(text, delta);
    out_.emit(type, text.append(more).append("}"));
  }

  void emit(std::string_view type, json::object data) {
    json::object event{{"type", type}, {"sequence_number", sequence_++}};
    merge(event, std::move(data));
    out_.emit(type, json::serialize(event));
  }

  const AnswerContext& context_;
  EventSink& out_;
  json::object shell_;  // the answer as it will be
  json::array output_;
  std::string_view origin_;  // of the answer
  std::string base_;         // of the ids that are made here
  std::size_t sequence_ = 0;
  Usage usage_;
  Finish finish_;

  PartBegin begin_;  // the open part
  std::string item_id_;
  std::string text_;
  json::array annotations_;
  std::vector<Citation> of_whole_text_;  // whose range is known at its end
  json::array logprobs_;
  std::vector<std::string> sections_;
  Signature signature_;
  std::string message_id_;  // a message may hold several parts
  json::array content_;
  bool open_ = false;
  bool message_open_ = false;
  bool section_open_ = false;
};

}  // namespace

std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) {
  return std::make_unique<SequencedWriter<Items>>(context, out);
}

}  // namespace patchbay::conversion::responses
