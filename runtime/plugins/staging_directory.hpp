#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace patchbay::plugins {

/// A private copy of a plugin file; gone with the object. The copy is what is loaded, never the file that somebody may overwrite while it
/// is mapped. Its name is used once in the life of the process, because the dynamic linker knows libraries by name.
class StagedFile {
 public:
  enum class Owner : std::uint8_t { us, another_process };  ///< who removes it
  StagedFile(std::filesystem::path path, std::string hash, Owner owner = Owner::us)
      : path_(std::move(path)), hash_(std::move(hash)), owner_(owner) {}
  StagedFile(StagedFile&& other) noexcept
      : path_(std::exchange(other.path_, {})), hash_(std::move(other.hash_)), owner_(other.owner_) {}
  StagedFile& operator=(StagedFile&&) = delete;
  ~StagedFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// SHA-256 of the content, in hexadecimal.
  [[nodiscard]] const std::string& hash() const { return hash_; }

 private:
  std::filesystem::path path_;
  std::string hash_;
  Owner owner_ = Owner::us;
};

/// Where staged copies live: a directory of this process alone (0700), removed at its end. Those that dead processes left are removed at
/// the start. [load]
class StagingDirectory {
 public:
  /// `state_directory` empty: under the system's temporary directory. Throws LoadFailure (staging_failed), also if nothing may be executed
  /// from there (a noexec mount).
  explicit StagingDirectory(const std::string& state_directory);
  ~StagingDirectory();
  StagingDirectory(const StagingDirectory&) = delete;

  /// Copies a file; `origin` is what it is called if not by its own name: a copy of a copy. Throws LoadFailure (staging_failed).
  [[nodiscard]] StagedFile stage(const std::string& file, std::uint64_t generation) { return stage(file, generation, file); }
  [[nodiscard]] StagedFile stage(const std::string& file, std::uint64_t generation, const std::string& origin);

  /// A number that no earlier load of this process got. [thread-safe]
  [[nodiscard]] std::uint64_t next_generation() { return generations_.fetch_add(1, std::memory_order_relaxed) + 1; }

 private:
  std::filesystem::path path_;
  std::atomic<std::uint64_t> generations_{0};
};

/// SHA-256 of a file's content, in hexadecimal. Throws std::runtime_error if it cannot be read.
[[nodiscard]] std::string hash_of_file(const std::filesystem::path& file);

}  // namespace patchbay::plugins
