#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/gatekeeper.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/usage_meter.hpp"
#include "server/policy.hpp"

namespace patchbay::server {

/// Of one request: who asks, whether it is let in, and what it has cost. [connection: one thread]
class Entrance {
 public:
  Entrance(access::Gatekeeper& gate, pipeline::Worker& worker) : gate_(gate), worker_(worker) {}
  /// What was not settled is settled as abandoned.
  ~Entrance() { settle(pipeline::Ending::abandoned); }
  Entrance(const Entrance&) = delete;

  /// Whether nobody is let in without a key. `keys` are those without limits.
  [[nodiscard]] bool needs_key(const ApiKeys& keys) const { return keys.required() || gate_.required(); }
  /// Why whoever presents the key with this hash is not let in; nothing if it is. Null: none is presented.
  [[nodiscard]] std::optional<Error> identify(const ApiKeys& keys, const access::KeyHash* presented);

  /// Decides whether the request may go on, and then calls `pass` with it and with lines for the head of the response, or `refuse`: at
  /// once, or, if the state has to be asked, later on this thread, unless this object is gone by then. `longest_output`: the most tokens
  /// that the request allows for its answer.
  using Pass = std::function<void(Request&&, std::string&& limits)>;
  using Refuse = std::function<void(access::Refusal&&)>;
  void admit(Request&& request, std::optional<std::uint64_t> longest_output, Pass pass, Refuse refuse);

  /// The refusal of a route; nothing if it may be taken.
  [[nodiscard]] std::optional<access::Refusal> refuse_route(std::string_view route);

  /// The key that was presented, if it is one with limits of its own; null otherwise.
  [[nodiscard]] const access::VirtualKey* key() const { return key_.get(); }
  /// Those of the models that the key may name, and that a route serves which it may take.
  [[nodiscard]] std::vector<pipeline::ModelEntry> visible(std::vector<pipeline::ModelEntry> models) const;

  void asked_for(std::string_view model) {
    if (admission_) admission_->asked_for(model);
  }
  void calling() { meter_.calling(request_bytes_); }
  void used(const Usage& usage) { meter_.reported(usage); }
  void event(std::string_view name, std::size_t bytes) {
    meter_.event(name, bytes);
    if (admission_) admission_->produced(meter_.output_tokens());
  }
  void response(std::size_t bytes) { meter_.whole(bytes); }

  /// The client left: it is not let in any more, and what was produced until now is counted.
  void leave() {
    waiting_.reset();
    settle(pipeline::Ending::abandoned);
  }
  /// The answer has ended: what it has cost is counted. Later calls do nothing.
  void settle(pipeline::Ending ending);
  [[nodiscard]] pipeline::UsageMeter::Sum cost(pipeline::Ending ending) const { return meter_.sum(ending); }

 private:
  struct Waiting {
    Request request;
    Pass pass;
    Refuse refuse;
  };

  void decided(access::Gatekeeper::Outcome&& outcome, Request&& request, const Pass& pass, const Refuse& refuse);

  access::Gatekeeper& gate_;
  pipeline::Worker& worker_;
  std::shared_ptr<const access::VirtualKey> key_;
  std::unique_ptr<access::Admission> admission_;
  pipeline::UsageMeter meter_;
  std::size_t request_bytes_ = 0;
  std::shared_ptr<Waiting> waiting_;  // while the state is asked; the weak end is the answer's
};

}  // namespace patchbay::server
