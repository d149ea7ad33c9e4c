#pragma once

#include "protocol_samples.hpp"

namespace patchbay {

namespace json = boost::json;

/// One guard and what passes through it.
class Guard : public ::testing::Test {
 protected:
  /// A request on its way through a new stage of a module with that configuration.
  Flow ask(std::string_view config, Request request) {
    harness_.reset();
    module_ = modules.transform("workflow-guard", config);
    ConnectionInfo info = testing::StageHarness::chat_connection();
    info.client_protocol = info.provider_protocol = request.protocol;
    info.operation = request.operation;
    harness_ = std::make_unique<testing::StageHarness>(*module_, info);
    return harness_->request(std::move(request));
  }
  Flow ask(std::string_view config, std::string body) { return ask(config, testing::chat_request(std::move(body))); }

  /// The code of the error that the client got; empty for none.
  std::string code() const { return client().errors.empty() ? "" : client().errors[0].code; }

  testing::StageHarness& harness() { return *harness_; }
  const testing::RecordingDownstream& client() const { return harness_->client; }

  testing::Modules modules{*patchbay_plugin_entry_v1()};

 private:
  std::unique_ptr<Transform> module_;
  std::unique_ptr<testing::StageHarness> harness_;
};

}  // namespace patchbay
