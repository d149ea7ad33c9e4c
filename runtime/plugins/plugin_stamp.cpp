#include "plugins/plugin_stamp.hpp"

#include <elf.h>

#include <cstring>
#include <fstream>

#include "patchbay/patchbay.h"
#include "patchbay/stamp.hpp"
#include "plugins/load_failure.hpp"

namespace patchbay::plugins {

namespace {

/// A file's bytes, read with every offset checked.
class Image {
 public:
  explicit Image(std::string bytes) : bytes_(std::move(bytes)) {}

  template <class T>
  bool read(std::uint64_t offset, T& into) const {
    if (!contains(offset, sizeof(T))) return false;
    std::memcpy(&into, bytes_.data() + offset, sizeof(T));
    return true;
  }

  [[nodiscard]] bool contains(std::uint64_t offset, std::uint64_t size) const {
    return offset <= bytes_.size() && bytes_.size() - offset >= size;
  }

  /// Empty if the range is not inside the file.
  [[nodiscard]] std::string_view range(std::uint64_t offset, std::uint64_t size) const {
    return contains(offset, size) ? std::string_view(bytes_).substr(offset, size) : std::string_view();
  }

 private:
  std::string bytes_;
};

/// The text of the note, if that section is one of ours.
std::string_view note_text(const Image& image, const Elf64_Shdr& section) {
  Elf64_Nhdr note{};
  if (section.sh_size < sizeof note || !image.read(section.sh_offset, note)) return {};
  const std::uint64_t padded_name = (std::uint64_t{note.n_namesz} + 3) & ~std::uint64_t{3};
  const std::string_view name = image.range(section.sh_offset + sizeof note, note.n_namesz);
  if (note.n_type != PATCHBAY_NOTE_TYPE || name != std::string_view(PATCHBAY_NOTE_NAME, sizeof(PATCHBAY_NOTE_NAME))) return {};
  return image.range(section.sh_offset + sizeof note + padded_name, note.n_descsz);
}

std::string content_of(const std::string& path, const std::string& origin) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  std::string bytes(stream ? static_cast<std::size_t>(stream.tellg()) : 0, '\0');
  stream.seekg(0);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw LoadFailure(FailureCode::not_a_plugin, origin, "it cannot be read; may this user read it?");
  return bytes;
}

/// The header of a shared library of this machine.
Elf64_Ehdr header_of(const Image& image, const std::string& origin) {
  Elf64_Ehdr header{};
  if (!image.read(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    throw LoadFailure(FailureCode::not_a_plugin, origin, "it is not a shared library (no ELF header)");
  Elf64_Ehdr own{};
  std::ifstream self("/proc/self/exe", std::ios::binary);
  self.read(reinterpret_cast<char*>(&own), sizeof own);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != own.e_ident[EI_DATA] || header.e_machine != own.e_machine)
    throw LoadFailure(FailureCode::not_a_plugin, origin, "it is compiled for another machine; build it for this one");
  if (header.e_type != ET_DYN)
    throw LoadFailure(FailureCode::not_a_plugin, origin, "it is not a shared library (ELF type " + std::to_string(header.e_type) + ")");
  return header;
}

/// The linker maps what the program headers say without looking at the file's size; touching a page behind the end is a SIGBUS.
void refuse_cut_off(const Image& image, const Elf64_Ehdr& header, const std::string& origin) {
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!image.read(header.e_phoff + i * sizeof segment, segment) ||
        (segment.p_type == PT_LOAD && !image.contains(segment.p_offset, segment.p_filesz)))
      throw LoadFailure(FailureCode::not_a_plugin, origin, "it is cut off; copy it again");
  }
}

}  // namespace

Stamp parse_stamp(std::string_view text) {
  Stamp stamp;
  text = text.substr(0, text.find('\0'));
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    const std::size_t equals = field.find('=');
    if (equals != std::string_view::npos) stamp.emplace(field.substr(0, equals), field.substr(equals + 1));
  }
  return stamp;
}

Stamp host_stamp() {
  static constexpr stamp::Text text = stamp::current();
  return parse_stamp({text.bytes, sizeof text.bytes});
}

Stamp c_stamp() { return parse_stamp(PATCHBAY_C_STAMP_TEXT); }

bool is_c_stamp(const Stamp& stamp) { return stamp.contains("c_abi"); }

Stamp read_stamp(const std::string& path, const std::string& origin) {
  const Image image(content_of(path, origin));
  const Elf64_Ehdr header = header_of(image, origin);
  refuse_cut_off(image, header, origin);

  Elf64_Shdr names{};
  if (!image.read(header.e_shoff + std::uint64_t{header.e_shstrndx} * sizeof names, names))
    throw LoadFailure(FailureCode::not_a_plugin, origin, "its section table is cut off; copy it again");
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section{};
    if (!image.read(header.e_shoff + i * sizeof section, section))
      throw LoadFailure(FailureCode::not_a_plugin, origin, "its section table is cut off; copy it again");
    if (section.sh_type != SHT_NOTE || section.sh_name >= names.sh_size) continue;
    std::string_view name = image.range(names.sh_offset + section.sh_name, names.sh_size - section.sh_name);
    name = name.substr(0, name.find('\0'));
    if (name != PATCHBAY_NOTE_SECTION) continue;
    if (Stamp stamp = parse_stamp(note_text(image, section)); !stamp.empty()) return stamp;
  }
  throw LoadFailure(FailureCode::stamp_missing, origin,
                    "it has no Patchbay stamp; write PATCHBAY_PLUGIN(…) in one source file of it and build it with this SDK");
}

std::vector<std::string> differences(const Stamp& plugin, const Stamp& host) {
  std::vector<std::string> found;
  const auto compare = [&](const std::string& key) {
    const auto theirs = plugin.find(key);
    const auto ours = host.find(key);
    const std::string their_value = theirs == plugin.end() ? "nothing" : theirs->second;
    const std::string our_value = ours == host.end() ? "nothing" : ours->second;
    if (their_value != our_value) found.push_back(key + ": the plugin has " + their_value + ", this host " + our_value);
  };
  for (const auto& [key, value] : host)
    if (!key.starts_with('~')) compare(key);
  for (const auto& [key, value] : plugin)
    if (!key.starts_with('~') && !host.contains(key)) compare(key);
  return found;
}

}  // namespace patchbay::plugins
