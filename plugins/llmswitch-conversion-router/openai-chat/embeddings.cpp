#include <cstring>

#include "hub/base64.hpp"
#include "hub/json_text.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

std::string base64_of(const json::array& vector) {
  std::string bytes(vector.size() * sizeof(float), '\0');
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const float component = vector[i].is_number() ? vector[i].to_number<float>() : 0;
    std::memcpy(bytes.data() + i * sizeof(float), &component, sizeof(float));
  }
  return to_base64(bytes);
}

json::array floats_of(const json::value& vector, const Path& path) {
  if (vector.is_array()) return vector.get_array();
  const auto bytes = vector.is_string() ? from_base64(vector.get_string()) : std::nullopt;
  if (!bytes) throw Malformed(path.text(), "must be an array of numbers, or base64");
  json::array numbers;
  for (std::size_t at = 0; at + sizeof(float) <= bytes->size(); at += sizeof(float)) {
    float component = 0;
    std::memcpy(&component, bytes->data() + at, sizeof(float));
    numbers.push_back(component);
  }
  return numbers;
}

}  // namespace

EmbedRequest decode_embed_request(json::value& body) {
  const Path root;
  Fields fields(body, root);
  EmbedRequest request;
  request.origin = protocols::openai_chat;
  request.model = fields.string("model");
  if (fields.find("input") == nullptr) fields.fail("input", "is missing");
  if (const json::value& input = *fields.find("input"); input.is_array())
    for (const json::value& one : input.get_array())
      if (!one.is_string()) fields.fail("input", "must be a text or a list of texts: other protocols take no tokens");
  request.inputs = fields.strings("input");
  if (request.inputs.empty()) fields.fail("input", "must not be empty");
  request.dimensions = fields.integer("dimensions");
  if (request.dimensions && *request.dimensions < 1) fields.fail("dimensions", "must be a whole number above 0");
  const std::string format = fields.string("encoding_format");
  if (!format.empty() && format != "float" && format != "base64") fields.fail("encoding_format", "must be 'float' or 'base64'");
  request.base64 = format == "base64";
  request.user = fields.string("user");
  request.extras = fields.rest();
  return request;
}

json::value encode_embed_request(EmbedRequest& request, Fidelity& fidelity) {
  json::object body{{"model", request.model}, {"input", json::array(request.inputs.begin(), request.inputs.end())}};
  if (request.dimensions) body["dimensions"] = *request.dimensions;
  put(body, "user", json::value(request.user));
  if (request.origin == protocols::openai_chat)
    merge(body, std::move(request.extras));
  else
    fidelity.leftovers("", request.extras);
  return body;
}

EmbedAnswer decode_embed_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  EmbedAnswer answer;
  answer.model = fields.string("model");
  json::array* const data = fields.array("data");
  if (data == nullptr) fields.fail("data", "is missing");
  std::size_t index = 0;
  for (json::value& one : *data) {
    const Path at(root, "data", index++);
    Fields inner(one, at);
    const json::value* const vector = inner.find("embedding");
    if (vector == nullptr) inner.fail("embedding", "is missing");
    answer.vectors.push_back(floats_of(*vector, at));
  }
  if (json::object* const usage = fields.object("usage")) {
    const Path at(root, "usage");
    answer.tokens = Fields(*usage, at).integer("prompt_tokens").value_or(0);
  }
  return answer;
}

json::value encode_embed_answer(EmbedAnswer&& answer, const EmbedRequest& request) {
  json::array data;
  for (json::array& vector : answer.vectors) {
    json::value encoded = request.base64 ? json::value(base64_of(vector)) : json::value(std::move(vector));
    data.push_back({{"object", "embedding"}, {"index", data.size()}, {"embedding", std::move(encoded)}});
  }
  return {{"object", "list"},
          {"data", std::move(data)},
          {"model", answer.model.empty() ? request.model : answer.model},
          {"usage", {{"prompt_tokens", answer.tokens}, {"total_tokens", answer.tokens}}}};
}

}  // namespace patchbay::conversion::chat
