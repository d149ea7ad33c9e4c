#include "golden.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "patchbay/testing/golden.hpp"

namespace patchbay::conversion::testing {

namespace json = boost::json;

namespace {

std::filesystem::path folder() {
  const char* const folder = std::getenv("PATCHBAY_CONVERSION_TESTS");
  return folder != nullptr ? folder : PATCHBAY_CONVERSION_TESTS;
}

void write(const json::value& value, const std::string& indent, std::string& out) {
  if (const json::object* const object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    for (auto it = object->begin(); it != object->end(); ++it) {
      out.append(indent).append("  ").append(json::serialize(json::string(it->key()))).append(": ");
      write(it->value(), indent + "  ", out);
      out += std::next(it) == object->end() ? "\n" : ",\n";
    }
    out.append(indent).append("}");
  } else if (const json::array* const array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[\n";
    for (auto it = array->begin(); it != array->end(); ++it) {
      out.append(indent).append("  ");
      write(*it, indent + "  ", out);
      out += std::next(it) == array->end() ? "\n" : ",\n";
    }
    out.append(indent).append("]");
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string file_text(const std::string& name) {
  std::ifstream file(folder() / name, std::ios::binary);
  EXPECT_TRUE(file) << name << " cannot be read";
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json::value fixture(const std::string& name) { return json::parse(file_text("fixtures/" + name)); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string pretty(const json::value& value) {
  std::string text;
  write(value, {}, text);
  return text + "\n";
}

void expect_golden(const std::string& name, const std::string& text) {
  EXPECT_EQ(patchbay::testing::Golden(folder() / "golden").difference(name, text), "");
}

std::string name_of(std::string_view protocol) {
  std::string name;
  bool upper = true;
  for (const char c : protocol) {
    if (c != '-') name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '-';
  }
  return name;
}

}  // namespace patchbay::conversion::testing
