#include "hub/content.hpp"

#include <algorithm>
#include <map>

namespace patchbay::conversion {

namespace {

constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_request_id = 40;  // within a made id
constexpr std::string_view id_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// FNV-1a: short, and the same in every process.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

std::string hex(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = text.size(); value != 0; value >>= 4) text[--i] = "0123456789abcdef"[value & 15];
  return text;
}

}  // namespace

std::int64_t characters_in(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

std::int64_t bytes_of(std::string_view text, std::int64_t characters) {
  std::size_t at = 0;
  while (at < text.size()) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && characters-- == 0) break;
    ++at;
  }
  return static_cast<std::int64_t>(at);
}

void place(Citation& citation, std::int64_t characters, std::int64_t before) {
  if (citation.start < 0 || citation.end < 0) {
    citation.start = 0;
    citation.end = characters;
  }
  citation.start += before;
  citation.end += before;
}

std::string text_of(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts)
    if (const Text* const one = std::get_if<Text>(&part.body)) text += one->text;
  return text;
}

std::string text_of(const Reasoning& reasoning, std::string_view between) {
  std::string text;
  for (const std::string& section : reasoning.sections) text.append(text.empty() ? "" : between).append(section);
  return text;
}

std::string made_call_id(std::string_view prefix, std::string_view request_id, std::size_t number) {
  return std::string(prefix) + std::string(request_id.substr(0, longest_request_id)) + "_" + std::to_string(number);
}

void add_user_turn(Message&& turn, std::vector<Message>& messages) {
  Message results;
  results.role = Role::tool;
  std::erase_if(turn.parts, [&results](Part& part) {
    if (!std::holds_alternative<ToolResult>(part.body)) return false;
    results.parts.push_back(std::move(part));
    return true;
  });
  const bool only_results = turn.parts.empty() && !results.parts.empty();
  if (!results.parts.empty()) messages.push_back(std::move(results));
  if (!only_results) messages.push_back(std::move(turn));
}

void name_calls(std::vector<Message>& messages) {
  std::map<std::string, std::string> names;                // of calls, by id
  std::vector<std::pair<std::string, std::string>> unmet;  // calls without an id of their own that no result was seen of: name, id
  std::size_t made = 0;
  for (Message& message : messages) {
    for (Part& part : message.parts) {
      if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
        if (call->id.empty()) {
          call->id = "call_" + std::to_string(++made) + "_" + hex(hash(call->name));
          unmet.emplace_back(call->name, call->id);
        }
        names[call->id] = call->name;
      } else if (ToolResult* const result = std::get_if<ToolResult>(&part.body)) {
        if (result->call_id.empty()) {
          for (auto it = unmet.begin(); it != unmet.end(); ++it) {
            if (it->first != result->name) continue;
            result->call_id = it->second;
            unmet.erase(it);
            break;
          }
        }
        if (result->name.empty())
          if (const auto known = names.find(result->call_id); known != names.end()) result->name = known->second;
      }
    }
  }
}

std::string portable_id(const std::string& id) {
  if (!id.empty() && id.size() <= longest_id && id.find_first_not_of(id_characters) == std::string::npos) return id;
  return "call_" + hex(hash(id));
}

}  // namespace patchbay::conversion
