#include "comparison/request_corpus.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <stdexcept>

#include "config/classification_settings.hpp"
#include "config/file_text.hpp"

namespace patchbay::comparison {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::string_view client_protocols[] = {protocols::openai_chat, protocols::openai_responses, protocols::anthropic_messages,
                                                 protocols::gemini};
constexpr const char* image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// What a request of a category says and offers.
struct Content {
  std::string text = "Say hello.";
  std::string tool;
  bool has_image = false;
};

Content content_of(std::string_view category, std::uint64_t longcontext_tokens) {
  Content content;
  if (category == "vision") content.has_image = true;
  if (category == "longcontext") content.text = std::string(longcontext_tokens * 4, 'a');
  if (category == "thinking") content.text = "Think about it step by step.";
  if (category == "coding") content.tool = "read_file";
  if (category == "websearch") content.tool = "web_search";
  if (category == "tools") content.tool = "weather";
  if (category == "background") content.text = "Do it in the background.";
  return content;
}

const json::object parameters{{"type", "object"}, {"properties", json::object{{"query", json::object{{"type", "string"}}}}}};

json::object chat(const Content& content) {
  json::array parts{json::object{{"type", "text"}, {"text", content.text}}};
  if (content.has_image)
    parts.push_back(
        json::object{{"type", "image_url"}, {"image_url", json::object{{"url", std::string("data:image/png;base64,") + image}}}});
  json::object body{{"messages", json::array{json::object{{"role", "user"}, {"content", std::move(parts)}}}}};
  if (!content.tool.empty())
    body["tools"] = json::array{json::object{
        {"type", "function"}, {"function", json::object{{"name", content.tool}, {"description", "A tool."}, {"parameters", parameters}}}}};
  return body;
}

json::object responses(const Content& content) {
  json::array parts{json::object{{"type", "input_text"}, {"text", content.text}}};
  if (content.has_image)
    parts.push_back(json::object{{"type", "input_image"}, {"image_url", std::string("data:image/png;base64,") + image}});
  json::object body{{"input", json::array{json::object{{"type", "message"}, {"role", "user"}, {"content", std::move(parts)}}}}};
  if (!content.tool.empty())
    body["tools"] = json::array{json::object{
        {"type", "function"}, {"name", content.tool}, {"description", "A tool."}, {"parameters", parameters}, {"strict", false}}};
  return body;
}

json::object messages(const Content& content) {
  json::array parts{json::object{{"type", "text"}, {"text", content.text}}};
  if (content.has_image)
    parts.push_back(
        json::object{{"type", "image"}, {"source", json::object{{"type", "base64"}, {"media_type", "image/png"}, {"data", image}}}});
  json::object body{{"max_tokens", 1024}, {"messages", json::array{json::object{{"role", "user"}, {"content", std::move(parts)}}}}};
  if (!content.tool.empty())
    body["tools"] = json::array{json::object{{"name", content.tool}, {"description", "A tool."}, {"input_schema", parameters}}};
  return body;
}

json::object gemini(const Content& content) {
  json::array parts{json::object{{"text", content.text}}};
  if (content.has_image) parts.push_back(json::object{{"inlineData", json::object{{"mimeType", "image/png"}, {"data", image}}}});
  json::object body{{"contents", json::array{json::object{{"role", "user"}, {"parts", std::move(parts)}}}}};
  if (!content.tool.empty())
    body["tools"] = json::array{
        json::object{{"functionDeclarations",
                      json::array{json::object{{"name", content.tool}, {"description", "A tool."}, {"parameters", parameters}}}}}};
  return body;
}

Sample sample(std::string_view protocol, const std::string& category, const std::string& model, bool stream,
              std::uint64_t longcontext_tokens) {
  const Content content = content_of(category, longcontext_tokens);
  Sample made{std::string(protocol) + " " + category + (stream ? " stream" : ""), std::string(protocol), "", "", false};
  json::object body;
  if (protocol == protocols::gemini) {
    body = gemini(content);
    made.model = model;
    made.stream = stream;
  } else {
    if (protocol == protocols::openai_chat) body = chat(content);
    if (protocol == protocols::openai_responses) body = responses(content);
    if (protocol == protocols::anthropic_messages) body = messages(content);
    body["model"] = model;
    if (stream) body["stream"] = true;
  }
  made.body = json::serialize(body);
  return made;
}

}  // namespace

Request Sample::request() const {
  Request request;
  request.id = "req-sample";
  request.protocol = protocol;
  request.body = Document(body);
  if (!model.empty()) {
    request.set_model(model);
    request.set_stream(stream);
  }
  return request;
}

std::vector<Sample> built_in_corpus(std::uint64_t longcontext_tokens, const std::vector<std::string>& models) {
  std::vector<Sample> corpus;
  for (const std::string_view protocol : client_protocols)
    for (const char* const category : config::categories)
      for (const bool stream : {false, true}) corpus.push_back(sample(protocol, category, "any-model", stream, longcontext_tokens));
  for (const std::string& model : models) {
    corpus.push_back(sample(protocols::openai_chat, "default", model, false, longcontext_tokens));
    corpus.back().name += " as " + model;
  }
  return corpus;
}

std::vector<Sample> corpus_in(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, unreadable))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (unreadable) throw std::runtime_error("cannot read the folder '" + folder + "': " + unreadable.message());
  if (files.empty()) throw std::runtime_error("there is no *.json in '" + folder + "'");
  std::sort(files.begin(), files.end());
  std::vector<Sample> corpus;
  for (const fs::path& file : files) {
    Sample one{file.lexically_relative(folder).string(), std::string(protocols::openai_chat), "",
               config::file_text(file.string()).value_or(""), false};
    for (const std::string_view protocol : client_protocols)
      if (file.parent_path().filename() == protocol || file.filename().string().starts_with(protocol)) one.protocol = protocol;
    if (one.protocol == protocols::gemini) one.model = "any-model";
    corpus.push_back(std::move(one));
  }
  return corpus;
}

}  // namespace patchbay::comparison
