#include "gallery.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace patchbay::plugins::testing {

namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "loader-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(const std::string& name, std::string_view content) const {
  const fs::path file = path_ / name;
  std::ofstream(file, std::ios::binary) << content;
  return file.string();
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set; `meson test` sets it");
  return value;
}

fs::path gallery_directory() { return environment("PATCHBAY_GALLERY"); }

std::string gallery_file(const std::string& name) { return (gallery_directory() / (name + ".so")).string(); }

std::string misbehaving_file(const std::string& name) { return (fs::path(environment("PATCHBAY_MISBEHAVING")) / (name + ".so")).string(); }

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t mappings_under(const fs::path& directory) {
  std::ifstream maps("/proc/self/maps");
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find(directory.string() + "/") != std::string::npos ? 1 : 0;
  return count;
}

bool plugins_are_kept() { return std::getenv("PATCHBAY_KEEP_PLUGINS") != nullptr; }

LoadFailure WithStaging::refusal(const std::string& file) {
  try {
    (void)load(file);
  } catch (const LoadFailure& failure) {
    EXPECT_EQ(failure.path(), file);
    return failure;
  }
  ADD_FAILURE() << file << " was loaded";
  return LoadFailure(FailureCode::load_failed, file, "was loaded");
}

}  // namespace patchbay::plugins::testing
