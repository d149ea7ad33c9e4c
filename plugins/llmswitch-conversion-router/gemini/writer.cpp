#include <boost/json/serialize.hpp>
#include <map>

#include "gemini/gemini.hpp"
#include "hub/json_text.hpp"
#include "hub/sequenced_writer.hpp"

namespace patchbay::conversion::gemini {

namespace {

/// Writes one answer an event: text as it comes, calls when they are whole, the reason and the usage in the last one.
class Chunks final : public StreamSink {
 public:
  Chunks(const AnswerContext& context, EventSink& out) : context_(context), out_(out) {}

  void start(StreamStart&& start) override {
    origin_ = start.origin;
    json::object tail{{"modelVersion", start.model.empty() ? context_.request.model : start.model},
                      {"responseId", start.id.empty() ? std::string(context_.request_id) : start.id}};
    tail_ = "," + json::serialize(tail).substr(1);
    update(usage_, std::move(start.usage));
  }

  void begin(PartBegin&& begin) override {
    begin_ = std::move(begin);
    arguments_.clear();
    said_ = false;
    signed_ = false;
    if (begin_.kind == PartKind::text && begin_.choice == 0) texts_[begin_.part] = {said_text_.size(), std::string::npos};
    if (begin_.kind == PartKind::opaque) out_.lost(begin_.name);
  }

  void delta(std::size_t, std::string_view text) override {
    if (begin_.kind == PartKind::tool_call) {
      arguments_ += text;
    } else if (begin_.kind != PartKind::opaque) {
      said_ = true;
      if (begin_.kind == PartKind::text && begin_.choice == 0) said_text_ += text;
      std::string part = "{\"text\":";
      append_quoted(part, text);
      chunk(part.append(begin_.kind == PartKind::reasoning ? ",\"thought\":true}" : "}"));
    }
  }

  void section(std::size_t part) override {
    if (said_) delta(part, "\n\n");
  }

  void signature(std::size_t, Signature&& signature) override {
    if (begin_.kind == PartKind::reasoning) sign(signature);
  }

  void citation(std::size_t part, Citation&& citation) override {
    if (citation.url.empty()) return out_.lost("citation");
    if (citation.start < 0 && part == begin_.part)
      of_whole_text_.push_back(std::move(citation));
    else
      add_source(part, std::move(citation));
  }

  void logprobs(std::size_t, json::value&& tokens) override {
    json::array& said = logprobs_[begin_.choice];
    if (tokens.is_array())
      for (json::value& token : tokens.get_array()) said.push_back(std::move(token));
  }

  void end_part(std::size_t) override {
    if (begin_.kind == PartKind::text) texts_[begin_.part].end = said_text_.size();
    for (Citation& citation : std::exchange(of_whole_text_, {})) add_source(begin_.part, std::move(citation));
    if (begin_.kind == PartKind::reasoning && !signed_) sign({});
    if (begin_.kind != PartKind::tool_call) return;
    json::value arguments = arguments_value(arguments_);
    if (!arguments.is_object()) arguments = json::object{{"input", std::move(arguments)}};
    json::object function{{"name", begin_.name}, {"args", std::move(arguments)}};
    put(function, "id", json::value(begin_.id));
    json::object part{{"functionCall", std::move(function)}};
    if (!begin_.signature.empty()) part["thoughtSignature"] = wrap(begin_.signature);
    chunk(json::serialize(part));
  }

  void finish(std::size_t choice, Finish&& finish) override { finishes_[choice] = std::move(finish); }
  void usage(Usage&& usage) override { update(usage_, std::move(usage)); }

  void end() override {
    json::array candidates;
    for (auto& [choice, finish] : finishes_) {
      json::array parts{json::object{{"text", ""}}};
      json::object candidate{
          {"content", {{"parts", std::move(parts)}, {"role", "model"}}}, {"finishReason", reason_of(finish)}, {"index", choice}};
      if (choice == 0 && !sources_.empty()) candidate["groundingMetadata"] = encode_grounding(sources_, said_text_);
      if (const auto tokens = logprobs_.find(choice); tokens != logprobs_.end()) put_logprobs(candidate, tokens->second);
      candidates.push_back(std::move(candidate));
    }
    if (usage_.input < 0) usage_.input = context_.estimated_input;
    const std::string head = json::serialize(json::object{{"candidates", std::move(candidates)}, {"usageMetadata", encode_usage(usage_)}});
    out_.emit({}, head.substr(0, head.size() - 1) + tail_);
  }

  void fail(const Error& error) { out_.emit({}, encode_error(error)); }

 private:
  /// Ranges count from the beginning of the answer's text.
  void add_source(std::size_t part, Citation&& citation) {
    const TextRange range = texts_[part];
    const std::string_view said = said_text_;
    place(citation, characters_in(said.substr(range.begin, range.end - range.begin)), characters_in(said.substr(0, range.begin)));
    sources_.push_back(std::move(citation));
  }

  void sign(const Signature& signature) {
    signed_ = true;
    if (const std::string text = wrap_thought(signature, origin_); !text.empty())
      chunk(json::serialize(json::object{{"text", ""}, {"thought", true}, {"thoughtSignature", text}}));
  }

  void chunk(std::string_view part) {
    std::string text;
    text.reserve(part.size() + tail_.size() + 96);
    text.append("{\"candidates\":[{\"content\":{\"parts\":[").append(part).append("],\"role\":\"model\"},\"index\":");
    out_.emit({}, text.append(std::to_string(begin_.choice)).append("}]").append(tail_));
  }

  struct TextRange {
    std::size_t begin = 0;
    std::size_t end = std::string::npos;
  };

  const AnswerContext& context_;
  EventSink& out_;
  std::string tail_ = "}";   // of every event, from behind its candidates
  std::string_view origin_;  // of the answer
  PartBegin begin_;          // the open part
  std::string arguments_;
  std::vector<Citation> sources_;
  std::vector<Citation> of_whole_text_;     // of the open text: their range is known at its end
  std::string said_text_;                   // of the first choice
  std::map<std::size_t, TextRange> texts_;  // where each text stands in it
  std::map<std::size_t, Finish> finishes_;
  std::map<std::size_t, json::array> logprobs_;  // of each choice
  Usage usage_;
  bool said_ = false;
  bool signed_ = false;
};

}  // namespace

std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) {
  return std::make_unique<SequencedWriter<Chunks>>(context, out);
}

}  // namespace patchbay::conversion::gemini
