#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "patchbay/probed.hpp"
#include "patchbay/testing.hpp"

namespace patchbay {

/// What the tests of every provider have in common: makes one of the given type and looks at what it describes.
class ProviderTest : public ::testing::Test {
 protected:
  explicit ProviderTest(std::string type) : type_(std::move(type)) {}

  std::unique_ptr<Provider> make(std::string_view config = "{}") const { return modules.provider(type_, config); }
  std::vector<std::string> faults(std::string_view config) const { return modules.faults(type_, config); }
  const patchbay_module_descriptor& descriptor() const { return modules.descriptor(type_); }

  static Exchange describe(const Provider& provider, Request request) {
    return provider.describe(request, provider.credentials().empty() ? Credential{} : provider.credentials().front());
  }

  /// The call for a request with the provider's first key, if it has one.
  HttpCall call(std::string_view config, Request request) const {
    const auto provider = make(config);
    return std::get<HttpCall>(describe(*provider, std::move(request)));
  }

  /// The call that shows whether the API is well, with the provider's first key, if it has one; nothing if there is none.
  std::optional<HttpCall> probe(std::string_view config = "{}") const {
    const auto provider = make(config);
    const auto* const probed = dynamic_cast<const Probed*>(provider.get());
    return probed != nullptr ? probed->probe(provider->credentials().empty() ? Credential{} : provider->credentials().front())
                             : std::nullopt;
  }

  LocalAnswer refusal(std::string_view config, Request request) const {
    const auto provider = make(config);
    return std::get<LocalAnswer>(describe(*provider, std::move(request)));
  }

  EventRole role(std::string_view data, std::string_view event_name = {}) const { return make()->role(event_name, data); }
  std::optional<Usage> usage(std::string_view data) const { return make()->usage({}, data); }
  Error explain(int status, std::string_view body, const Headers& headers = {}) const { return make()->explain(status, headers, body); }

  static Request request(std::string body, Operation operation = Operation::generate) {
    Request request = testing::chat_request(std::move(body));
    request.operation = operation;
    return request;
  }

  static std::vector<std::string> lines(const Headers& headers) {
    std::vector<std::string> all;
    for (const Header& header : headers) all.push_back(header.name + ": " + header.value);
    return all;
  }

  testing::Modules modules{*patchbay_plugin_entry_v1()};

 private:
  std::string type_;
};

/// A configuration and the fault that it must have.
struct RefusedSettings {
  const char* config;
  const char* fault;
};

/// An event's data and what it means for the life of the stream.
struct RoleOf {
  const char* data;
  EventRole role;
};

/// The status of an error reply and the kind that it must become.
struct StatusKind {
  int status;
  ErrorKind kind;
};

/// The body of an error and the kind that it must become.
struct BodyKind {
  const char* body;
  ErrorKind kind;
};

/// Streams of real providers, in the folder that PATCHBAY_FIXTURES names: `streams/PROTOCOL/….chunks.txt`, one payload a line.
inline std::vector<std::filesystem::path> recorded_streams(std::string_view protocol) {
  std::vector<std::filesystem::path> files;
  const char* const fixtures = std::getenv("PATCHBAY_FIXTURES");
  const auto folder = std::filesystem::path(fixtures != nullptr ? fixtures : "") / "streams" / protocol;
  std::error_code absent;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, absent))
    if (entry.path().string().ends_with(".chunks.txt")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// The roles of a recorded stream's events, in order.
inline std::vector<EventRole> roles_in(const std::filesystem::path& file, const Provider& provider) {
  std::vector<EventRole> roles;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);)
    if (!line.empty()) roles.push_back(provider.role({}, line));
  return roles;
}

}  // namespace patchbay
