#include "patchbay/testing/golden.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace patchbay::testing {

namespace {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

std::string first_difference(std::string_view expected, std::string_view actual) {
  for (std::size_t number = 1;; ++number) {
    const bool expected_over = expected.empty();
    const bool actual_over = actual.empty();
    const std::string_view wanted = take_line(expected);
    const std::string_view found = take_line(actual);
    if (wanted == found && expected_over == actual_over && !expected_over) continue;
    return "line " + std::to_string(number) + " should be\n  " + (expected_over ? "(nothing)" : std::string(wanted)) + "\nand is\n  " +
           (actual_over ? "(nothing)" : std::string(found));
  }
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error(path.string() + " cannot be written");
}

}  // namespace

std::string Golden::difference(const std::string& name, std::string_view text) const {
  const std::filesystem::path path = folder_ / name;
  if (std::getenv("PATCHBAY_ACCEPT") != nullptr) {
    write(path, text);
    return {};
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return path.string() + " cannot be read; PATCHBAY_ACCEPT=1 writes it";
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  if (expected == text) return {};
  return path.string() + " says otherwise; PATCHBAY_ACCEPT=1 rewrites it\n" + first_difference(expected, text);
}

}  // namespace patchbay::testing
