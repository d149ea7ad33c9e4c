#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/trace_context.hpp"
#include "patchbay/message.hpp"

namespace patchbay::monitoring {

/// How a request ended.
enum class Outcome : std::uint8_t {
  completed,     ///< the whole answer is on its way
  failed,        ///< the answer is an error, or a stream that ends with one
  disconnected,  ///< the client left before its answer was complete
};

[[nodiscard]] constexpr std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::completed: return "completed";
    case Outcome::failed: return "failed";
    case Outcome::disconnected: return "disconnected";
  }
  return "unknown";
}

/// An event of a stream as it left a stage.
struct StageEvent {
  std::uint64_t cause = 0;  ///< so many events had come to the stage by then, the last of which it is made of
  std::string name;
  std::string data;
};

/// What is known of one stage of an attempt. Times are its own, without those of the stages that it called.
struct StageNotes {
  using Clock = std::chrono::steady_clock;

  std::string type;
  std::string span_id;         ///< empty: the request is not traced
  Clock::time_point begun;     ///< it saw the request
  Clock::duration request{};   ///< with the request
  Clock::duration response{};  ///< with everything that came back
  std::uint64_t messages = 0;  ///< that came back to it: events, responses, ends, errors
  // If bodies are kept, and this stage changed them:
  std::optional<std::string> body;    ///< the request as it left the stage
  std::optional<std::string> answer;  ///< the whole answer as it left the stage
  // If bodies are kept, of a stream:
  std::vector<StageEvent> events;  ///< the first that left the stage, whether it changed them or not
  std::uint64_t events_left = 0;   ///< all of them
};

/// One way that a request took to a provider; there are several when the first did not do.
struct AttemptNotes {
  using Clock = std::chrono::steady_clock;

  std::string target;
  std::string provider;
  std::string span_id;
  std::string host;
  std::uint16_t port = 0;
  int status = 0;       ///< the provider's
  std::string error;    ///< its kind, if it came to nothing
  std::string message;  ///< and why, in words
  Clock::time_point begun;
  Clock::duration connecting{};  ///< zero: a connection was there
  Clock::time_point replied;     ///< the head of the provider's reply was there
  Clock::time_point ended;
  std::vector<StageNotes> stages;            ///< from the client to the provider; empty: they were not timed
  std::optional<std::string> upstream_body;  ///< if bodies are kept: what the provider was sent
  std::optional<std::string> reply;          ///< and what it said, if that was one document
};

/// A call that was made for a request, to a provider or for a module that asked, and what came back: all that it takes to play it again.
struct CallNotes {
  std::string method;
  std::string url;  ///< without a key
  Headers headers;  ///< without credentials, like those of the reply
  std::string body;
  int status = 0;  ///< 0: no reply came
  Headers reply_headers;
  std::string reply;      ///< as it came: a document, or the text of a stream
  bool complete = false;  ///< the reply came to its end; a stream may be done before
  std::string failure;    ///< the upstream::FailureKind's name; empty: none
  std::string failure_message;
  bool cut = false;  ///< a body was too large to be kept, and is not here
};

/// Everything that is known of one request once it has ended: the one source of metrics, access log, traces and debug tools. Plain facts
/// without keys or bodies; nobody formats anything before somebody reads it. A value type.
struct RequestNotes {
  using Clock = std::chrono::steady_clock;
  using Instant = Clock::time_point;  ///< its epoch: it did not come to that

  /// What went wrong, as the client was told.
  struct Failure {
    ErrorKind kind = ErrorKind::internal;
    std::string code;
    std::string message;
    std::string source;
  };

  std::string id;
  std::string method;
  std::string path;  ///< without the query, which may hold a key
  std::string protocol;
  std::string_view operation;
  std::string model;   ///< as the client named it
  std::string caller;  ///< who asked, as a name that gives nothing away
  std::string route;   ///< empty: it did not come to that
  std::string target;
  std::string provider;  ///< the provider module's type
  bool stream = false;
  TraceContext trace;   ///< invalid: the request belongs to no trace
  std::string span_id;  ///< of this request's own span

  std::chrono::system_clock::time_point began_at;  ///< `received`, by the calendar
  Instant received;                                ///< its head was read
  Instant authenticated;
  Instant complete;    ///< its body was read
  Instant routed;      ///< route and target were chosen
  Instant called;      ///< the call to the provider began
  Instant first_byte;  ///< the first byte of the answer went to the client
  Instant ended;

  Outcome outcome = Outcome::completed;
  int status = 0;  ///< what the client got; 499 if it did not wait for it (nginx's code)
  std::optional<Failure> failure;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t events = 0;
  std::uint64_t losses = 0;
  std::uint64_t setbacks = 0;        ///< attempts that came to nothing before the one that answered
  Usage usage;                       ///< as the provider counts
  std::optional<Usage> estimate;     ///< what it was taken for where the provider did not say it, or was cut off before
  std::optional<std::int64_t> cost;  ///< billionths of the currency that prices are in; nothing: no usage is known, or no price
  std::string response_model;        ///< as the answer names it; only of requests that are traced
  std::vector<AttemptNotes> attempts;
  // If bodies are kept:
  std::optional<std::string> body;
  std::optional<std::string> answer;
  bool body_cut = false;  ///< it was too large to be kept
  bool answer_cut = false;
  Headers headers;               ///< the client's, without its credentials
  std::vector<CallNotes> calls;  ///< in the order that they began

  /// In the currency; zero if it is not known.
  [[nodiscard]] double money() const { return static_cast<double>(cost.value_or(0)) / 1e9; }
  [[nodiscard]] Clock::duration duration() const { return ended - received; }
  [[nodiscard]] Clock::duration time_to_first_byte() const { return first_byte == Instant{} ? Clock::duration{} : first_byte - received; }
};

}  // namespace patchbay::monitoring
