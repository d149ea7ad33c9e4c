#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "patchbay/document.hpp"
#include "patchbay/headers.hpp"

/// What travels through a connection: requests to the right, responses, events and errors to the left.
/// All of these are value types that own what they hold.
namespace patchbay {

/// A wire protocol by name. The set is open: a plugin may add one.
using Protocol = std::string;

namespace protocols {
inline constexpr std::string_view openai_chat = "openai-chat";
inline constexpr std::string_view openai_completions = "openai-completions";  ///< the text completions of before
inline constexpr std::string_view openai_responses = "openai-responses";
inline constexpr std::string_view anthropic_messages = "anthropic-messages";
inline constexpr std::string_view gemini = "gemini";
}  // namespace protocols

/// What the client wants done; one protocol may offer several.
enum class Operation : std::uint8_t {
  generate,      ///< make a model answer: chat completions, responses, messages, generateContent
  embed,         ///< turn texts into vectors
  count_tokens,  ///< say how many tokens a prompt has
};

[[nodiscard]] std::string_view name_of(Operation operation);

/// A client's request on its way to the provider. `body` is in `protocol`; an llmSwitch changes both together. [connection: one thread]
class Request {
 public:
  std::string id;  ///< unique per request; the client sees it as `x-request-id`
  Protocol protocol;
  Operation operation = Operation::generate;
  Headers headers;  ///< the client's headers without hop-by-hop fields and without its credentials
  Document body;

  /// The model that the client named; empty when it named none. Read from the top level of the body at the first call, unless it was set
  /// (by the server, for protocols that have it in the path). Setting it does not change the body.
  [[nodiscard]] const std::string& model() const;
  void set_model(std::string model) { model_ = std::move(model); }

  /// Whether the client asked for events. Read and set like the model.
  [[nodiscard]] bool stream() const;
  void set_stream(bool stream) { stream_ = stream; }

 private:
  void skim() const;

  mutable std::optional<std::string> model_;
  mutable std::optional<bool> stream_;
};

/// A whole (non-stream) answer.
struct Response {
  Document body;
};

/// One event of a stream. `data` is in the same protocol as the connection at this point.
struct Event {
  std::string name;  ///< the SSE `event:` field; empty when the protocol does not use it
  Document data;
};

/// What an answer has cost in tokens, as its provider counts them. Zero is "not said".
///
/// Each report is cumulative: it says what the answer has cost up to there, not what came since the report before. Counts only grow, so
/// of two reports the larger number of each field holds (Anthropic says the input in `message_start` and the output in `message_delta`).
struct Usage {
  std::uint64_t input_tokens = 0;         ///< all of the prompt, those below included, whatever the vendor counts apart
  std::uint64_t output_tokens = 0;        ///< all that was generated, `reasoning_tokens` included
  std::uint64_t cached_input_tokens = 0;  ///< of the input: read from the provider's cache
  std::uint64_t cache_write_tokens = 0;   ///< of the input: written to it
  std::uint64_t reasoning_tokens = 0;     ///< of the output: thought, not said

  [[nodiscard]] std::uint64_t total() const { return input_tokens + output_tokens; }
  /// Adds what a report says to those before.
  void merge(const Usage& report);
  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Something of a request that the provider cannot be told, because its protocol has no way to say it.
struct Loss {
  std::string what;  ///< the field, in the words of the protocol that it came in
  std::string why;
};

/// An event as text.
struct EventText {
  std::string name;
  std::string data;
};

/// The common taxonomy of what can go wrong; each protocol has its own spelling of it.
enum class ErrorKind : std::uint8_t {
  invalid_request,    ///< 400: the request is wrong, sending it again does not help
  authentication,     ///< 401: the key is missing or wrong
  permission,         ///< 403
  not_found,          ///< 404: no such model, route or endpoint
  request_too_large,  ///< 413
  rate_limited,       ///< 429: too many requests or tokens, or the budget is spent
  overloaded,         ///< 503 or 529: the provider is out of capacity
  timeout,            ///< 504: the provider did not answer in time
  upstream,           ///< 502: the provider failed, or sent what is not an answer
  cancelled,          ///< 499: the client left
  unavailable,        ///< 503: the gateway cannot serve this now
  internal,           ///< 500: a fault of a module or of the gateway
};

[[nodiscard]] std::string_view name_of(ErrorKind kind);

/// The HTTP status that belongs to a kind when nothing more exact is known.
[[nodiscard]] int default_status(ErrorKind kind);

/// How the APIs spell a kind: `type` of an error of OpenAI, `type` of one of Anthropic, `status` of one of Google (google.rpc.Code).
[[nodiscard]] std::string_view openai_error_type(ErrorKind kind);
[[nodiscard]] std::string_view anthropic_error_type(ErrorKind kind);
[[nodiscard]] std::string_view google_status(ErrorKind kind);

/// A failure of one request on its way to the client.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  int status = 0;  ///< HTTP status for the client; 0 means `default_status(kind)`
  std::string message;
  std::string code;                                 ///< the provider's own code, if it gave one
  std::string param;                                ///< the field that is wrong, if known
  std::optional<std::chrono::seconds> retry_after;  ///< the provider's `Retry-After`
  std::string source;                               ///< who failed: "provider-openai", "upstream", "router"…

  /// The provider's own error body, and the protocol it is written in. When the client speaks that protocol it gets these bytes.
  std::string original;
  Protocol original_protocol;

  /// What ends a stream that has begun, in the protocol of the client; made by an llmSwitch. Empty: the server's own words.
  std::vector<EventText> ending;

  [[nodiscard]] int http_status() const { return status != 0 ? status : default_status(kind); }
};

/// How a reply body is cut into events.
enum class Framing : std::uint8_t {
  automatic,   ///< by Content-Type: text/event-stream → sse, application/x-ndjson → ndjson, anything else → whole
  whole,       ///< one JSON document
  sse,         ///< server-sent events (WHATWG HTML section 9.2)
  ndjson,      ///< one JSON document a line
  json_array,  ///< one JSON array whose elements arrive over time (Gemini without `alt=sse`)
};

/// An HTTP request that the host makes on behalf of a module.
struct HttpCall {
  std::string method = "POST";
  std::string url;  ///< absolute: scheme, authority, path and query, already percent-encoded
  Headers headers;  ///< without Host, Content-Length and connection control, which the host adds
  std::string body;
  Framing framing = Framing::automatic;
};

/// The reply to an HttpCall that a stage asked for.
struct HttpReply {
  int status = 0;
  Headers headers;
  std::string body;
};

/// An HTTP reply that is played in-process instead of being fetched (mock, echo). It takes the same way
/// through framing, error handling and the stages as a reply from the network.
struct LocalAnswer {
  struct Piece {
    std::chrono::milliseconds after{0};  ///< time since the piece before it
    std::string bytes;
  };
  enum class Ending : std::uint8_t {
    complete,  ///< the body ends as announced
    reset,     ///< the connection breaks after the last piece
    hang,      ///< nothing more comes, ever: time-outs and cancellation end it
  };

  int status = 200;
  Headers headers;
  std::chrono::milliseconds head_after{0};  ///< time until status and headers
  std::vector<Piece> pieces;
  Ending ending = Ending::complete;
};

/// What a provider makes of a request.
using Exchange = std::variant<HttpCall, LocalAnswer>;

/// One key of a provider. The host chooses which one a request uses.
struct Credential {
  std::string id;      ///< a name for logs and metrics, never the secret itself
  std::string secret;  ///< empty for a provider that needs none
};

}  // namespace patchbay
