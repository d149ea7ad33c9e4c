#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/fidelity.hpp"

namespace patchbay::conversion {

namespace json = boost::json;

/// A tool that the provider executes itself, in the words that several protocols share. A value type. [connection: one thread]
struct Builtin {
  enum class Kind : std::uint8_t {
    vendor,  ///< nobody else has it
    web_search,
    web_fetch,
    code_execution,
    mcp,  ///< the tools of a server that speaks the Model Context Protocol
  };
  Kind kind = Kind::vendor;

  std::vector<std::string> allowed_domains;
  std::vector<std::string> blocked_domains;
  json::object location;     ///< of the user: `city`, `region`, `country`, `timezone`
  std::string context_size;  ///< `low`, `medium`, `high`
  std::optional<std::int64_t> max_uses;

  std::string label;  ///< of an MCP server
  std::string url;
  std::string token;
  std::vector<std::string> allowed_tools;  ///< of an MCP server; all if it is empty
  bool asks = false;                       ///< the client wants to be asked before a tool of an MCP server is called
  json::value server;                      ///< the half of the definition that Messages has outside of its tools, as it came

  std::vector<std::string> options;  ///< names of what else was said

  /// Its options by the names above, and whether they were given.
  [[nodiscard]] std::vector<std::string_view> given() const;
};

/// Reports what was said of a built-in tool, called `type` by the client, and is not among `taken`: the provider's own has no such option.
void report_options(const Builtin& tool, std::string_view type, std::initializer_list<std::string_view> taken, Fidelity& fidelity);

}  // namespace patchbay::conversion
