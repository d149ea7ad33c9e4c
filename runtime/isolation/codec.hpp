#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isolation/wire.hpp"
#include "patchbay/config.hpp"
#include "patchbay/module.hpp"
#include "upstream/client.hpp"

/// Messages as bytes of a frame. What `put` writes, `get` reads; `get` throws MalformedFrame for anything else.
namespace patchbay::isolation {

/// A ConnectionInfo that owns its texts.
struct ConnectionFacts {
  explicit ConnectionFacts(const ConnectionInfo& info);
  ConnectionFacts() = default;
  [[nodiscard]] ConnectionInfo info() const;

  std::string request_id, route, client_protocol, provider_protocol;
  Operation operation = Operation::generate;
  bool provider_serves = true;
};

/// What a module answers when it was made, for good.
struct ModuleAnswers {
  std::string protocol;
  std::vector<std::string> credential_ids;  ///< the secrets stay where they are
  std::vector<std::string> models;
  std::uint64_t serves = 0;       ///< a bit for each Operation
  std::uint64_t answers = 0;      ///< likewise
  std::optional<HttpCall> probe;  ///< of a provider that is Probed: without a key
};

void put(FrameWriter& out, const Headers& headers);
void put(FrameWriter& out, const Event& event);
void put(FrameWriter& out, const Error& error);
void put(FrameWriter& out, const HttpCall& call);
void put(FrameWriter& out, const HttpReply& reply);
void put(FrameWriter& out, const LocalAnswer& answer);
void put(FrameWriter& out, const Usage& usage);
void put(FrameWriter& out, const ConnectionFacts& facts);
void put(FrameWriter& out, const upstream::Failure& failure);
void put(FrameWriter& out, const std::vector<config::Fault>& faults);
void put(FrameWriter& out, const ModuleAnswers& answers);

/// With or without its body.
void put(FrameWriter& out, const Request& request, bool with_body);

template <class T>
[[nodiscard]] T get(FrameReader& in);

/// Changes a request into what was put; its body stays if it was left out.
void get(FrameReader& in, Request& request, bool with_body);

}  // namespace patchbay::isolation
