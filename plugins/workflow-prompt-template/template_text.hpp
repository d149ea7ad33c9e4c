#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::prompt_template {

/// A text with variables: `{{name}}` stands for a value, `\{{` for two braces. Parsed once. [request: concurrent]
class TemplateText {
 public:
  /// Throws std::invalid_argument that tells what is wrong and at which byte.
  explicit TemplateText(std::string_view source);

  /// The names that the text asks for, each once, in order.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  /// The text with values in place. A value goes in as it is and is not looked at for variables again.
  [[nodiscard]] std::string render(const std::function<std::string(const std::string& name)>& value_of) const;

 private:
  struct Part {
    std::string literal;
    std::string name;  // after the literal; empty for none
  };

  std::vector<Part> parts_;
  std::vector<std::string> names_;
};

}  // namespace patchbay::prompt_template
