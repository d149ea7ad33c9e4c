#include "patchbay/model_override.hpp"

#include "patchbay/json_skim.hpp"

namespace patchbay {

namespace {

bool names_the_model(std::string_view key) {
  if (key.find('\\') == std::string_view::npos) return key == "model";
  return string_value('"' + std::string(key) + '"') == "model";
}

}  // namespace

bool override_model(std::string& body, std::string_view quoted) {
  std::string changed;
  changed.reserve(body.size() + quoted.size() + 16);
  std::size_t copied = 0;
  bool any_member = false;
  bool replaced = false;
  JsonSkim skim(body);
  while (skim.next()) {
    any_member = true;
    if (!names_the_model(skim.key())) continue;
    replaced = true;  // go on: of a repeated key every parser takes another
    const auto at = static_cast<std::size_t>(skim.value().data() - body.data());
    changed.append(body, copied, at - copied).append(quoted);
    copied = at + skim.value().size();
  }
  if (skim.malformed()) return false;
  if (!replaced) {
    copied = body.find('{') + 1;
    changed.append(body, 0, copied).append("\"model\":").append(quoted).append(any_member ? "," : "");
  }
  changed.append(body, copied);
  body = std::move(changed);
  return true;
}

}  // namespace patchbay
