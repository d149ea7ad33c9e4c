#pragma once

#include "protocol_samples.hpp"

namespace patchbay {

namespace json = boost::json;

/// One module with that configuration, and what passes through it.
class Redaction : public ::testing::Test {
 protected:
  std::unique_ptr<Transform> make(std::string_view config = "{}") const { return modules.transform("workflow-redaction", config); }

  /// A user's text as the provider sees it.
  std::string redacted(std::string_view text, std::string_view config = "{}") const {
    const auto module = make(config);
    testing::StageHarness harness(*module);
    harness.request(testing::chat_request(samples::all[0].request(text)));
    return std::string(harness.sent.body.read().at_pointer("/messages/1/content").as_string());
  }

  testing::Modules modules{*patchbay_plugin_entry_v1()};
};

}  // namespace patchbay
