#include "plugins/staging_directory.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "plugins/load_failure.hpp"

namespace patchbay::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "patchbay-plugins-";

[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  throw LoadFailure(FailureCode::staging_failed, path.string(), reason);
}

std::string last_error() { return std::strerror(errno); }

/// Removes the directories of processes that are no more.
void remove_stale(const fs::path& parent) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    pid_t process = 0;
    const char* const digits = name.data() + prefix.size();
    const auto parsed = std::from_chars(digits, name.data() + name.size(), process);
    if (parsed.ec != std::errc() || process <= 0 || kill(process, 0) == 0 || errno != ESRCH) continue;
    fs::remove_all(entry.path(), ignored);
  }
}

/// A library cannot be mapped from a noexec mount; find out now, where the cure can be told.
void check_executable(const fs::path& directory) {
  const fs::path probe = directory / "exec-probe";
  const int descriptor = open(probe.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) refuse(directory, "it cannot be written: " + last_error());
  const bool sized = ftruncate(descriptor, 4096) == 0;
  void* const mapped = sized ? mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, descriptor, 0) : MAP_FAILED;
  const int fault = errno;
  if (mapped != MAP_FAILED) munmap(mapped, 4096);
  close(descriptor);
  fs::remove(probe);
  if (mapped == MAP_FAILED)
    refuse(directory, "plugins cannot be loaded from here (" + std::string(std::strerror(fault)) +
                          "), it is probably mounted noexec; set [plugins] state_directory to a directory on another mount");
}

}  // namespace

StagedFile::~StagedFile() {
  std::error_code ignored;
  if (!path_.empty() && owner_ == Owner::us) fs::remove(path_, ignored);
}

std::string hash_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::array<char, 65536> buffer;
  while (stream.read(buffer.data(), buffer.size()), stream.gcount() > 0)
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(stream.gcount()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

StagingDirectory::StagingDirectory(const std::string& state_directory) {
  std::error_code failed;
  const fs::path parent = state_directory.empty() ? fs::temp_directory_path(failed) : fs::path(state_directory);
  fs::create_directories(parent, failed);
  remove_stale(parent);
  std::string pattern = (parent / (std::string(prefix) + std::to_string(getpid()) + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr)
    refuse(parent, "no directory for staged plugins can be made here: " + last_error() + "; set [plugins] state_directory");
  path_ = pattern;
  try {
    check_executable(path_);
  } catch (...) {
    fs::remove_all(path_, failed);
    throw;
  }
}

StagingDirectory::~StagingDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

StagedFile StagingDirectory::stage(const std::string& file, std::uint64_t generation, const std::string& origin) {
  try {
    std::string hash = hash_of_file(file);
    const fs::path copy = path_ / (std::to_string(generation) + "-" + fs::path(origin).stem().string() + "-" + hash.substr(0, 8) + ".so");
    const int made = open(copy.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (made < 0) refuse(copy, "the staged copy cannot be made: " + last_error());
    close(made);
    StagedFile staged(copy, hash);
    fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
    fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_exec);
    if (hash_of_file(copy) != hash) refuse(origin, "it changed while it was copied; it will do once it is written completely");
    return staged;
  } catch (const LoadFailure&) {
    throw;
  } catch (const std::exception& error) {
    refuse(origin, std::string("it cannot be staged: ") + error.what());
  }
}

}  // namespace patchbay::plugins
