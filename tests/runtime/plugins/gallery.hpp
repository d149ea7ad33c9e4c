#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/load_failure.hpp"
#include "plugins/plugin.hpp"

namespace patchbay::plugins::testing {

/// A directory that is gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file; returns its path.
  [[nodiscard]] std::string write(const std::string& name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

/// A variable that `meson test` sets. Throws std::runtime_error with its name if it is not set.
[[nodiscard]] std::string environment(const char* name);

/// A built file of tests/gallery.
[[nodiscard]] std::string gallery_file(const std::string& name);
[[nodiscard]] std::filesystem::path gallery_directory();
/// One of tests/gallery/misbehaving: its descriptor is sound, and what it does is not.
[[nodiscard]] std::string misbehaving_file(const std::string& name);

[[nodiscard]] std::string content_of(const std::filesystem::path& file);

/// How many mappings of the process are of files under a directory.
[[nodiscard]] std::size_t mappings_under(const std::filesystem::path& directory);

/// Whether libraries are left mapped on purpose, so that leak checkers can name what is in them.
[[nodiscard]] bool plugins_are_kept();

/// A test with a place to stage plugins.
struct WithStaging : ::testing::Test {
  /// Why a file is not loaded; fails the test if it is.
  LoadFailure refusal(const std::string& file);
  /// What of a refusal comes after the file's name.
  std::string reason(const LoadFailure& failure) const { return std::string(failure.what()).substr(failure.path().size() + 2); }
  std::shared_ptr<const Plugin> load(const std::string& file) { return Plugin::load(file, staging.value(), ++generation); }

  TemporaryDirectory state;
  std::optional<StagingDirectory> staging{std::in_place, state.path().string()};
  std::uint64_t generation = 0;
};

}  // namespace patchbay::plugins::testing
