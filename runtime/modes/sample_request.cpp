#include "modes/sample_request.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <stdexcept>

#include "config/file_text.hpp"
#include "modes/samples.hpp"

namespace patchbay::modes {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::array client_protocols{protocols::openai_chat, protocols::openai_responses, protocols::anthropic_messages, protocols::gemini,
                                      protocols::openai_completions};

/// Nothing if neither the name nor the members tell.
std::string_view protocol_of(std::string_view file_name, const json::object& body) {
  for (const std::string_view protocol : client_protocols)
    if (file_name.starts_with(protocol)) return protocol;
  if (body.contains("contents")) return protocols::gemini;
  if (body.contains("input")) return protocols::openai_responses;
  if (body.contains("prompt")) return protocols::openai_completions;
  if (!body.contains("messages")) return {};
  // Only Anthropic's API has these at the top level.
  const bool is_messages = body.contains("system") || body.contains("stop_sequences") || body.contains("anthropic_version");
  return is_messages ? protocols::anthropic_messages : protocols::openai_chat;
}

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

bool true_member(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(name);
  return member != nullptr && member->is_bool() && member->get_bool();
}

SampleRequest read_request(const fs::path& path) {
  const std::optional<std::string> text = config::file_text(path.string());
  if (!text) throw std::runtime_error("cannot read " + path.string());
  boost::system::error_code malformed;
  json::value value = json::parse(*text, malformed);
  if (malformed || !value.is_object())
    throw std::runtime_error(path.string() + " is not a JSON object" + (malformed ? ": " + malformed.message() : ""));
  const json::object& whole = value.get_object();
  const json::value* const inner = whole.if_contains("body");
  const bool has_envelope = inner != nullptr && inner->is_object() && !whole.contains("messages");
  const json::object& body = has_envelope ? inner->get_object() : whole;

  SampleRequest request;
  request.name = path.filename().string();
  request.protocol = has_envelope ? text_member(whole, "protocol") : std::string();
  if (request.protocol.empty()) request.protocol = protocol_of(request.name, body);
  if (request.protocol.empty())
    throw std::runtime_error(path.string() + ": which protocol is it in? Begin its name with one, as in openai-chat.mine.json");
  request.model = text_member(has_envelope ? whole : body, "model");
  if (request.model.empty()) request.model = text_member(body, "model");
  request.stream = true_member(has_envelope ? whole : body, "stream") || true_member(body, "stream");
  request.conversation = body.contains("tools") ? "tool call" : "text";
  request.body = has_envelope ? json::serialize(body) : *text;
  return request;
}

}  // namespace

Request SampleRequest::request(std::string id, std::string_view instead_of_no_model) const {
  Request request;
  request.id = std::move(id);
  request.protocol = protocol;
  request.headers.add("content-type", "application/json");
  request.body = Document(std::string(body));
  const std::string named = model.empty() ? std::string(instead_of_no_model) : model;
  if (!named.empty()) {
    request.set_model(named);
    if (model.empty() && protocol != protocols::gemini) request.body.edit().as_object()["model"] = named;
  }
  request.set_stream(stream);
  return request;
}

std::vector<SampleRequest> built_in_requests() {
  std::vector<SampleRequest> requests;
  for (const std::string_view protocol : client_protocols)
    for (const Sample& sample : samples_in(protocol))
      for (const bool stream : {false, true})
        requests.push_back({std::string(protocol) + ", " + std::string(sample.name) + (stream ? ", stream" : ""), std::string(protocol),
                            std::string(sample.name), "", stream, request_body(sample, "", stream)});
  return requests;
}

std::vector<SampleRequest> read_requests(const std::string& folder) {
  std::error_code unreachable;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreachable))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (unreachable) throw std::runtime_error("cannot read the folder " + folder + ": " + unreachable.message());
  if (files.empty()) throw std::runtime_error("there is no *.json file in " + folder);
  std::sort(files.begin(), files.end());
  std::vector<SampleRequest> requests;
  for (const fs::path& file : files) requests.push_back(read_request(file));
  return requests;
}

}  // namespace patchbay::modes
