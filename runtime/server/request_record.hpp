#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "monitoring/request_notes.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/usage_meter.hpp"
#include "server/attempt_record.hpp"
#include "server/call_record.hpp"
#include "server/onlookers.hpp"

namespace patchbay::server {

/// Takes notes of one request, tells hooks of each step, and the telemetry of the end; kept while anybody wants to know. Costs a clock
/// reading a step, and an event no more than a few additions. [connection: one thread]
class RequestRecord {
 public:
  /// The head of a request was read.
  RequestRecord(const Onlookers& onlookers, monitoring::RequestMetrics::Shard& shard, std::string_view id, std::string_view method,
                std::string_view path, std::string_view protocol);
  /// A request that nobody answered was abandoned.
  ~RequestRecord();
  RequestRecord(const RequestRecord&) = delete;

  /// Whether it is worth finding out who asks.
  [[nodiscard]] bool wants_caller() const;
  void authenticated(std::string caller);
  /// The body is here as well; `engine` will answer.
  void complete(const Request& request, const pipeline::Engine& engine);
  /// The worker that the request is to be answered with: the one given, or one whose calls are kept.
  pipeline::Worker& watched(pipeline::Worker& worker);
  void routed(const pipeline::Patch& patch);
  /// Who watches the attempt that begins; null: nobody.
  pipeline::AttemptObserver* observe(const pipeline::Patch& patch);
  void asked_for(std::string_view model) { asked_model_ = model; }
  void calling();
  /// An attempt failed, and the client does not know.
  void setback(const Error& error);
  void used(const Usage& usage) { notes_->usage.merge(usage); }
  /// What the whole answer has cost; of interest where the provider did not say it.
  void cost(const pipeline::UsageMeter::Sum& sum);
  /// A whole answer is on its way to the client, be it an error.
  void answered(std::string_view body, int status);
  /// An event goes to the client.
  void sent_event(std::string_view name, std::string_view data);
  void lost() { ++notes_->losses; }
  void failed(const Error& error);

  /// All of a stream is on its way.
  void streamed();
  void abandoned();

 private:
  using Clock = monitoring::RequestNotes::Clock;

  void announce();
  void join_trace(const Headers& headers);
  void begin_answer();
  void conclude(int status, Clock::time_point now);
  void note_response_model(std::string_view body);
  void end(hooks::Point point, Clock::time_point now);

  const Onlookers onlookers_;
  monitoring::RequestMetrics::Shard& shard_;
  const std::shared_ptr<const monitoring::NotesPlan> plan_;
  const std::shared_ptr<monitoring::RequestNotes> notes_;
  std::optional<AttemptRecord> first_attempt_;  // most requests have no other
  std::vector<std::unique_ptr<AttemptRecord>> more_attempts_;
  std::optional<CallRecord> calls_;  // if bodies are kept
  std::string asked_model_;          // of the provider; empty: nobody wants to know
  bool announced_ = false;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace patchbay::server
