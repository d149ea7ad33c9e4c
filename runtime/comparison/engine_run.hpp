#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "comparison/request_corpus.hpp"
#include "patchbay/message.hpp"
#include "pipeline/engine.hpp"

/// The same requests through two engines, without a network: the call that an engine would make is taken down, and not made.
namespace patchbay::comparison {

/// What became of one request on its way to the provider.
struct Outcome {
  std::string target;
  std::optional<HttpCall> call;  ///< nothing if none was made
  std::string answer;            ///< what the client got instead of a call
  std::chrono::nanoseconds took{0};
};

/// Runs the requests one after the other, on this thread.
[[nodiscard]] std::vector<Outcome> run(pipeline::Engine& engine, const std::vector<Sample>& corpus);

/// How two outcomes of one request differ, part by part; empty if they do not. No secret is shown.
[[nodiscard]] std::string difference(const Outcome& one, const Outcome& other);

/// Of the times that a run took, the one that this share of them does not exceed.
[[nodiscard]] std::chrono::nanoseconds percentile(const std::vector<Outcome>& outcomes, double share);

}  // namespace patchbay::comparison
