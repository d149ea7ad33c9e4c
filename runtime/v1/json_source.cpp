#include "v1/json_source.hpp"

#include <algorithm>
#include <boost/json/parser.hpp>

#include "patchbay/json_skim.hpp"

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

/// Finds where the parts of a text stand that is known to be JSON: of a member where its key stands, of an element where it begins.
class Places {
 public:
  Places(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  std::map<std::string, config::Position, std::less<>> find() {
    value("");
    return std::move(parts_);
  }

 private:
  [[nodiscard]] char here() const { return text_[at_]; }
  void step() {
    if (here() == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    ++at_;
  }
  void space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:").find(here()) != std::string_view::npos) step();
  }
  [[nodiscard]] config::Position position() const { return {file_, line_, static_cast<std::uint32_t>(at_ - line_start_ + 1)}; }

  /// The string that begins here, with its quotes.
  std::string_view string() {
    const std::size_t begin = at_++;
    while (here() != '"') at_ += here() == '\\' ? 2 : 1;
    ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void value(const std::string& pointer) {
    space();
    if (here() == '"') {
      (void)string();
    } else if (here() == '{' || here() == '[') {
      members(pointer, here() == '{');
    } else {
      while (at_ < text_.size() && std::string_view(" \t\r\n,]}").find(here()) == std::string_view::npos) ++at_;
    }
  }

  void members(const std::string& pointer, bool named) {
    step();
    for (std::size_t index = 0;; ++index) {
      space();
      if (here() == '}' || here() == ']') break;
      const config::Position place = position();
      const std::string token = named ? config::pointer_token(string_value(string())) : std::to_string(index);
      const std::string part = pointer + "/" + token;
      parts_[part] = place;
      value(part);
    }
    step();
  }

  const std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
  std::map<std::string, config::Position, std::less<>> parts_;
};

config::Position place_of(std::string_view text, std::size_t offset, const std::string& file) {
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, line, static_cast<std::uint32_t>(before.size() - start + 1)};
}

}  // namespace

std::optional<config::Located> read_json(std::string_view text, const std::string& file, std::vector<config::Diagnostic>& diagnostics) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  json::parser parser;
  json::error_code fault;
  const std::size_t read = parser.write_some(text, fault);
  if (!fault && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) fault = json::error::extra_data;
  if (fault) {
    diagnostics.push_back({place_of(text, std::min(read, text.size()), file), "", "not valid JSON: " + fault.message(), {}});
    return std::nullopt;
  }
  config::Located located;
  located.value = parser.release();
  located.at = {file, 1, 1};
  located.parts = Places(text, file).find();
  return located;
}

}  // namespace patchbay::v1
