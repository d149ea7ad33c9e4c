#include "streams.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "hub/json_text.hpp"

namespace patchbay::conversion::testing {

namespace {

void read(const Codec& codec, const std::vector<std::string>& events, StreamSink& sink) {
  const auto reader = codec.reader();
  for (const std::string& event : events) {
    json::value data = json::parse(event);
    reader->event({}, data, sink);
  }
  reader->end(sink);
}

}  // namespace

std::vector<WrittenEvent> convert_stream(const Codec& source, const Codec& target, const std::vector<std::string>& events,
                                         const ModelRequest& request) {
  Events recorder;
  const AnswerContext context{"req-1", request, 123, 1'700'000'001};
  const auto writer = target.writer(context, recorder);
  read(source, events, *writer);
  return std::move(recorder.written);
}

std::vector<std::string> data_of(const std::vector<WrittenEvent>& events) {
  std::vector<std::string> data;
  for (const WrittenEvent& event : events) data.push_back(event.data);
  return data;
}

std::string text_of_events(const std::vector<WrittenEvent>& events) {
  std::string text;
  for (const WrittenEvent& event : events) {
    if (!event.name.empty()) text.append("event: ").append(event.name).append("\n");
    text.append("data: ").append(event.data).append("\n\n");
  }
  return text;
}

Answer aggregate(const Codec& codec, const std::vector<std::string>& events) {
  Aggregator aggregator;
  read(codec, events, aggregator);
  return aggregator.take();
}

std::string words_of(const Answer& answer) {
  std::string words;
  std::string text;
  std::string thought;
  std::string calls;
  for (const Choice& choice : answer.choices) {
    for (const Part& part : choice.parts) {
      if (const Text* const one = std::get_if<Text>(&part.body)) text += one->text;
      if (const Reasoning* const one = std::get_if<Reasoning>(&part.body))
        for (const std::string& section : one->sections) thought.append(thought.empty() ? "" : "\n\n").append(section);
      if (const ToolCall* const one = std::get_if<ToolCall>(&part.body))
        calls.append("call ").append(one->name).append(" ").append(json::serialize(sorted(arguments_value(one->arguments)))).append("\n");
    }
    // Some protocols have one word for two reasons.
    Finish::Reason reason = choice.finish.reason;
    if (reason == Finish::Reason::refusal) reason = Finish::Reason::content_filter;
    if (reason == Finish::Reason::stop && !calls.empty()) reason = Finish::Reason::tool_calls;
    words += "finish " + std::to_string(static_cast<int>(reason)) + "\n";
  }
  words.append("thought ").append(thought).append("\ntext ").append(text).append("\n").append(calls);
  return words + "input " + std::to_string(answer.usage.input) + " output " + std::to_string(answer.usage.output) + "\n";
}

json::value sorted(const json::value& value) {
  if (const json::array* const array = value.if_array()) {
    json::array copy;
    for (const json::value& one : *array) copy.push_back(sorted(one));
    return copy;
  }
  const json::object* const object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string, json::value> fields;
  for (const auto& field : *object) fields[field.key()] = sorted(field.value());
  json::object copy;
  for (auto& [key, field] : fields) copy.emplace(key, std::move(field));
  return copy;
}

}  // namespace patchbay::conversion::testing
