#include "config/canonical_hash.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <vector>

namespace patchbay::config {

namespace json = boost::json;

namespace {

void write(const json::value& value, std::string& out) {
  if (value.is_object()) {
    std::vector<const json::key_value_pair*> members;
    for (const auto& member : value.get_object()) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      out += json::serialize(json::string(members[i]->key())) + ":";
      write(members[i]->value(), out);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      if (i > 0) out += ',';
      write(value.get_array()[i], out);
    }
    out += ']';
  } else if (value.is_double() && std::floor(value.get_double()) == value.get_double() && std::abs(value.get_double()) < 9e15) {
    out += std::to_string(static_cast<std::int64_t>(value.get_double()));
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string canonical_json(const json::value& value) {
  std::string text;
  write(value, text);
  return text;
}

std::string canonical_hash(std::string_view type, const json::value& config) {
  const std::string text = std::string(type) + '\n' + canonical_json(config);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

}  // namespace patchbay::config
