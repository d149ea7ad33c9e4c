#pragma once

#include "openai-responses/responses.hpp"

/// Tools that Responses has types and items for and that the client executes: `local_shell`, `shell`, `apply_patch`
/// (https://platform.openai.com/docs/guides/tools-local-shell, tools-shell, tools-apply-patch). A model behind another protocol gets each
/// as a function whose arguments are what the item says to do. [thread-safe]
namespace patchbay::conversion::responses {

struct ClientTool {
  std::string_view type;    ///< of the tool; `TYPE_call` and `TYPE_call_output` are its items
  std::string_view member;  ///< of the call's item: what is to be done
  std::string_view action;  ///< the `type` in it, if there is only one
  std::string_view description;
  std::string_view schema;  ///< of the function, as JSON text
};

/// Null if there is no such tool.
[[nodiscard]] const ClientTool* client_tool(std::string_view type);
/// The tool that an item is a call of, or the result of a call of; null if it is neither.
[[nodiscard]] const ClientTool* client_tool_of_call(std::string_view item);
[[nodiscard]] const ClientTool* client_tool_of_output(std::string_view item);

/// False for a `shell` that is to run in a container of the provider.
[[nodiscard]] bool runs_at_the_client(const json::object& tool);

/// The tool as a function, without what the client said.
[[nodiscard]] Tool function_of(const ClientTool& tool);

/// A call as its item says it, and the item of a call.
[[nodiscard]] Part decode_client_call(const ClientTool& tool, Fields& fields);
[[nodiscard]] json::object client_call_item(std::string id, const ToolCall& call);
/// A result as its item says it, and the item of a result.
[[nodiscard]] Part decode_client_output(const ClientTool& tool, Fields& fields);
[[nodiscard]] json::object client_output_item(ToolResult& result, json::value&& output);

}  // namespace patchbay::conversion::responses
