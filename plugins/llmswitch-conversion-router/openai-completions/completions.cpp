#include "openai-completions/completions.hpp"

#include <boost/json/serialize.hpp>
#include <map>

#include "hub/json_text.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::completions {

namespace {

json::object head_of(const std::string& id, const std::string& model, std::int64_t created, const AnswerContext& context) {
  return {{"id", id.starts_with("cmpl") ? id : "cmpl-" + (id.empty() ? std::string(context.request_id) : id)},
          {"object", "text_completion"},
          {"created", created != 0 ? created : context.now},
          {"model", model.empty() ? context.request.model : model}};
}

json::object choice_of(std::size_t index, std::string_view text, json::value finish) {
  return {{"text", text}, {"index", index}, {"logprobs", nullptr}, {"finish_reason", std::move(finish)}};
}

/// Reads chunks, each a piece of text.
class Reader final : public StreamReader {
 public:
  void event(std::string_view, json::value& data, StreamSink& sink) override {
    const Path root;
    Fields fields(data, root);
    if (!std::exchange(started_, true)) {
      StreamStart start;
      start.origin = protocols::openai_completions;
      start.id = fields.string("id");
      start.model = fields.string("model");
      start.created = fields.integer("created").value_or(0);
      sink.start(std::move(start));
    }
    if (json::array* const choices = fields.array("choices"))
      for (json::value& one : *choices) {
        Fields choice(one, root);
        const auto index = static_cast<std::size_t>(choice.integer("index").value_or(0));
        const std::string text = choice.string("text");
        if (!text.empty()) sink.delta(part_of(index, sink), text);
        if (const std::string reason = choice.string("finish_reason"); !reason.empty()) finish(index, chat::finish_of(reason), sink);
      }
    if (json::value* const usage = fields.find("usage")) sink.usage(chat::decode_usage(*usage, root));
  }

  void end(StreamSink& sink) override {
    if (!started_) sink.start(StreamStart{.origin = protocols::openai_completions});
    if (parts_.empty() && finished_.empty()) finish(0, Finish{Finish::Reason::stop, {}, {}}, sink);
    for (const auto& [index, part] : std::map(parts_)) finish(index, Finish{Finish::Reason::stop, {}, {}}, sink);
    sink.end();
  }

 private:
  std::size_t part_of(std::size_t index, StreamSink& sink) {
    const auto known = parts_.find(index);
    if (known != parts_.end()) return known->second;
    PartBegin begin;
    begin.part = next_;
    begin.choice = index;
    sink.begin(std::move(begin));
    parts_[index] = next_;
    return next_++;
  }

  void finish(std::size_t index, Finish&& finish, StreamSink& sink) {
    if (std::exchange(finished_[index], true)) return;
    if (const auto part = parts_.find(index); part != parts_.end()) sink.end_part(part->second);
    sink.finish(index, std::move(finish));
  }

  std::map<std::size_t, std::size_t> parts_;
  std::map<std::size_t, bool> finished_;
  std::size_t next_ = 0;
  bool started_ = false;
};

/// Writes the text of an answer; thoughts and calls have no place in it.
class Writer final : public StreamWriter {
 public:
  Writer(const AnswerContext& context, EventSink& out) : context_(context), out_(out) {}

  void start(StreamStart&& start) override {
    head_ = head_of(start.id, start.model, start.created, context_);
    update(usage_, std::move(start.usage));
  }
  void begin(PartBegin&& begin) override {
    if (begin.kind == PartKind::text || begin.kind == PartKind::refusal)
      choices_[begin.part] = begin.choice;
    else
      out_.lost(begin.kind == PartKind::tool_call ? "tool call" : begin.kind == PartKind::reasoning ? "reasoning" : begin.name);
  }
  void delta(std::size_t part, std::string_view text) override {
    if (const auto choice = choices_.find(part); choice != choices_.end()) chunk(json::array{choice_of(choice->second, text, nullptr)});
  }
  void section(std::size_t) override {}
  void signature(std::size_t, Signature&&) override {}
  void citation(std::size_t, Citation&&) override {}
  void logprobs(std::size_t, json::value&&) override {}
  void end_part(std::size_t) override {}
  void finish(std::size_t choice, Finish&& finish) override {
    chunk(json::array{choice_of(choice, "", json::value(chat::reason_of(finish)))});
  }
  void usage(Usage&& usage) override { update(usage_, std::move(usage)); }
  void end() override {
    if (!context_.request.include_usage || !usage_.known()) return;
    head_["usage"] = chat::encode_usage(std::move(usage_));
    chunk({});
  }
  void fail(const Error& error) override { out_.emit({}, chat::encode_error(error)); }

 private:
  void chunk(json::array&& choices) {
    json::object chunk = head_;
    chunk["choices"] = std::move(choices);
    out_.emit({}, json::serialize(chunk));
  }

  const AnswerContext& context_;
  EventSink& out_;
  json::object head_;
  std::map<std::size_t, std::size_t> choices_;  // of the open texts
  Usage usage_;
};

}  // namespace

ModelRequest decode_request(json::value& body) {
  const Path root;
  Fields fields(body, root);
  ModelRequest request;
  request.origin = protocols::openai_completions;
  request.model = fields.string("model");
  request.stream = fields.boolean("stream").value_or(false);
  const std::vector<std::string> prompts = fields.strings("prompt");
  if (prompts.size() != 1)
    fields.fail("prompt", prompts.empty() ? "is missing" : "must be one text; send several requests for several prompts");
  Message message;
  message.parts.push_back({Text{prompts.front(), {}}, {}, {}, {}});
  request.messages.push_back(std::move(message));
  request.temperature = fields.value("temperature");
  request.top_p = fields.value("top_p");
  request.frequency_penalty = fields.value("frequency_penalty");
  request.presence_penalty = fields.value("presence_penalty");
  request.seed = fields.value("seed");
  request.logit_bias = fields.value("logit_bias");
  request.max_tokens = fields.integer("max_tokens");
  request.choices = fields.integer("n");
  request.stop = fields.strings("stop");
  request.user = fields.string("user");
  request.include_usage = false;
  if (json::object* const options = fields.object("stream_options"))
    request.include_usage = Fields(*options, root).boolean("include_usage").value_or(false);
  request.extras = fields.rest();
  return request;
}

json::value encode_request(ModelRequest& request, Fidelity& fidelity) {
  const bool same = request.origin == protocols::openai_completions;
  std::string prompt;
  for (const Message& message : request.messages) {
    if (!same && message.role != Role::user) fidelity.lost("roles", "a prompt is one text");
    prompt.append(prompt.empty() ? "" : "\n\n").append(text_of(message.parts));
    for (const Part& part : message.parts)
      if (!std::holds_alternative<Text>(part.body)) fidelity.lost("content", "a prompt is text alone");
  }
  json::object body{{"model", request.model}, {"prompt", prompt}};
  put(body, "temperature", request.temperature);
  put(body, "top_p", request.top_p);
  put(body, "frequency_penalty", request.frequency_penalty);
  put(body, "presence_penalty", request.presence_penalty);
  put(body, "seed", request.seed);
  put(body, "logit_bias", std::move(request.logit_bias));
  if (request.max_tokens) body["max_tokens"] = *request.max_tokens;
  if (request.choices) body["n"] = *request.choices;
  if (!request.stop.empty()) body["stop"] = json::array(request.stop.begin(), request.stop.end());
  put(body, "user", json::value(request.user));
  if (!request.tools.empty()) fidelity.lost("tools", "text completions know none");
  if (request.format.kind != Format::Kind::unsaid) fidelity.lost("response_format", "text completions know none");
  if (request.thinking.said()) fidelity.lost("reasoning", "text completions know none");
  if (request.stream) {
    body["stream"] = true;
    if (request.include_usage || !same) body["stream_options"] = {{"include_usage", true}};
  }
  if (same)
    merge(body, std::move(request.extras));
  else
    fidelity.leftovers("", request.extras);
  return body;
}

Answer decode_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  Answer answer;
  answer.origin = protocols::openai_completions;
  answer.id = fields.string("id");
  answer.model = fields.string("model");
  answer.created = fields.integer("created").value_or(0);
  json::array* const choices = fields.array("choices");
  if (choices == nullptr) fields.fail("choices", "is missing");
  for (json::value& one : *choices) {
    const Path at(root, "choices", answer.choices.size());
    Fields choice(one, at);
    Choice& decoded = answer.choices.emplace_back();
    decoded.parts.push_back({Text{choice.string("text"), {}}, {}, {}, {}});
    decoded.finish = chat::finish_of(choice.string("finish_reason"));
  }
  if (json::value* const usage = fields.find("usage")) answer.usage = chat::decode_usage(*usage, root);
  return answer;
}

json::value encode_answer(Answer&& answer, const AnswerContext& context) {
  json::array choices;
  for (const Choice& choice : answer.choices)
    choices.push_back(choice_of(choices.size(), text_of(choice.parts), json::value(chat::reason_of(choice.finish))));
  json::object body = head_of(answer.id, answer.model, answer.created, context);
  body["choices"] = std::move(choices);
  if (answer.usage.known()) body["usage"] = chat::encode_usage(std::move(answer.usage));
  return body;
}

std::unique_ptr<StreamReader> reader() { return std::make_unique<Reader>(); }

std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) { return std::make_unique<Writer>(context, out); }

}  // namespace patchbay::conversion::completions
