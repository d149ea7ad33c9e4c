#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay::server {

/// Who answers at an endpoint.
enum class Answerer : std::uint8_t { engine, model_list, model, health, ready };

/// One thing that the gateway can be asked for.
struct Endpoint {
  std::string_view method;
  std::string_view path;  ///< exact, or a beginning when it ends with '/'
  Answerer answerer;
  std::string_view protocol;  ///< what the client speaks here; errors take its shape
  Operation operation = Operation::generate;
  bool open = false;  ///< needs no key
};

/// The endpoint for a method and a path (without the query), or why there is none.
struct Lookup {
  const Endpoint* endpoint = nullptr;
  std::string allowed;  ///< methods that the path does take; empty: no such path
};
[[nodiscard]] Lookup find_endpoint(std::string_view method, std::string_view path);

/// Every endpoint as "POST /v1/chat/completions, …".
[[nodiscard]] std::string endpoint_list();

}  // namespace patchbay::server
