#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/abi.h"
#include "patchbay/hook.hpp"
#include "patchbay/module.hpp"
#include "patchbay/testing/host.hpp"

/// Tests a module alone: no host, no network, no test framework. Link the plugin's sources and `patchbay-testing` into a test program:
///
///     Modules modules(*patchbay_plugin_entry_v1());
///     const auto shout = modules.transform("workflow-shout", R"({"suffix":"?"})");
///     StageHarness harness(*shout);
///     harness.request(chat_request(R"({"model":"m","messages":[]})"));
///     harness.event(R"({"choices":[]})");
///     harness.end();
///     // harness.client has what the client would have got
extern "C" const patchbay_plugin_descriptor* patchbay_plugin_entry_v1(void);

namespace patchbay::testing {

/// Keeps everything that reaches the client's end, in order. Like the host it ignores what comes after the end.
class RecordingDownstream final : public Downstream {
 public:
  void response(Response&& response) override;
  void event(Event&& event) override;
  void end() override;
  void error(Error&& error) override;
  void lost(Loss&& loss) override { losses.push_back(std::move(loss)); }

  std::vector<std::string> responses;  ///< the JSON texts; at most one
  std::vector<std::string> events;     ///< the JSON texts
  std::vector<Error> errors;           ///< at most one
  std::vector<Loss> losses;
  bool ended = false;       ///< the stream was completed
  bool finished = false;    ///< by `response`, `end` or `error`
  std::size_t ignored = 0;  ///< calls after that
};

/// Makes the modules of a plugin as the host would: configuration from JSON text, through the descriptor. Must outlive what it makes.
class Modules {
 public:
  explicit Modules(const patchbay_plugin_descriptor& plugin) : plugin_(plugin) {}

  /// Throws config::Error for a faulty configuration, std::invalid_argument if the plugin has no such type or it is of another class.
  [[nodiscard]] std::unique_ptr<Transform> transform(std::string_view type, std::string_view config = "{}") const;
  [[nodiscard]] std::unique_ptr<Provider> provider(std::string_view type, std::string_view config = "{}") const;
  [[nodiscard]] std::unique_ptr<Hook> hook(std::string_view type, std::string_view config = "{}") const;

  /// The faults of a configuration as "pointer: message"; empty if a module can be made from it.
  [[nodiscard]] std::vector<std::string> faults(std::string_view type, std::string_view config) const;

  [[nodiscard]] const patchbay_module_descriptor& descriptor(std::string_view type) const;

  RecordingHost host;

 private:
  [[nodiscard]] std::unique_ptr<Module> make(std::string_view type, std::string_view config) const;

  const patchbay_plugin_descriptor& plugin_;
};

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

/// What a LocalAnswer would put on the wire.
[[nodiscard]] std::string body_of(const LocalAnswer& answer);

/// The `data:` lines of a body of server-sent events, without the prefix.
[[nodiscard]] std::vector<std::string> sse_data(std::string_view body);

}  // namespace patchbay::testing
