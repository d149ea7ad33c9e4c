#pragma once

#include <string>
#include <vector>

#include "pipeline/engine.hpp"

namespace patchbay::pipeline::testing {

/// Writes down what reaches the client, a line each.
struct FakeClient final : Client {
  void routed(const Patch& patch) override { route = std::string(patch.route) + "/" + std::string(patch.target); }
  void asked_for(std::string_view model) override { asked = model; }
  void calling() override {}
  void setback(const Setback& setback) override {
    setbacks.push_back(std::string(setback.target) + " " + std::string(setback.key) + " " + std::string(name_of(setback.error.kind)));
  }
  void provider_headers(Headers&& given) override { headers = std::move(given); }
  void used(const Usage& report) override { usage.merge(report); }
  void keep_alive() override { log.push_back("keep-alive"); }
  [[nodiscard]] std::size_t unsent() const override { return pretend_unsent; }
  [[nodiscard]] std::string caller() const override { return pretend_caller; }
  void response(Response&& response) override { finish("response " + std::string(response.body.text())); }
  void event(Event&& event) override { log.push_back("event " + event.name + " " + std::string(event.data.text())); }
  void end() override { finish("end"); }
  void error(Error&& given) override {
    error_seen = given;
    finish("error " + std::string(name_of(given.kind)) + " " + given.message);
  }

  void lost(Loss&& loss) override { log.push_back("lost " + loss.what); }

  void finish(std::string line) {
    log.push_back(std::move(line));
    finished = true;
  }

  std::vector<std::string> log;
  std::vector<std::string> setbacks;
  std::string route;
  std::string asked;
  Headers headers;
  Error error_seen;
  Usage usage;
  std::size_t pretend_unsent = 0;
  std::string pretend_caller = "key:1";
  bool finished = false;
};

}  // namespace patchbay::pipeline::testing
