#include "gemini/gemini.hpp"
#include "hub/json_text.hpp"

namespace patchbay::conversion::gemini {

namespace {

/// The bytes of a token are not told: a token need not be whole characters, and then its text is not what it was.
json::object decode_token(const json::object& candidate) {
  json::object token{{"token", string_at(candidate, "token")}, {"logprob", 0.0}, {"bytes", nullptr}};
  if (const json::value* const probability = candidate.if_contains("logProbability"); probability != nullptr && probability->is_number())
    token["logprob"] = *probability;
  return token;
}

json::object encode_token(const json::object& token) {
  const json::value* const probability = token.if_contains("logprob");
  return {{"token", string_at(token, "token")}, {"logProbability", probability != nullptr ? *probability : json::value(0.0)}};
}

const json::array* list_at(const json::object& object, std::string_view key) {
  const json::value* const list = object.if_contains(key);
  return list != nullptr ? list->if_array() : nullptr;
}

}  // namespace

json::value decode_logprobs(const json::value& result) {
  const json::object* const object = result.if_object();
  const json::array* const chosen = object != nullptr ? list_at(*object, "chosenCandidates") : nullptr;
  if (chosen == nullptr) return nullptr;
  const json::array* const top = list_at(*object, "topCandidates");
  json::array tokens;
  for (const json::value& one : *chosen) {
    if (!one.is_object()) return nullptr;
    json::object token = decode_token(one.get_object());
    json::array others;
    const json::value* const step = top != nullptr && tokens.size() < top->size() ? &(*top)[tokens.size()] : nullptr;
    if (step != nullptr && step->is_object())
      if (const json::array* const candidates = list_at(step->get_object(), "candidates"))
        for (const json::value& other : *candidates)
          if (other.is_object()) others.push_back(decode_token(other.get_object()));
    token["top_logprobs"] = std::move(others);
    tokens.push_back(std::move(token));
  }
  return tokens;
}

void put_logprobs(json::object& candidate, const json::array& tokens) {
  json::array chosen;
  json::array top;
  double sum = 0;
  bool any_top = false;
  for (const json::value& one : tokens) {
    if (!one.is_object()) continue;
    chosen.push_back(encode_token(one.get_object()));
    const json::value& probability = chosen.back().get_object().at("logProbability");
    if (probability.is_number()) sum += probability.to_number<double>();
    json::array others;
    if (const json::array* const list = list_at(one.get_object(), "top_logprobs"))
      for (const json::value& other : *list)
        if (other.is_object()) others.push_back(encode_token(other.get_object()));
    any_top = any_top || !others.empty();
    top.push_back(json::object{{"candidates", std::move(others)}});
  }
  if (chosen.empty()) return;
  candidate["avgLogprobs"] = sum / static_cast<double>(chosen.size());
  json::object result{{"chosenCandidates", std::move(chosen)}};
  if (any_top) result["topCandidates"] = std::move(top);
  candidate["logprobsResult"] = std::move(result);
}

}  // namespace patchbay::conversion::gemini
