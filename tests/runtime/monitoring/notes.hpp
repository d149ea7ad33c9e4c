#pragma once

#include <chrono>
#include <string>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring::testing {

/// A completed request of 30 ms whose first byte came after 20 ms.
inline RequestNotes answered(std::string id = "req-1") {
  using namespace std::chrono_literals;
  RequestNotes notes;
  notes.id = std::move(id);
  notes.method = "POST";
  notes.path = "/v1/chat/completions";
  notes.protocol = "openai-chat";
  notes.operation = "generate";
  notes.model = "gpt-4o";
  notes.route = "gpt";
  notes.target = "first";
  notes.provider = "provider-openai";
  notes.status = 200;
  notes.bytes_in = 100;
  notes.bytes_out = 200;
  notes.began_at = std::chrono::system_clock::time_point{1'700'000'000s};
  notes.received = RequestNotes::Instant{1h};
  notes.first_byte = notes.received + 20ms;
  notes.ended = notes.received + 30ms;
  return notes;
}

/// The same, as an error that the client got.
inline RequestNotes refused(std::string id = "req-2") {
  RequestNotes notes = answered(std::move(id));
  notes.outcome = Outcome::failed;
  notes.status = 429;
  notes.failure = {ErrorKind::rate_limited, "slow_down", "too many requests", "provider-openai"};
  return notes;
}

}  // namespace patchbay::monitoring::testing
