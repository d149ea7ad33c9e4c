#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "patchbay/probed.hpp"
#include "patchbay/testing.hpp"

namespace patchbay {

/// Makes the provider and looks at what it describes.
class OpenAi : public ::testing::Test {
 protected:
  std::unique_ptr<Provider> make(std::string_view config = "{}") const { return modules.provider("provider-openai", config); }
  std::optional<Usage> usage(std::string_view data) const { return make()->usage({}, data); }

  /// The call for a request with the provider's first key, if it has one.
  static HttpCall call(const Provider& provider, Request request) {
    const Credential credential = provider.credentials().empty() ? Credential{} : provider.credentials().front();
    return std::get<HttpCall>(provider.describe(request, credential));
  }

  HttpCall call(std::string_view config, std::string body = R"({"model":"m"})") const {
    const auto provider = make(config);
    return call(*provider, testing::chat_request(std::move(body)));
  }

  std::optional<HttpCall> probe(std::string_view config) const {
    const auto provider = make(config);
    const auto& probed = dynamic_cast<const Probed&>(*provider);
    return probed.probe(provider->credentials().empty() ? Credential{} : provider->credentials().front());
  }

  LocalAnswer refusal(std::string_view config, std::string body) const {
    const auto provider = make(config);
    Request request = testing::chat_request(std::move(body));
    return std::get<LocalAnswer>(provider->describe(request, Credential{}));
  }

  Error explain(int status, std::string_view body, const Headers& headers = {}) const { return make()->explain(status, headers, body); }

  std::vector<std::string> faults(std::string_view config) const { return modules.faults("provider-openai", config); }

  testing::Modules modules{*patchbay_plugin_entry_v1()};
};

}  // namespace patchbay
