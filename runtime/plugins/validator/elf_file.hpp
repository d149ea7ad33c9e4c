#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::plugins::validator {

/// What a shared library says to the dynamic linker. The file may be hostile: every offset in it is checked.
class ElfFile {
 public:
  struct Symbol {
    std::string name;
    bool defined = false;
    bool unique = false;  ///< STB_GNU_UNIQUE
    bool weak = false;
  };

  /// Throws std::runtime_error if it is not a 64-bit ELF file with a dynamic symbol table.
  explicit ElfFile(const std::string& path);

  [[nodiscard]] const std::vector<Symbol>& dynamic_symbols() const { return symbols_; }
  [[nodiscard]] const std::vector<std::string>& needed() const { return needed_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

  [[nodiscard]] bool needs_symbol(std::string_view name) const;

 private:
  std::string bytes_;
  std::vector<Symbol> symbols_;
  std::vector<std::string> needed_;
};

}  // namespace patchbay::plugins::validator
