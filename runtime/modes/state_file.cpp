#include "modes/state_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "config/file_text.hpp"
#include "modes/mode.hpp"
#include "patchbay/config.hpp"

namespace patchbay::modes {

namespace json = boost::json;

namespace {

constexpr const char* cure = "; put a good copy back, or remove the file to start with what [mode] of the configuration says";

/// An open file that is closed whatever happens.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool flush() const { return ::fsync(descriptor_) == 0; }

 private:
  int descriptor_;
};

bool write_and_flush(const std::string& path, std::string_view text) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  return file.is_open() && file.write(text) && file.flush();
}

/// Without it a crash of the machine may bring the old name back.
bool flush_folder(const std::filesystem::path& folder) {
  const Descriptor opened(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  return opened.is_open() && opened.flush();
}

ModeState read(const std::string& text) {
  ModeState state = config::parse<ModeState>(json::parse(text));
  if (!mode_of(state.mode)) throw std::runtime_error("there is no mode '" + state.mode + "'");
  if (state.percentage < 0 || state.percentage > 100) throw std::runtime_error("its percentage is not one");
  if (!state.ramp.empty() && state.step >= state.ramp.size()) throw std::runtime_error("its ramp has no such step");
  return state;
}

}  // namespace

std::optional<ModeState> StateFile::load() const {
  std::error_code unreachable;
  if (path_.empty() || (!std::filesystem::exists(path_, unreachable) && !unreachable)) return std::nullopt;
  const std::optional<std::string> text = config::file_text(path_);
  if (!text) throw StateError(path_ + " ([mode] state_file) cannot be read; may this user read it?");
  try {
    return read(*text);
  } catch (const std::exception& fault) {
    throw StateError(path_ + " ([mode] state_file) is damaged: " + fault.what() + cure);
  }
}

void StateFile::save(const ModeState& state) const {
  if (path_.empty()) return;
  const std::string next = path_ + ".next";
  const bool kept = write_and_flush(next, json::serialize(json::value_from(state)) + "\n") &&
                    std::rename(next.c_str(), path_.c_str()) == 0 && flush_folder(std::filesystem::path(path_).parent_path());
  if (kept) return;
  const int reason = errno;
  throw StateError("the mode cannot be kept in " + path_ + " ([mode] state_file): " + std::strerror(reason) +
                   "; a restart would go on with what was there before");
}

}  // namespace patchbay::modes
