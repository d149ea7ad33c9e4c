#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::modes {

/// A request to rehearse with.
struct SampleRequest {
  std::string name;  ///< for reports: "openai-chat, tool call, stream"
  std::string protocol;
  std::string conversation;  ///< the name of the sample that the upstream answers with
  std::string model;         ///< empty: whatever the target offers
  bool stream = false;
  std::string body;

  /// As the server would hand it over. `id` names it in logs.
  [[nodiscard]] Request request(std::string id, std::string_view instead_of_no_model) const;
};

/// The built-in ones: every protocol that clients speak, texts, tools and images, as a stream and whole.
[[nodiscard]] std::vector<SampleRequest> built_in_requests();

/// Those of a folder; see comparison::corpus_in.
[[nodiscard]] std::vector<SampleRequest> read_requests(const std::string& folder);

}  // namespace patchbay::modes
