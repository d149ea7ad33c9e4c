#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/model_index.hpp"
#include "pipeline/request_classifier.hpp"
#include "pipeline/request_facts.hpp"

namespace patchbay::pipeline {

/// What a route can serve at all, whatever its pattern says: it follows from the modules of its chains.
struct Capability {
  std::vector<std::string> protocols;
  std::vector<Operation> operations;
};

/// Request facts → route, by priority and then by order; every field of a pattern must hold. Compiled once, so that a thousand routes
/// cost about as much as the few that come into question. Immutable once filled. [request: concurrent]
class HybridRouter {
 public:
  /// Adds the route of the next rank. Throws std::invalid_argument, naming the pattern field, for an expression that does not compile.
  void add(const config::Route& route, Capability capability);

  /// How `pattern.category` is judged.
  void classify_by(config::ClassificationSettings settings) { classifier_ = RequestClassifier(std::move(settings)); }

  /// The rank of the route that serves the request; nothing if none does. Throws DocumentError if a pattern asks for a body field and
  /// the body is not JSON.
  [[nodiscard]] std::optional<std::size_t> match(const RequestFacts& facts) const;

  /// The ranks of the routes that a request may come to if it names that model, rising: those that nothing but the rest of the request
  /// decides about. A route that takes every request for the model leaves none to those after it.
  [[nodiscard]] std::vector<std::size_t> open_to(const std::string& model) const;

  /// Why the route of that rank does not serve the request; empty if it does.
  [[nodiscard]] std::string why_not(std::size_t rank, const RequestFacts& facts) const;

  /// What `pattern.category` compares with.
  [[nodiscard]] std::string_view category_of(const RequestFacts& facts) const { return facts.category(classifier_); }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    bool enabled;
    config::Pattern pattern;
    Capability capability;
    std::vector<std::pair<std::string, std::shared_ptr<const re2::RE2>>> headers;
  };

  /// The first field of the entry, its model apart, that does not hold; empty if all do.
  [[nodiscard]] std::string unmet(const Entry& entry, const RequestFacts& facts) const;
  [[nodiscard]] bool holds(const Entry& entry, const RequestFacts& facts) const;
  /// Calls `look` with the rank of each route whose model pattern, if it has one, the model meets, rising, until it returns true.
  template <class Look>
  void each_for(const std::string& model, Look&& look) const;

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> any_model_;  // ranks of the routes without a model pattern, rising
  ModelIndex models_;
  RequestClassifier classifier_;
};

}  // namespace patchbay::pipeline
