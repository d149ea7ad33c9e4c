#include "patchbay/model_override.hpp"

#include "patchbay/json_skim.hpp"

namespace patchbay {

bool override_model(std::string& body, std::string_view quoted) {
  std::string changed;
  changed.reserve(body.size() + quoted.size() + 80);  // room for the key, and for one more member that a provider may add
  std::size_t copied = 0;
  bool any_member = false;
  bool replaced = false;
  JsonSkim skim(body);
  while (skim.next()) {
    any_member = true;
    if (skim.key() != "model") continue;
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
