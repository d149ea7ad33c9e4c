#include "plugins/validator/elf_file.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "config/file_text.hpp"

namespace patchbay::plugins::validator {

namespace {

std::string content_of(const std::string& path) {
  std::optional<std::string> content = config::file_text(path);
  if (!content) throw std::runtime_error("it cannot be read");
  return std::move(*content);
}

template <class T>
T read(std::string_view bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) throw std::runtime_error("it is cut off");
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::string_view range(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) throw std::runtime_error("it is cut off");
  return bytes.substr(offset, size);
}

std::string text_at(std::string_view table, std::uint64_t offset) {
  if (offset >= table.size()) throw std::runtime_error("its string table is cut off");
  table.remove_prefix(offset);
  return std::string(table.substr(0, table.find('\0')));
}

}  // namespace

ElfFile::ElfFile(const std::string& path) : bytes_(content_of(path)) {
  const auto header = read<Elf64_Ehdr>(bytes_, 0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
    throw std::runtime_error("it is not a 64-bit ELF file");
  bool has_symbols = false;
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = read<Elf64_Shdr>(bytes_, header.e_shoff + i * sizeof(Elf64_Shdr));
    if (section.sh_type != SHT_DYNSYM && section.sh_type != SHT_DYNAMIC) continue;
    const auto texts = read<Elf64_Shdr>(bytes_, header.e_shoff + std::uint64_t{section.sh_link} * sizeof(Elf64_Shdr));
    const std::string_view table = range(bytes_, texts.sh_offset, texts.sh_size);
    const std::string_view content = range(bytes_, section.sh_offset, section.sh_size);
    if (section.sh_type == SHT_DYNSYM) {
      has_symbols = true;
      for (std::uint64_t at = sizeof(Elf64_Sym); at + sizeof(Elf64_Sym) <= content.size(); at += sizeof(Elf64_Sym)) {
        const auto symbol = read<Elf64_Sym>(content, at);
        const unsigned binding = ELF64_ST_BIND(symbol.st_info);
        if (binding == STB_LOCAL) continue;
        symbols_.push_back({text_at(table, symbol.st_name), symbol.st_shndx != SHN_UNDEF, binding == STB_GNU_UNIQUE, binding == STB_WEAK});
      }
    } else {
      for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= content.size(); at += sizeof(Elf64_Dyn)) {
        const auto entry = read<Elf64_Dyn>(content, at);
        if (entry.d_tag == DT_NULL) break;
        if (entry.d_tag == DT_NEEDED) needed_.push_back(text_at(table, entry.d_un.d_val));
      }
    }
  }
  if (!has_symbols) throw std::runtime_error("it has no dynamic symbol table");
}

bool ElfFile::needs_symbol(std::string_view name) const {
  return std::any_of(symbols_.begin(), symbols_.end(), [&](const Symbol& symbol) { return !symbol.defined && symbol.name == name; });
}

}  // namespace patchbay::plugins::validator
