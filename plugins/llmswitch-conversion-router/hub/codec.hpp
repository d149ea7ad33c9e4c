#pragma once

#include <memory>

#include "hub/answer.hpp"
#include "hub/embedding.hpp"
#include "hub/fidelity.hpp"
#include "hub/fields.hpp"
#include "hub/request.hpp"
#include "hub/stream.hpp"
#include "patchbay/message.hpp"

namespace patchbay::conversion {

/// What the operator may choose about a conversion.
struct Settings {
  std::int64_t default_max_tokens = 8'192;     ///< for protocols that want a limit, when the client gave none
  std::string chat_max_tokens = "max_tokens";  ///< the field of Chat Completions that carries it
  bool chat_custom_tools = false;              ///< whether the provider of Chat Completions takes tools of type `custom`
  bool chat_web_search = false;                ///< whether it takes `web_search_options`
  bool messages_sampling = true;               ///< whether the model behind Messages takes `temperature`, `top_p` and `top_k`
  bool messages_adaptive = false;              ///< whether it decides by itself how long it thinks, instead of by a budget
  bool gemini_mixed_tools = true;              ///< whether the model behind Gemini takes server tools beside functions
};

/// What an answer is written for.
struct AnswerContext {
  std::string_view request_id;
  const ModelRequest& request;       ///< its messages and tools may have been moved from
  std::int64_t estimated_input = 1;  ///< tokens, for protocols whose answers always name them, see `announces_input`
  std::int64_t now = 0;              ///< seconds since 1970
};

/// Reads a provider's stream. Throws Malformed. [connection: one thread]
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  virtual void event(std::string_view name, json::value& data, StreamSink& sink) = 0;
  /// The stream is over: says what it left unsaid.
  virtual void end(StreamSink& sink) = 0;
};

/// Where a writer's events go.
class EventSink {
 public:
  virtual void emit(std::string_view name, std::string data) = 0;
  /// A part of the answer that the client's protocol has no place for.
  virtual void lost(std::string_view part) = 0;

 protected:
  ~EventSink() = default;
};

/// Writes a stream for a client; emits only orders that the protocol allows. [connection: one thread]
class StreamWriter : public StreamSink {
 public:
  /// What ends the stream here and now with an error.
  virtual void fail(const Error& error) = 0;
};

/// Everything that is known of one protocol. [thread-safe]
class Codec {
 public:
  virtual ~Codec() = default;
  [[nodiscard]] virtual std::string_view protocol() const = 0;

  /// The hub's form of a client's request. `body` is moved from. Throws Malformed.
  [[nodiscard]] virtual ModelRequest decode_request(json::value& body, const patchbay::Request& request) const = 0;
  /// A request for a provider; what it cannot say goes to `fidelity`. The parts of `request` are moved from.
  [[nodiscard]] virtual json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) const = 0;

  /// Throws Malformed.
  [[nodiscard]] virtual Answer decode_answer(json::value& body) const = 0;
  [[nodiscard]] virtual json::value encode_answer(Answer&& answer, const AnswerContext& context) const = 0;

  [[nodiscard]] virtual std::unique_ptr<StreamReader> reader() const = 0;
  /// `context` and `out` must outlive the writer.
  [[nodiscard]] virtual std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out) const = 0;

  /// Whether its answers name the tokens of the prompt even where the provider did not, or not yet.
  [[nodiscard]] virtual bool announces_input() const { return false; }

  /// The body of an error reply.
  [[nodiscard]] virtual std::string encode_error(const Error& error) const = 0;

  /// Whether tools may take free text; if not, they reach `encode_request` as functions.
  [[nodiscard]] virtual bool takes_custom_tools(const Settings&) const { return false; }

  /// Whether the protocol has embeddings; the four below are called only then. Decoding throws Malformed.
  [[nodiscard]] virtual bool embeds() const { return false; }
  [[nodiscard]] virtual EmbedRequest decode_embed_request(json::value&) const { return {}; }
  [[nodiscard]] virtual json::value encode_embed_request(EmbedRequest&, Fidelity&) const { return nullptr; }
  [[nodiscard]] virtual EmbedAnswer decode_embed_answer(json::value&) const { return {}; }
  [[nodiscard]] virtual json::value encode_embed_answer(EmbedAnswer&&, const EmbedRequest&) const { return nullptr; }

  /// Answers to the question how many tokens a prompt has; -1 if the protocol has no such question.
  [[nodiscard]] virtual std::int64_t decode_count(json::value&) const { return -1; }
  [[nodiscard]] virtual json::value encode_count(std::int64_t) const { return nullptr; }
};

/// Every protocol that was built in.
[[nodiscard]] const Codec* find_codec(std::string_view protocol);

}  // namespace patchbay::conversion
