#include "plugins/plugin.hpp"

#include <dlfcn.h>
#include <link.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "patchbay/config.hpp"
#include "patchbay/hook.hpp"
#include "plugins/barrier.hpp"
#include "plugins/descriptor.hpp"
#include "plugins/load_failure.hpp"

namespace patchbay::plugins {

namespace {

std::atomic<std::uint64_t> loaded{0};
std::atomic<std::uint64_t> pinned{0};
/// The linker loads and unloads one library at a time anyway; with a lock of ours ThreadSanitizer knows it as well when a library is mapped
/// where another one was.
std::mutex linking;

/// Leak checkers want to see the symbols of a library after its end.
bool keep_loaded() {
  static const bool keep = std::getenv("PATCHBAY_KEEP_PLUGINS") != nullptr;
  return keep;
}

/// Reading a pipe would wait forever.
void refuse_irregular(const std::string& path) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(path, failed);
  if (failed) throw LoadFailure(FailureCode::not_a_plugin, path, "it cannot be read: " + failed.message());
  if (!std::filesystem::is_regular_file(status)) throw LoadFailure(FailureCode::not_a_plugin, path, "it is not a regular file");
}

/// The linker also finds the symbols of what a library is linked with; an entry of another file would describe another plugin.
void refuse_borrowed(const void* symbol, const char* name, void* library, const std::string& origin) {
  Dl_info found{};
  void* owner = nullptr;
  link_map* own = nullptr;
  if (dladdr1(symbol, &found, &owner, RTLD_DL_LINKMAP) == 0 || dlinfo(library, RTLD_DI_LINKMAP, &own) != 0 || owner == own) return;
  throw LoadFailure(FailureCode::entry_missing, origin,
                    std::string(name) + " comes from " + found.dli_fname + ", which it is linked with; a plugin has its own entry");
}

/// What the entry of a library returns.
template <class Descriptor>
const Descriptor* enter(const boost::dll::shared_library& library, const char* symbol, const std::string& path, const std::string& cure) {
  if (!library.has(symbol)) throw LoadFailure(FailureCode::entry_missing, path, std::string("it does not export ") + symbol + "; " + cure);
  const auto& entry = library.get<const Descriptor*()>(symbol);
  refuse_borrowed(reinterpret_cast<const void*>(&entry), symbol, library.native(), path);
  const Descriptor* descriptor = nullptr;
  if (const auto thrown = barrier([&] { descriptor = entry(); }))
    throw LoadFailure(FailureCode::descriptor_invalid, path, std::string(symbol) + " threw: " + *thrown);
  return descriptor;
}

}  // namespace

/// The loaded library over its staged copy, which goes after it.
struct Plugin::Library {
  Library(StagedFile file, const std::string& origin)
      : staged(std::make_shared<const StagedFile>(std::move(file))), library(std::make_unique<boost::dll::shared_library>()) {
    const std::lock_guard lock(linking);
    try {
      library->load(boost::dll::fs::path(staged->path()), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    } catch (const std::exception& error) {
      throw LoadFailure(FailureCode::load_failed, origin, std::string("the dynamic linker refuses it: ") + error.what());
    }
    loaded.fetch_add(1, std::memory_order_relaxed);
  }
  Library(const Library&) = delete;

  ~Library() {
    const std::lock_guard lock(linking);
    if (keep_loaded()) {
      (void)dlopen(staged->path().c_str(), RTLD_NOLOAD | RTLD_LAZY | RTLD_NODELETE);
      return;
    }
    library.reset();
    // Code that is on its way to be unloaded must not be found again under this name.
    if (void* const still_there = dlopen(staged->path().c_str(), RTLD_NOLOAD | RTLD_LAZY)) {
      dlclose(still_there);
      pinned.fetch_add(1, std::memory_order_relaxed);
      spdlog::warn("{} stays mapped after its last use: it has unique symbols, thread-local destructors, or started a thread",
                   staged->path().string());
    } else {
      loaded.fetch_sub(1, std::memory_order_relaxed);
    }
  }

  std::shared_ptr<const StagedFile> staged;
  std::unique_ptr<boost::dll::shared_library> library;
};

std::uint64_t loaded_libraries() { return loaded.load(std::memory_order_relaxed); }
std::uint64_t pinned_libraries() { return pinned.load(std::memory_order_relaxed); }

std::shared_ptr<const StagedFile> Plugin::staged() const { return library_->staged; }

std::weak_ptr<const void> Plugin::mapping() const { return library_; }

std::shared_ptr<const Plugin> Plugin::load(const std::string& path, StagingDirectory& staging, std::uint64_t generation,
                                           const SignaturePolicy& signatures, const TryOut& try_out) {
  refuse_irregular(path);
  // From here on only the copy counts: what is checked is what is loaded, whatever happens to the original meanwhile.
  StagedFile staged = staging.stage(path, generation);
  signatures.check(path, staged.path());
  return load_staged(std::move(staged), path, generation, try_out);
}

std::shared_ptr<const Plugin> Plugin::load_again(const StagedFile& copy, const std::string& origin, StagingDirectory& staging,
                                                 std::uint64_t generation) {
  return load_staged(staging.stage(copy.path().string(), generation, origin), origin, generation, {});
}

std::shared_ptr<const Plugin> Plugin::load_elsewhere(const std::string& staged, const std::string& origin, const std::string& hash,
                                                     std::uint64_t generation) {
  return load_staged(StagedFile(staged, hash, StagedFile::Owner::another_process), origin, generation, {});
}

std::shared_ptr<const Plugin> Plugin::load_staged(StagedFile staged, const std::string& path, std::uint64_t generation,
                                                  const TryOut& try_out) {
  Stamp stamp = read_stamp(staged.path(), path);
  const bool is_c = is_c_stamp(stamp);
  if (const std::vector<std::string> differing = differences(stamp, is_c ? c_stamp() : host_stamp()); !differing.empty()) {
    std::string reason = "it was built against something else than this host. ";
    for (const std::string& one : differing) reason += one + "; ";
    throw LoadFailure(
        FailureCode::stamp_mismatch, path,
        reason + (is_c ? "rebuild it with patchbay.h of this host" : "rebuild it with the SDK and the compiler of this host"));
  }
  if (try_out) try_out(staged, path, generation);
  PluginInfo info;
  info.hash = staged.hash();
  auto library = std::make_shared<const Library>(std::move(staged), path);

  std::vector<ModuleFactory> factories =
      is_c ? read_descriptor(enter<patchbay_c_plugin>(*library->library, PATCHBAY_C_ENTRY_SYMBOL, path,
                                                      "define it as patchbay.h shows and link with the SDK's plugin-c.map"),
                             path, info)
           : read_descriptor(
                 enter<patchbay_plugin_descriptor>(*library->library, PATCHBAY_ENTRY_SYMBOL, path,
                                                   "write PATCHBAY_PLUGIN(…) in one source file and link with the SDK's plugin.map"),
                 path, info);
  info.path = path;
  info.generation = generation;
  info.stamp = std::move(stamp);
  return std::shared_ptr<const Plugin>(new Plugin(std::move(info), std::move(library), std::move(factories)));
}

std::shared_ptr<Module> Plugin::make(std::size_t index, const boost::json::value& config, std::shared_ptr<const Host> host) const {
  const ModuleInfo& info = info_.modules.at(index);
  Module* made = nullptr;
  std::vector<config::Fault> faults;
  const auto thrown = barrier([&] {
    try {
      made = factories_[index](config, *host);
    } catch (const config::Error& error) {
      for (const config::Fault& fault : error.faults())
        faults.push_back({std::string(fault.pointer), std::string(fault.message), std::string(fault.suggestion)});
      if (faults.empty()) faults.push_back({"", error.what()});
    }
  });
  if (!faults.empty()) throw config::Error(std::move(faults));
  if (thrown) throw std::runtime_error("plugin " + info_.id + " could not make a " + info.type + ": " + *thrown);
  if (made == nullptr) throw std::runtime_error("plugin " + info_.id + " could not make a " + info.type + ": its factory returned null");

  // Member order is the point: the module goes first, then the host services, then the library.
  struct Owner {
    std::shared_ptr<const Library> library;
    std::shared_ptr<const Host> host;
  };
  std::shared_ptr<Module> module(made, [owner = Owner{library_, std::move(host)}](Module* leaving) { delete leaving; });
  const bool fits = info.kind == ModuleKind::provider ? dynamic_cast<Provider*>(made) != nullptr
                    : info.kind == ModuleKind::hook   ? dynamic_cast<Hook*>(made) != nullptr
                                                      : dynamic_cast<Transform*>(made) != nullptr;
  if (!fits)
    throw std::runtime_error("plugin " + info_.id + " declares " + info.type + " as " + std::string(name_of(info.kind)) +
                             ", but makes something else; derive its class from " +
                             (info.kind == ModuleKind::provider ? "Provider"
                              : info.kind == ModuleKind::hook   ? "Hook"
                                                                : "Transform"));
  return module;
}

}  // namespace patchbay::plugins
