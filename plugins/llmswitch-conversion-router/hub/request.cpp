#include "hub/request.hpp"

namespace patchbay::conversion {

namespace {

constexpr std::int64_t tokens_of_an_image = 1'000;

/// About the bytes of a value's text.
std::size_t size_of(const json::value& value) {
  std::size_t size = 2;
  if (const json::string* const text = value.if_string()) return size + text->size();
  if (const json::array* const array = value.if_array())
    for (const json::value& one : *array) size += 1 + size_of(one);
  if (const json::object* const object = value.if_object())
    for (const auto& field : *object) size += 4 + field.key().size() + size_of(field.value());
  return size;
}

std::size_t size_of(const std::vector<Part>& parts);

std::size_t size_of(const Part& part) {
  struct Size {
    std::size_t operator()(const Text& text) const { return text.text.size(); }
    std::size_t operator()(const Media& media) const {
      return media.source == Media::Source::text ? media.data.size() : 4 * static_cast<std::size_t>(tokens_of_an_image);
    }
    std::size_t operator()(const ToolCall& call) const { return call.name.size() + call.arguments.size(); }
    std::size_t operator()(const ToolResult& result) const { return size_of(result.content); }
    std::size_t operator()(const Reasoning& reasoning) const {
      std::size_t size = 0;
      for (const std::string& section : reasoning.sections) size += section.size();
      return size;
    }
    std::size_t operator()(const Refusal& refusal) const { return refusal.text.size(); }
    std::size_t operator()(const Opaque& opaque) const { return size_of(opaque.raw); }
  };
  return std::visit(Size{}, part.body);
}

std::size_t size_of(const std::vector<Part>& parts) {
  std::size_t size = 0;
  for (const Part& part : parts) size += size_of(part);
  return size;
}

}  // namespace

const Tool* forced_builtin(const ModelRequest& request) {
  if (request.tool_choice.mode != ToolChoice::Mode::named) return nullptr;
  for (const Tool& tool : request.tools)
    if (tool.kind == Tool::Kind::builtin && (tool.name == request.tool_choice.name || tool.type == request.tool_choice.name)) return &tool;
  return nullptr;
}

void report_tool(const Tool& tool, std::string_view why, Fidelity& fidelity) { fidelity.lost("tools." + tool.type, why); }

std::int64_t budget_of(std::string_view effort) {
  if (effort == "none") return 0;
  if (effort == "minimal" || effort == "low") return 1'024;
  if (effort == "medium") return 8'192;
  return effort == "high" ? 24'576 : 32'768;
}

std::string_view effort_of(std::int64_t budget) {
  if (budget < 0) return "medium";
  if (budget == 0) return "none";
  return budget <= 1'024 ? "low" : budget <= 8'192 ? "medium" : "high";
}

std::int64_t estimated_tokens(const ModelRequest& request) {
  std::size_t size = 0;
  for (const Message& message : request.messages) size += 16 + size_of(message.parts);
  for (const Tool& tool : request.tools) size += tool.name.size() + tool.description.size() + size_of(tool.parameters);
  return static_cast<std::int64_t>(size / 4) + 1;
}

}  // namespace patchbay::conversion
