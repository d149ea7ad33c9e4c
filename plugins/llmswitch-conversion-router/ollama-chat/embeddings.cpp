#include "hub/json_text.hpp"
#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

EmbedRequest decode_embed_request(json::value& body) {
  const Path root;
  Fields fields(body, root);
  EmbedRequest request;
  request.origin = protocol;
  request.model = fields.string("model");
  request.inputs = fields.strings("input");
  request.dimensions = fields.integer("dimensions");
  request.extras = fields.rest();
  return request;
}

json::value encode_embed_request(EmbedRequest& request, Fidelity& fidelity) {
  json::object body{{"model", request.model}, {"input", json::array(request.inputs.begin(), request.inputs.end())}};
  if (request.dimensions) body["dimensions"] = *request.dimensions;
  if (request.origin == protocol) {
    merge(body, std::move(request.extras));
    return body;
  }
  body["truncate"] = false;  // others refuse a text that is too long, and so shall Ollama
  if (!request.user.empty()) fidelity.lost("user", "Ollama has no such parameter");
  fidelity.leftovers("", request.extras);
  return body;
}

EmbedAnswer decode_embed_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  EmbedAnswer answer;
  answer.model = fields.string("model");
  answer.tokens = fields.integer("prompt_eval_count").value_or(0);
  json::array* const vectors = fields.array("embeddings");
  if (vectors == nullptr) fields.fail("embeddings", "is missing");
  for (json::value& vector : *vectors) {
    if (!vector.is_array()) fields.fail("embeddings", "must be an array of arrays");
    answer.vectors.push_back(std::move(vector.get_array()));
  }
  return answer;
}

json::value encode_embed_answer(EmbedAnswer&& answer) {
  json::array vectors;
  for (json::array& vector : answer.vectors) vectors.push_back(std::move(vector));
  return {{"model", answer.model}, {"embeddings", std::move(vectors)}, {"prompt_eval_count", answer.tokens}};
}

}  // namespace patchbay::conversion::ollama
