#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay::server {

/// Who answers at an endpoint.
enum class Answerer : std::uint8_t { engine, model_list, model, stored_response, stored_input, delete_response, health, ready, metrics };

/// Where it is said whether the client wants a stream.
enum class Streaming : std::uint8_t { by_body, no, yes };

/// One thing that the gateway can be asked for.
struct Endpoint {
  std::string_view method;
  std::string_view path;  ///< a '*' stands for a name
  Answerer answerer;
  std::string_view protocol;  ///< what the client speaks here; errors take its shape
  Operation operation = Operation::generate;
  Streaming streaming = Streaming::by_body;
  bool open = false;  ///< needs no key
};

/// The endpoint for a method and a path (without the query), or why there is none.
struct Lookup {
  const Endpoint* endpoint = nullptr;
  std::string name;     ///< what stood for the '*', percent-decoded (RFC 3986 section 2.1)
  std::string allowed;  ///< methods that the path does take; empty: no such path
};
[[nodiscard]] Lookup find_endpoint(std::string_view method, std::string_view path);

/// What stands for the '*' of a pattern, percent-decoded, or an empty text if it has none; nothing if the path does not match.
[[nodiscard]] std::optional<std::string> match_path(std::string_view pattern, std::string_view path);

/// The protocol whose errors somebody expects who asks for a path that is not there.
[[nodiscard]] std::string_view protocol_of_path(std::string_view path);

/// Every endpoint as "POST /v1/chat/completions, …".
[[nodiscard]] std::string endpoint_list(bool with_metrics);

/// The value of a field of a query string, percent-decoded; empty if it is not there.
[[nodiscard]] std::string query_field(std::string_view target, std::string_view name);

}  // namespace patchbay::server
