#include "hub/signature.hpp"

namespace patchbay::conversion {

namespace {

constexpr std::string_view mark = "pb1.";
constexpr std::string_view nothing = "-";

std::string_view cut(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view field = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return field;
}

}  // namespace

std::string seal(const Signature& signature, bool of_next_part) {
  const bool plain_id = signature.id.find('.') == std::string::npos;
  std::string text(mark);
  text.append(signature.origin)
      .append(of_next_part         ? ".n."
              : signature.redacted ? ".r."
                                   : ".t.")
      .append(plain_id ? signature.id : "")
      .append(".");
  return text.append(signature.data.empty() ? nothing : std::string_view(signature.data));
}

Unsealed unseal(std::string_view text, std::string_view protocol) {
  if (!text.starts_with(mark)) return {{std::string(protocol), std::string(text), {}, false}, false};
  text.remove_prefix(mark.size());
  const std::string_view origin = cut(text);
  const std::string_view place = cut(text);
  const std::string_view id = cut(text);
  return {{std::string(origin), std::string(text == nothing ? "" : text), std::string(id), place == "r"}, place == "n"};
}

}  // namespace patchbay::conversion
