#pragma once

#include <memory>
#include <string>

#include "patchbay/module.hpp"
#include "patchbay/testing/recording.hpp"

namespace patchbay::testing {

/// A chat completion (or embeddings) request with that body.
[[nodiscard]] Request chat_request(std::string body);
[[nodiscard]] Request embed_request(std::string body);

/// One connection through one module: the test plays client and provider. A module that makes no stage passes everything on.
class StageHarness {
 public:
  explicit StageHarness(const Transform& module, const ConnectionInfo& info = chat_connection());

  [[nodiscard]] static ConnectionInfo chat_connection();
  [[nodiscard]] bool has_stage() const { return stage_ != nullptr; }

  /// Sends a request through; it is in `sent` afterwards as the provider would get it.
  Flow request(Request request);
  Flow reply(HttpReply reply);
  void response(std::string body);
  void event(std::string data, std::string name = {});
  void end();
  void error(Error error);

  Request sent;
  RecordingDownstream client;

 private:
  std::unique_ptr<Stage> stage_;
};

}  // namespace patchbay::testing
