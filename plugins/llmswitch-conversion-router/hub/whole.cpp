#include "hub/whole.hpp"

#include "hub/choice_index.hpp"

namespace patchbay::conversion {

void Aggregator::start(StreamStart&& start) {
  answer_.origin = start.origin;
  answer_.id = std::move(start.id);
  answer_.model = std::move(start.model);
  answer_.created = start.created;
  answer_.service_tier = std::move(start.service_tier);
  update(answer_.usage, std::move(start.usage));
}

Choice& Aggregator::choice_at(std::size_t index) {
  if (index >= answer_.choices.size()) answer_.choices.resize(choice_index(index) + 1);
  return answer_.choices[index];
}

Part& Aggregator::part_at(std::size_t part) {
  const Place place = places_.at(part);
  return answer_.choices[place.choice].parts[place.part];
}

void Aggregator::begin(PartBegin&& begin) {
  Choice& choice = choice_at(begin.choice);
  places_[begin.part] = {begin.choice, choice.parts.size()};
  Part& part = choice.parts.emplace_back();
  switch (begin.kind) {
    case PartKind::text: part.body = Text{}; break;
    case PartKind::reasoning: part.body = Reasoning{{}, begin.summary, begin.redacted}; break;
    case PartKind::tool_call:
      part.body = ToolCall{std::move(begin.id), std::move(begin.name), {}, begin.custom, std::move(begin.space), std::move(begin.type)};
      part.signature = std::move(begin.signature);
      break;
    case PartKind::refusal: part.body = Refusal{}; break;
    case PartKind::opaque: part.body = Opaque{std::move(begin.name), std::move(begin.raw)}; break;
  }
}

void Aggregator::delta(std::size_t part, std::string_view text) {
  auto& body = part_at(part).body;
  if (Text* const into = std::get_if<Text>(&body)) into->text += text;
  if (Refusal* const into = std::get_if<Refusal>(&body)) into->text += text;
  if (ToolCall* const into = std::get_if<ToolCall>(&body)) into->arguments += text;
  if (Reasoning* const into = std::get_if<Reasoning>(&body)) {
    if (into->sections.empty()) into->sections.emplace_back();
    into->sections.back() += text;
  }
}

void Aggregator::section(std::size_t part) {
  if (Reasoning* const reasoning = std::get_if<Reasoning>(&part_at(part).body)) reasoning->sections.emplace_back();
}

void Aggregator::signature(std::size_t part, Signature&& signature) { part_at(part).signature = std::move(signature); }

void Aggregator::citation(std::size_t part, Citation&& citation) {
  if (Text* const text = std::get_if<Text>(&part_at(part).body)) text->citations.push_back(std::move(citation));
}

void Aggregator::logprobs(std::size_t part, json::value&& tokens) {
  json::value& all = answer_.choices[places_.at(part).choice].logprobs;
  if (!all.is_array()) all = json::array();
  if (tokens.is_array())
    for (json::value& token : tokens.get_array()) all.get_array().push_back(std::move(token));
}

namespace {

PartBegin begin_of(Part& part) {
  PartBegin begin;
  if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
    begin.kind = PartKind::tool_call;
    begin.id = std::move(call->id);
    begin.name = std::move(call->name);
    begin.custom = call->custom;
    begin.space = std::move(call->space);
    begin.type = std::move(call->type);
    begin.signature = std::exchange(part.signature, {});
  } else if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
    begin.kind = PartKind::reasoning;
    begin.summary = reasoning->summary;
    begin.redacted = reasoning->redacted;
  } else if (std::holds_alternative<Refusal>(part.body)) {
    begin.kind = PartKind::refusal;
  } else if (Opaque* const opaque = std::get_if<Opaque>(&part.body)) {
    begin.kind = PartKind::opaque;
    begin.name = std::move(opaque->type);
    begin.raw = std::move(opaque->raw);
  }
  return begin;
}

void say(Part& part, std::size_t index, StreamSink& sink) {
  if (Text* const text = std::get_if<Text>(&part.body)) {
    if (!text->text.empty()) sink.delta(index, text->text);
    for (Citation& citation : text->citations) sink.citation(index, std::move(citation));
  }
  if (const Refusal* const refusal = std::get_if<Refusal>(&part.body)) sink.delta(index, refusal->text);
  if (const ToolCall* const call = std::get_if<ToolCall>(&part.body); call != nullptr && !call->arguments.empty())
    sink.delta(index, call->arguments);
  if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
    for (const std::string& section : reasoning->sections) {
      if (&section != &reasoning->sections.front() || reasoning->summary) sink.section(index);
      sink.delta(index, section);
    }
  }
}

}  // namespace

void disperse(Answer&& answer, StreamSink& sink) {
  sink.start({answer.origin, std::move(answer.id), std::move(answer.model), answer.created, std::move(answer.service_tier), answer.usage});
  std::size_t index = 0;
  for (std::size_t i = 0; i < answer.choices.size(); ++i) {
    Choice& choice = answer.choices[i];
    for (Part& part : choice.parts) {
      PartBegin begin = begin_of(part);
      begin.part = index;
      begin.choice = i;
      sink.begin(std::move(begin));
      say(part, index, sink);
      if (std::holds_alternative<Text>(part.body) && !choice.logprobs.is_null()) sink.logprobs(index, std::exchange(choice.logprobs, {}));
      if (!part.signature.empty()) sink.signature(index, std::move(part.signature));
      sink.end_part(index++);
    }
    sink.finish(i, std::move(choice.finish));
  }
  sink.usage(std::move(answer.usage));
  sink.end();
}

}  // namespace patchbay::conversion
