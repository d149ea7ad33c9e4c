#include <algorithm>

#include "gemini/gemini.hpp"
#include "hub/json_text.hpp"

namespace patchbay::conversion::gemini {

Finish finish_of(std::string_view reason) {
  using Reason = Finish::Reason;
  Finish finish;
  finish.native = reason;
  if (reason == "STOP" || reason == "FINISH_REASON_UNSPECIFIED")
    finish.reason = Reason::stop;
  else if (reason == "MAX_TOKENS")
    finish.reason = Reason::length;
  else if (reason == "MALFORMED_FUNCTION_CALL" || reason == "UNEXPECTED_TOOL_CALL" || reason == "TOO_MANY_TOOL_CALLS" || reason == "OTHER")
    finish.reason = Reason::error;
  else  // SAFETY, RECITATION, LANGUAGE, BLOCKLIST, PROHIBITED_CONTENT, SPII, IMAGE_SAFETY and what may be added
    finish.reason = Reason::content_filter;
  return finish;
}

std::string_view reason_of(const Finish& finish) {
  switch (finish.reason) {
    case Finish::Reason::length:
    case Finish::Reason::context_full: return "MAX_TOKENS";
    case Finish::Reason::content_filter:
    case Finish::Reason::refusal: return "SAFETY";
    case Finish::Reason::error: return "OTHER";
    default: return "STOP";
  }
}

Usage decode_usage(json::value& value, const Path& path) {
  Fields fields(value, path);
  const std::int64_t prompt = fields.integer("promptTokenCount").value_or(-1);
  const std::int64_t tools = fields.integer("toolUsePromptTokenCount").value_or(0);
  const std::int64_t answer = fields.integer("candidatesTokenCount").value_or(-1);
  Usage usage;
  usage.reasoning = fields.integer("thoughtsTokenCount").value_or(-1);
  usage.cached = fields.integer("cachedContentTokenCount").value_or(-1);
  usage.total = fields.integer("totalTokenCount").value_or(-1);
  if (prompt >= 0) usage.input = prompt + tools;
  if (answer >= 0 || usage.reasoning >= 0) usage.output = std::max<std::int64_t>(answer, 0) + std::max<std::int64_t>(usage.reasoning, 0);
  return usage;
}

json::object encode_usage(const Usage& usage) {
  const std::int64_t input = std::max<std::int64_t>(usage.input, 0);
  const std::int64_t output = std::max<std::int64_t>(usage.output, 0);
  const std::int64_t thoughts = std::max<std::int64_t>(usage.reasoning, 0);
  json::object encoded{{"promptTokenCount", input},
                       {"candidatesTokenCount", std::max<std::int64_t>(output - thoughts, 0)},
                       {"totalTokenCount", usage.total >= 0 ? usage.total : input + output}};
  if (usage.reasoning >= 0) encoded["thoughtsTokenCount"] = thoughts;
  if (usage.cached >= 0) encoded["cachedContentTokenCount"] = usage.cached;
  return encoded;
}

std::vector<Citation> decode_grounding(json::value& value, std::string_view text) {
  std::vector<Citation> citations;
  const json::object* const metadata = value.if_object();
  const json::value* const chunks = metadata != nullptr ? metadata->if_contains("groundingChunks") : nullptr;
  if (chunks == nullptr || !chunks->is_array()) return citations;
  for (const json::value& chunk : chunks->get_array()) {
    Citation citation;
    if (const json::object* const object = chunk.if_object())
      if (const json::value* const web = object->if_contains("web"); web != nullptr && web->is_object()) {
        citation.url = string_at(web->get_object(), "uri");
        citation.title = string_at(web->get_object(), "title");
      }
    citations.push_back(std::move(citation));
  }
  const json::value* const supports = metadata->if_contains("groundingSupports");
  if (supports == nullptr || !supports->is_array()) return citations;
  for (const json::value& support : supports->get_array()) {
    const json::object* const object = support.if_object();
    const json::value* const segment = object != nullptr ? object->if_contains("segment") : nullptr;
    const json::value* const indices = object != nullptr ? object->if_contains("groundingChunkIndices") : nullptr;
    if (segment == nullptr || !segment->is_object() || indices == nullptr || !indices->is_array()) continue;
    for (const json::value& index : indices->get_array()) {
      if (!index.is_int64() || index.get_int64() < 0 || static_cast<std::size_t>(index.get_int64()) >= citations.size()) continue;
      Citation& citation = citations[static_cast<std::size_t>(index.get_int64())];
      if (citation.end >= 0) continue;
      // The API counts bytes.
      const auto character = [text](std::int64_t byte) {
        return byte < 0 ? byte : characters_in(text.substr(0, static_cast<std::size_t>(byte)));
      };
      citation.start = character(integer_at(segment->get_object(), "startIndex", 0));
      citation.end = character(integer_at(segment->get_object(), "endIndex"));
    }
  }
  return citations;
}

json::object encode_grounding(const std::vector<Citation>& citations, std::string_view text) {
  json::array chunks;
  json::array supports;
  for (const Citation& citation : citations) {
    if (citation.url.empty()) continue;
    if (citation.end > 0) {
      const std::int64_t begin = bytes_of(text, std::max<std::int64_t>(citation.start, 0));
      const std::int64_t end = bytes_of(text, citation.end);
      const std::string_view backed = text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
      json::object segment{{"startIndex", begin}, {"endIndex", end}, {"text", backed}};
      supports.push_back({{"segment", std::move(segment)}, {"groundingChunkIndices", json::array{chunks.size()}}});
    }
    chunks.push_back(json::object{{"web", {{"uri", citation.url}, {"title", citation.title}}}});
  }
  if (chunks.empty()) return {};
  json::object metadata{{"groundingChunks", std::move(chunks)}};
  if (!supports.empty()) metadata["groundingSupports"] = std::move(supports);
  return metadata;
}

Answer decode_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  Answer answer;
  answer.origin = protocols::gemini;
  answer.id = fields.string("responseId");
  answer.model = fields.string("modelVersion");
  if (json::array* const candidates = fields.array("candidates")) {
    std::size_t index = 0;
    for (json::value& one : *candidates) {
      const Path at(root, "candidates", index++);
      Fields inner(one, at);
      inner.ignore("index");
      Choice& choice = answer.choices.emplace_back();
      if (json::object* const content = inner.object("content"))
        if (json::value* const parts = content->if_contains("parts"); parts != nullptr && parts->is_array())
          choice.parts = decode_parts(parts->get_array(), at);
      choice.finish = finish_of(inner.string("finishReason"));
      bool calls = false;
      for (Part& part : choice.parts) calls = calls || std::holds_alternative<ToolCall>(part.body);
      if (calls && choice.finish.reason == Finish::Reason::stop) choice.finish.reason = Finish::Reason::tool_calls;
      if (json::value* const grounding = inner.find("groundingMetadata")) {
        for (Part& part : choice.parts)
          if (Text* const text = std::get_if<Text>(&part.body)) {
            text->citations = decode_grounding(*grounding, text->text);
            break;
          }
      }
      if (const json::value* const logprobs = inner.find("logprobsResult")) choice.logprobs = decode_logprobs(*logprobs);
      inner.ignore("avgLogprobs");
      choice.extras = inner.rest();
    }
  }
  if (json::object* const feedback = fields.object("promptFeedback"); feedback != nullptr && feedback->contains("blockReason")) {
    if (answer.choices.empty()) answer.choices.emplace_back();
    answer.choices.front().finish = {Finish::Reason::content_filter, std::string(feedback->at("blockReason").as_string()), {}};
  }
  if (json::value* const usage = fields.find("usageMetadata")) {
    const Path at(root, "usageMetadata");
    answer.usage = decode_usage(*usage, at);
  }
  if (answer.choices.empty()) fields.fail("candidates", "is missing");
  answer.extras = fields.rest();
  return answer;
}

json::value encode_answer(Answer&& answer, const AnswerContext& context) {
  const bool same = answer.origin == protocols::gemini;
  Fidelity unused;  // what an answer loses cannot be told any more
  json::array candidates;
  for (std::size_t index = 0; index < answer.choices.size(); ++index) {
    Choice& choice = answer.choices[index];
    json::array parts;
    std::vector<Citation> citations;
    std::string said;
    for (Part& part : choice.parts) {
      if (Text* const text = std::get_if<Text>(&part.body)) {
        for (Citation& citation : text->citations) {
          place(citation, characters_in(text->text), characters_in(said));
          citations.push_back(std::move(citation));
        }
        said += text->text;
      }
      const Signature signature = std::exchange(part.signature, {});
      json::object encoded;
      if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body); reasoning != nullptr) {
        encoded = {{"text", text_of(*reasoning)}, {"thought", true}};
      } else {
        encoded = encode_part(part, same, unused);
      }
      if (encoded.empty()) continue;
      if (std::holds_alternative<Reasoning>(part.body))
        put(encoded, "thoughtSignature", json::value(wrap_thought(signature, answer.origin)));
      else if (!signature.empty())
        encoded["thoughtSignature"] = wrap(signature);
      if (const ToolCall* const call = std::get_if<ToolCall>(&part.body);
          call != nullptr && !call->id.empty() && encoded.contains("functionCall"))
        encoded["functionCall"].get_object()["id"] = call->id;
      parts.push_back(std::move(encoded));
    }
    json::object candidate{
        {"content", {{"parts", std::move(parts)}, {"role", "model"}}},
        {"finishReason", same && !choice.finish.native.empty() ? std::string_view(choice.finish.native) : reason_of(choice.finish)},
        {"index", index}};
    if (json::object grounding = encode_grounding(citations, said); !grounding.empty())
      candidate["groundingMetadata"] = std::move(grounding);
    if (choice.logprobs.is_array()) put_logprobs(candidate, choice.logprobs.get_array());
    if (same) merge(candidate, std::move(choice.extras));
    candidates.push_back(std::move(candidate));
  }
  json::object body{{"candidates", std::move(candidates)},
                    {"usageMetadata", encode_usage(answer.usage)},
                    {"modelVersion", answer.model.empty() ? context.request.model : answer.model},
                    {"responseId", answer.id.empty() ? std::string(context.request_id) : answer.id}};
  if (same) merge(body, std::move(answer.extras));
  return body;
}

}  // namespace patchbay::conversion::gemini
