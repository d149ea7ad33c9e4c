#pragma once

#include <string>
#include <vector>

#include "monitoring/body_capture.hpp"
#include "monitoring/request_notes.hpp"
#include "pipeline/engine.hpp"
#include "upstream/tapped_client.hpp"

namespace patchbay::server {

/// Takes notes of the calls that are made for one request, so that they can be played again. [connection: one thread]
class CallRecord final : private upstream::CallTap {
 public:
  /// All of them must outlive the record, and the record the calls.
  CallRecord(const pipeline::Worker& worker, const monitoring::BodyCapture& bodies, monitoring::RequestNotes& notes);
  CallRecord(const CallRecord&) = delete;

  /// What the request is to be answered with.
  [[nodiscard]] pipeline::Worker& worker() { return worker_; }

  /// The notes are about to be handed over: redacts what was kept, and takes no more. Calls may go on.
  void close();

 private:
  void sent(std::size_t number, const HttpCall& call) override;
  void head(std::size_t number, int status, const Headers& headers) override;
  void data(std::size_t number, std::string_view bytes) override;
  void complete(std::size_t number) override;
  void failed(std::size_t number, const upstream::Failure& failure) override;

  const monitoring::BodyCapture& bodies_;
  monitoring::RequestNotes* notes_;                // null: they were handed over
  std::vector<std::vector<std::string>> secrets_;  // of each call, which its reply may repeat
  upstream::TappedClient upstream_;
  pipeline::Worker worker_;
};

/// Headers that may be kept: without credentials, and redacted like bodies.
[[nodiscard]] Headers kept_headers(const Headers& headers, const monitoring::BodyCapture& bodies);

}  // namespace patchbay::server
