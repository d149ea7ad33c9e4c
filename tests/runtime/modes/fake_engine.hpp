#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/engine.hpp"
#include "upstream/client.hpp"

namespace patchbay::modes::testing {

/// An engine that answers every request at once: with its own name, or as a test says.
struct FakeEngine final : pipeline::Engine {
  explicit FakeEngine(std::string name) : name(std::move(name)) {}

  std::unique_ptr<pipeline::Connection> start(pipeline::Worker&, Request&& request, pipeline::Client& client) override {
    ++requests;
    if (answer)
      answer(std::move(request), client);
    else
      client.response({Document("\"" + name + "\"")});
    return nullptr;
  }
  std::vector<pipeline::ModelEntry> models() const override { return {{"shared", name, {"of-" + name}}, {name, name, {"of-" + name}}}; }
  std::string not_ready() const override { return why_not_ready; }
  std::string health_json() const override { return "{\"engine\":\"" + name + "\"}"; }

  const std::string name;
  std::function<void(Request&&, pipeline::Client&)> answer;
  std::string why_not_ready;
  int requests = 0;
};

/// An upstream client for engines that never call anybody.
struct NoUpstream final : upstream::Client {
  std::unique_ptr<upstream::Call> start(HttpCall&&, const config::Timeouts&, upstream::CallObserver&) override { return nullptr; }
  void close_idle() override {}
};

inline void fail(Request&&, pipeline::Client& client) {
  Error error;
  error.kind = ErrorKind::upstream;
  error.message = "broken";
  client.error(std::move(error));
}

}  // namespace patchbay::modes::testing
