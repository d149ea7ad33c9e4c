#include "c_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

namespace patchbay::c_plugin {

namespace json = boost::json;

namespace {

/// An object that a module said, read member by member.
class Said {
 public:
  Said(const json::value& value, std::string what) : what_(std::move(what)) {
    if (!value.is_object()) fail("is not a JSON object");
    object_ = &value.get_object();
  }

  [[noreturn]] void fail(const std::string& reason) const { throw std::runtime_error("what it gave as " + what_ + " " + reason); }

  [[nodiscard]] const json::value* find(std::string_view key) const {
    const json::value* const value = object_->if_contains(key);
    return value != nullptr && value->is_null() ? nullptr : value;
  }

  [[nodiscard]] std::string string(std::string_view key, std::string otherwise = {}) const {
    const json::value* const value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_string()) fail("has a '" + std::string(key) + "' that is no string");
    return std::string(value->get_string());
  }

  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise) const {
    const json::value* const value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_int64()) fail("has a '" + std::string(key) + "' that is no whole number");
    return value->get_int64();
  }

  [[nodiscard]] Headers headers() const {
    Headers headers;
    const json::value* const lines = find("headers");
    if (lines == nullptr) return headers;
    if (!lines->is_array()) fail("has 'headers' that are no array");
    for (const json::value& line : lines->get_array()) {
      if (!line.is_array() || line.get_array().size() != 2 || !line.get_array()[0].is_string() || !line.get_array()[1].is_string())
        fail("has 'headers' with something else than [\"name\", \"value\"]");
      headers.add(line.get_array()[0].get_string(), line.get_array()[1].get_string());
    }
    return headers;
  }

  /// The position of a word in `words`.
  [[nodiscard]] std::size_t choice(std::string_view key, std::string_view otherwise, std::initializer_list<std::string_view> words) const {
    const std::string word = string(key, std::string(otherwise));
    std::size_t position = 0;
    for (const std::string_view one : words) {
      if (one == word) return position;
      ++position;
    }
    fail("has the " + std::string(key) + " '" + word + "', which is unknown");
  }

 private:
  std::string what_;
  const json::object* object_ = nullptr;
};

json::value parse(std::string_view text, const std::string& what) {
  json::error_code fault;
  json::value value = json::parse(text, fault);
  if (fault) throw std::runtime_error("what it gave as " + what + " is no JSON: " + fault.message());
  return value;
}

json::array array_of(const Headers& headers) {
  json::array lines;
  for (const Header& header : headers) lines.push_back(json::array{json::string(header.name), json::string(header.value)});
  return lines;
}

HttpCall call_of(const Said& said) {
  HttpCall call;
  call.method = said.string("method", "POST");
  call.url = said.string("url");
  if (call.url.empty()) said.fail("has no 'url'");
  call.headers = said.headers();
  call.body = said.string("body");
  constexpr std::array framings{Framing::automatic, Framing::whole, Framing::sse, Framing::ndjson, Framing::json_array};
  call.framing = framings[said.choice("framing", "automatic", {"automatic", "whole", "sse", "ndjson", "json_array"})];
  return call;
}

LocalAnswer answer_of(const Said& said) {
  LocalAnswer answer;
  answer.status = static_cast<int>(said.integer("status", 200));
  answer.headers = said.headers();
  answer.head_after = std::chrono::milliseconds(said.integer("head_after_ms", 0));
  const json::value* const pieces = said.find("pieces");
  if (pieces == nullptr || !pieces->is_array()) said.fail("has no 'pieces'");
  for (const json::value& one : pieces->get_array()) {
    const Said piece(one, "a piece of an answer");
    answer.pieces.push_back({std::chrono::milliseconds(piece.integer("after_ms", 0)), piece.string("text")});
  }
  constexpr std::array endings{LocalAnswer::Ending::complete, LocalAnswer::Ending::reset, LocalAnswer::Ending::hang};
  answer.ending = endings[said.choice("ending", "complete", {"complete", "reset", "hang"})];
  return answer;
}

}  // namespace

std::string write(const Request& request) {
  static_cast<void>(request.body.read());
  const json::object head{{"id", request.id},         {"protocol", request.protocol}, {"operation", name_of(request.operation)},
                          {"model", request.model()}, {"stream", request.stream()},   {"headers", array_of(request.headers)}};
  std::string text = json::serialize(head);
  text.pop_back();
  return text.append(R"(,"body":)").append(request.body.text()).append("}");
}

std::string write(const ConnectionInfo& info) {
  return json::serialize(json::object{{"request_id", info.request_id},
                                      {"route", info.route},
                                      {"client_protocol", info.client_protocol},
                                      {"provider_protocol", info.provider_protocol},
                                      {"operation", name_of(info.operation)},
                                      {"provider_serves", info.provider_serves}});
}

std::string write(const HookEvent& event) {
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(event.time.time_since_epoch());
  return json::serialize(json::object{{"name", event.name}, {"time", time.count()}, {"data", event.data}});
}

std::string write(const Headers& headers) { return json::serialize(array_of(headers)); }

std::string write(const Error& error) {
  json::object object{{"kind", name_of(error.kind)}, {"status", error.http_status()}, {"message", error.message},
                      {"code", error.code},          {"param", error.param},          {"source", error.source}};
  if (error.retry_after) object["retry_after"] = error.retry_after->count();
  if (!error.original.empty()) {
    object["original"] = error.original;
    object["original_protocol"] = error.original_protocol;
  }
  return json::serialize(object);
}

std::string write(const Credential& credential) {
  return json::serialize(json::object{{"id", credential.id}, {"secret", credential.secret}});
}

void change(Request& request, std::string_view text) {
  const json::value value = parse(text, "a request");
  const Said said(value, "a request");
  if (const json::value* const body = value.get_object().if_contains("body")) {
    // Who has not said otherwise before means the model and the form of the old body.
    request.set_model(request.model());
    request.set_stream(request.stream());
    request.body = Document(json::value(*body));
  }
  if (said.find("model") != nullptr) request.set_model(said.string("model"));
  if (const json::value* const stream = said.find("stream")) {
    if (!stream->is_bool()) said.fail("has a 'stream' that is neither true nor false");
    request.set_stream(stream->get_bool());
  }
  if (said.find("protocol") != nullptr) request.protocol = said.string("protocol");
  if (said.find("headers") != nullptr) request.headers = said.headers();
}

Error read_error(std::string_view text) {
  const json::value value = parse(text, "an error");
  const Said said(value, "an error");
  Error error;
  const std::string kind = said.string("kind");
  bool known = false;
  for (auto number = static_cast<int>(ErrorKind::invalid_request); number <= static_cast<int>(ErrorKind::internal); ++number)
    if (name_of(static_cast<ErrorKind>(number)) == kind) {
      error.kind = static_cast<ErrorKind>(number);
      known = true;
    }
  if (!known) said.fail("has the kind '" + kind + "', which is unknown");
  error.status = static_cast<int>(said.integer("status", 0));
  if (error.status != 0 && (error.status < 400 || error.status > 599)) said.fail("has the status " + std::to_string(error.status));
  error.message = said.string("message");
  error.code = said.string("code");
  error.param = said.string("param");
  error.source = said.string("source");
  error.original = said.string("original");
  error.original_protocol = said.string("original_protocol");
  if (said.find("retry_after") != nullptr) error.retry_after = std::chrono::seconds(said.integer("retry_after", 0));
  return error;
}

HttpCall read_call(std::string_view text) {
  const json::value value = parse(text, "an HTTP call");
  return call_of(Said(value, "an HTTP call"));
}

Exchange read_exchange(std::string_view text) {
  const json::value value = parse(text, "an exchange");
  const Said said(value, "an exchange");
  if (const json::value* const call = said.find("call")) return call_of(Said(*call, "an HTTP call"));
  if (const json::value* const answer = said.find("answer")) return answer_of(Said(*answer, "an answer"));
  said.fail("has neither 'call' nor 'answer'");
}

std::vector<Credential> read_credentials(std::string_view text) {
  const json::value value = parse(text, "credentials");
  if (!value.is_array()) throw std::runtime_error("what it gave as credentials is no array");
  std::vector<Credential> credentials;
  for (const json::value& one : value.get_array()) {
    const Said said(one, "a credential");
    credentials.push_back({said.string("id"), said.string("secret")});
  }
  return credentials;
}

std::vector<std::string> read_models(std::string_view text) {
  const json::value value = parse(text, "models");
  if (!value.is_array()) throw std::runtime_error("what it gave as models is no array");
  std::vector<std::string> models;
  for (const json::value& one : value.get_array()) {
    if (!one.is_string()) throw std::runtime_error("what it gave as models has something else than names");
    models.emplace_back(one.get_string());
  }
  return models;
}

}  // namespace patchbay::c_plugin
