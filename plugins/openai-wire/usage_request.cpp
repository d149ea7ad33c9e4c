#include "usage_request.hpp"

#include "patchbay/json_walk.hpp"
#include "token_counts.hpp"

namespace patchbay::openai_wire {

namespace {

constexpr std::string_view member = R"("include_usage":true)";

/// Puts the member into the options, which are an object that stands in `body`.
bool ask_in(std::string& body, std::string_view options) {
  std::string_view choice;
  bool any_member = false;
  JsonSkim skim(options);
  while (skim.next()) {
    any_member = true;
    if (skim.key() == "include_usage") choice = skim.value();
  }
  if (skim.malformed()) return false;
  if (choice.empty()) {
    const auto inside = static_cast<std::size_t>(options.data() + 1 - body.data());
    body.insert(inside, any_member ? std::string(member) + "," : std::string(member));
    return true;
  }
  if (choice != "false" && choice != "null") return false;
  body.replace(static_cast<std::size_t>(choice.data() - body.data()), choice.size(), "true");
  return true;
}

}  // namespace

bool ask_for_usage(std::string& body, bool data_sources_are_refused) {
  std::string_view stream;
  std::string_view options;
  JsonSkim skim(body);
  while (skim.next()) {
    if (skim.key() == "stream") stream = skim.value();
    if (skim.key() == "stream_options") options = skim.value();
    if (data_sources_are_refused && skim.key() == "data_sources") return false;
  }
  if (skim.malformed() || stream != "true") return false;
  if (options.empty()) {  // at the end, so that a long body stays where it is
    body.insert(body.rfind('}'), R"(,"stream_options":{"include_usage":true})");
    return true;
  }
  if (options.front() == '{') return ask_in(body, options);
  if (options != "null") return false;
  body.replace(static_cast<std::size_t>(options.data() - body.data()), options.size(), R"({"include_usage":true})");
  return true;
}

bool may_say_usage(std::string_view data) {
  constexpr std::string_view key = "\"usage\"";
  for (std::size_t at = provider_kit::find_key(data, key); at != std::string_view::npos; at = provider_kit::find_key(data, key)) {
    data.remove_prefix(at + key.size());
    while (data.starts_with(':') || data.starts_with(' ')) data.remove_prefix(1);
    if (!data.starts_with("null")) return true;
  }
  return false;
}

bool is_usage_chunk(std::string_view data) {
  if (!may_say_usage(data)) return false;
  bool says_usage = false;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "usage") says_usage = !says_nothing(skim.value());
    if (skim.key() == "choices" && is_nonempty_array(skim.value())) return false;
  }
  return says_usage;
}

}  // namespace patchbay::openai_wire
