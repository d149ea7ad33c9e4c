#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "patchbay/patchbay.h"
#include "plugins/validator/check.hpp"
#include "plugins/validator/elf_file.hpp"
#include "plugins/validator/exercise.hpp"

namespace patchbay::plugins::validator {

namespace {

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more" : text;
}

/// The symbols of a list that a file needs.
template <class List>
std::vector<std::string> needed_of(const ElfFile& file, const List& list) {
  std::vector<std::string> found;
  for (const std::string_view name : list)
    if (file.needs_symbol(name)) found.emplace_back(name);
  return found;
}

/// Whether the file has the text as a whole of its own, and not only as the end of a symbol's name.
bool contains_type_name(std::string_view bytes, std::string_view name) {
  for (std::size_t at = bytes.find(name); at != std::string_view::npos; at = bytes.find(name, at + 1))
    if (at == 0 || bytes[at - 1] == '\0' || bytes[at - 1] == '*') return true;
  return false;
}

std::size_t threads_of_this_process() {
  std::error_code ignored;
  const std::filesystem::directory_iterator tasks("/proc/self/task", ignored);
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

Result check_exports(Context& context) {
  const ElfFile file(context.subject().file);
  std::vector<std::string> others;
  std::string entry;
  for (const ElfFile::Symbol& symbol : file.dynamic_symbols()) {
    if (!symbol.defined) continue;
    if (symbol.name == PATCHBAY_ENTRY_SYMBOL || symbol.name == PATCHBAY_C_ENTRY_SYMBOL)
      entry = symbol.name;
    else
      others.push_back(symbol.name);
  }
  if (entry.empty())
    return {Verdict::failed, "it defines neither " PATCHBAY_ENTRY_SYMBOL " nor " PATCHBAY_C_ENTRY_SYMBOL
                             "; write PATCHBAY_PLUGIN(…) in one source file of it"};
  if (others.empty()) return {Verdict::success, "it defines " + entry + " and nothing else"};
  return {Verdict::failed, "besides its entry it defines " + listed(others) + "; link it with the SDK's plugin.map, or plugin-c.map"};
}

Result check_undefined_symbols(Context& context) {
  const ElfFile file(context.subject().file);
  std::vector<void*> libraries = {RTLD_DEFAULT};
  for (const std::string& name : file.needed()) {
    context.step("load " + name + ", which it is linked with");
    void* const library = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
    // It may be found by the plugin's own search path only; the plugin's loading tells then.
    if (library != nullptr) libraries.push_back(library);
  }
  std::vector<std::string> missing;
  for (const ElfFile::Symbol& symbol : file.dynamic_symbols()) {
    if (symbol.defined || symbol.weak) continue;
    const bool found =
        std::any_of(libraries.begin(), libraries.end(), [&](void* library) { return dlsym(library, symbol.name.c_str()) != nullptr; });
    if (!found) missing.push_back(symbol.name);
  }
  if (missing.empty()) return {Verdict::success, "the host and the libraries that it is linked with have everything that it needs"};
  context.step("load it");
  if (void* const library = dlopen(context.subject().file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    dlclose(library);
    return {Verdict::success, "the libraries of its own search path have what the host has not"};
  }
  return {Verdict::failed, "nobody defines " + listed(missing) + "; link it with -Wl,-z,defs to see that when it is built"};
}

Result check_unique_symbols(Context& context) {
  const ElfFile file(context.subject().file);
  std::vector<std::string> unique;
  for (const ElfFile::Symbol& symbol : file.dynamic_symbols())
    if (symbol.unique) unique.push_back(symbol.name);
  if (unique.empty()) return {Verdict::success, "no symbol keeps it in memory"};
  return {Verdict::failed,
          listed(unique) + " would keep it in memory for good; link it with the SDK's plugin.map, or compile it with -fno-gnu-unique"};
}

Result check_static_runtime(Context& context) {
  const ElfFile file(context.subject().file);
  const bool links_it = std::any_of(file.needed().begin(), file.needed().end(), [](const std::string& name) {
    return name.starts_with("libstdc++.so") || name.starts_with("libc++.so");
  });
  // The name of a class that only the runtime itself defines.
  const bool has_its_own = contains_type_name(file.bytes(), "N10__cxxabiv120__si_class_type_infoE");
  if (has_its_own)
    return {Verdict::failed,
            "it has a C++ runtime of its own, so exceptions and memory cannot cross to the host's; link it without -static-libstdc++"};
  return {Verdict::success, links_it ? "it shares the host's C++ runtime" : "it needs no C++ runtime"};
}

Result check_thread_local_destructors(Context& context) {
  const ElfFile file(context.subject().file);
  bool perhaps = false;
  bool surely = false;
  for (const ElfFile::Symbol& symbol : file.dynamic_symbols()) {
    if (symbol.defined || (symbol.name != "__cxa_thread_atexit" && symbol.name != "__cxa_thread_atexit_impl")) continue;
    (symbol.weak ? perhaps : surely) = true;
  }
  if (!surely && !perhaps) return {Verdict::success, "no thread_local object of it has a destructor"};
  // Rust's library asks for it whether it is used or not.
  if (!surely)
    return {Verdict::warning,
            "the library of its language may register destructors of thread-local objects; the test unload says whether it does"};
  return {
      Verdict::failed,
      "a thread_local object of it has a destructor, so it stays in memory until every thread that touched it has ended; keep the state in "
      "the stage"};
}

Result check_threads(Context& context) {
  const ElfFile file(context.subject().file);
  std::vector<std::string> starting = needed_of(file, std::array<std::string_view, 2>{"pthread_create", "thrd_create"});
  for (const ElfFile::Symbol& symbol : file.dynamic_symbols())
    if (!symbol.defined && symbol.name.starts_with("_ZNSt6thread15_M_start_thread")) starting.emplace_back("std::thread");
  if (!starting.empty()) return {Verdict::failed, "it can start threads (" + listed(starting) + "); only the host may"};

  const std::size_t before = threads_of_this_process();
  Findings ignored;
  each_module(context, ignored, [&](const Part& part) {
    context.step("send a request through " + part.name());
    (void)part.run(part.talks().front());
  });
  const std::size_t after = threads_of_this_process();
  if (after > before)
    return {Verdict::failed, "while it was used " + std::to_string(after - before) + " threads were started; only the host may"};
  return {Verdict::success, "it starts no thread"};
}

Result check_system_calls(Context& context) {
  constexpr std::array<std::string_view, 33> acting = {
      "socket", "connect", "bind",      "listen",          "accept",      "accept4",      "getaddrinfo", "gethostbyname", "open",
      "open64", "openat",  "creat",     "fopen",           "fopen64",     "opendir",      "unlink",      "rename",        "mkdir",
      "fork",   "vfork",   "execve",    "execvp",          "posix_spawn", "posix_spawnp", "system",      "popen",         "dlopen",
      "sleep",  "usleep",  "nanosleep", "clock_nanosleep", "sigaction",   "exit"};
  const ElfFile file(context.subject().file);
  std::vector<std::string> found = needed_of(file, acting);
  for (const ElfFile::Symbol& symbol : file.dynamic_symbols())
    if (!symbol.defined && symbol.name.find("basic_filebuf") != std::string::npos) {
      found.emplace_back("std::fstream");
      break;
    }
  if (found.empty()) return {Verdict::success, "it leaves sockets, files, processes and waiting to the host"};
  return {Verdict::warning, "it can call " + listed(found) + "; modules transform, the host acts"};
}

}  // namespace patchbay::plugins::validator
