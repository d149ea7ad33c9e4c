#include "patchbay/testing/library.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstring>
#include <stdexcept>

#include "patchbay/stamp.hpp"

namespace patchbay::testing {

namespace {

/// Where a library lies, and the stamp that was found in its notes.
struct Wanted {
  ElfW(Addr) base;
  std::string stamp;
};

std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

void look_for_stamp(const char* at, const char* end, std::string& stamp) {
  while (static_cast<std::size_t>(end - at) >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    at += sizeof note;
    if (static_cast<std::size_t>(end - at) < padded(note.n_namesz) + note.n_descsz) return;
    const char* const text = at + padded(note.n_namesz);
    if (note.n_type == PATCHBAY_NOTE_TYPE && note.n_namesz == sizeof PATCHBAY_NOTE_NAME &&
        std::memcmp(at, PATCHBAY_NOTE_NAME, note.n_namesz) == 0)
      stamp.assign(text, strnlen(text, note.n_descsz));
    at = text + std::min<std::size_t>(padded(note.n_descsz), static_cast<std::size_t>(end - text));
  }
}

int visit(dl_phdr_info* library, std::size_t, void* context) {
  auto& wanted = *static_cast<Wanted*>(context);
  if (library->dlpi_addr != wanted.base) return 0;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = library->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const char* const begin = reinterpret_cast<const char*>(library->dlpi_addr + segment.p_vaddr);
    look_for_stamp(begin, begin + segment.p_memsz, wanted.stamp);
  }
  return 1;
}

std::string stamp_of(void* handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return {};
  Wanted wanted{map->l_addr, {}};
  dl_iterate_phdr(&visit, &wanted);
  return wanted.stamp;
}

/// The first field of two stamps that differs, of those that must agree.
std::string difference(std::string_view theirs, std::string_view ours) {
  while (!ours.empty()) {
    const std::string_view field = ours.substr(0, ours.find(';'));
    ours.remove_prefix(std::min(field.size() + 1, ours.size()));
    if (!field.starts_with('~') && (";" + std::string(theirs)).find(";" + std::string(field) + ";") == std::string::npos)
      return std::string(field);
  }
  return {};
}

}  // namespace

Library::Library(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) throw std::runtime_error(std::string("the dynamic linker refuses it: ") + dlerror());
  const auto refuse = [&](const std::string& reason) {
    dlclose(handle_);
    throw std::runtime_error(path + ": " + reason);
  };
  const std::string stamp = stamp_of(handle_);
  if (stamp.empty()) refuse("it has no Patchbay stamp; write PATCHBAY_PLUGIN(…) or PATCHBAY_C_STAMP in one source file of it");
  const bool is_c = stamp.starts_with("c_abi=");
  static constexpr stamp::Text ours = stamp::current();
  if (const std::string field = difference(stamp, is_c ? PATCHBAY_C_STAMP_TEXT : ours.bytes); !field.empty())
    refuse("it was built against something else than this test, which has " + field + "; build both the same way");
  const char* const symbol = is_c ? PATCHBAY_C_ENTRY_SYMBOL : PATCHBAY_ENTRY_SYMBOL;
  void* const entry = dlsym(handle_, symbol);
  if (entry == nullptr) refuse(std::string("it does not export ") + symbol);
  if (is_c)
    c_plugin_ = reinterpret_cast<decltype(&patchbay_c_plugin_entry_v1)>(entry)();
  else
    plugin_ = reinterpret_cast<patchbay_plugin_entry>(entry)();
  if (plugin_ == nullptr && c_plugin_ == nullptr) refuse("its entry returned null");
}

const patchbay_plugin_descriptor& Library::plugin() const {
  if (plugin_ == nullptr) throw std::logic_error("the plugin is behind patchbay.h and has no descriptor of C++; use c_plugin()");
  return *plugin_;
}

Library::~Library() { dlclose(handle_); }

}  // namespace patchbay::testing
