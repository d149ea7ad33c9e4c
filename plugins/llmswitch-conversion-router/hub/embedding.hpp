#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Texts that are turned into vectors. Value types. [connection: one thread]
namespace patchbay::conversion {

struct EmbedRequest {
  std::string_view origin;  ///< the protocol that it came in
  std::string model;
  std::vector<std::string> inputs;
  std::optional<std::int64_t> dimensions;
  std::string user;
  bool base64 = false;  ///< the client wants its vectors as little-endian floats in base64, as OpenAI's clients do
  boost::json::object extras;
};

struct EmbedAnswer {
  std::string model;
  std::vector<boost::json::array> vectors;  ///< of numbers, in the order of the inputs
  std::int64_t tokens = 0;
};

}  // namespace patchbay::conversion
