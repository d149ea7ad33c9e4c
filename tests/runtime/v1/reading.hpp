#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "v1/json_source.hpp"
#include "v1/plan.hpp"
#include "v1/read_file.hpp"

namespace patchbay::v1::testing {

struct Read {
  std::optional<Configuration> configuration;
  std::vector<std::string> faults;
};

inline Read read(std::string_view text) {
  std::vector<config::Diagnostic> diagnostics;
  Read result;
  if (const std::optional<config::Located> document = read_json(text, "v1.json", diagnostics))
    result.configuration = read_configuration(*document, diagnostics);
  for (const config::Diagnostic& one : diagnostics) result.faults.push_back(to_string(one));
  return result;
}

/// What a text that must be readable says.
inline Configuration configuration(std::string_view text) {
  Read result = read(text);
  EXPECT_TRUE(result.configuration) << (result.faults.empty() ? "" : result.faults.front());
  return std::move(result.configuration).value_or(Configuration{});
}

/// "fate pointer: text" of each note of that fate.
inline std::vector<std::string> notes(const std::vector<Note>& notes, Fate fate) {
  std::vector<std::string> texts;
  for (const Note& note : notes)
    if (note.fate == fate) texts.push_back(note.pointer + ": " + note.text);
  return texts;
}

/// The ids of a pool's targets, weights apart.
inline std::vector<std::string> targets(const Plan& plan, std::string_view route) {
  std::vector<std::string> ids;
  for (const PlanRoute& one : plan.routes)
    if (one.id == route)
      for (const PlanTarget& target : one.targets) ids.push_back(target.id);
  return ids;
}

/// A user's file: providers and pools as given.
inline std::string user_file(std::string_view providers, std::string_view routing, std::string_view more = "") {
  return R"({"httpserver":{"port":5520},"virtualrouter":{"providers":)" + std::string(providers) + R"(,"routing":)" + std::string(routing) +
         "}" + std::string(more) + "}";
}

}  // namespace patchbay::v1::testing
