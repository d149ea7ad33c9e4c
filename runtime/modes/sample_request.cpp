#include "modes/sample_request.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "comparison/request_corpus.hpp"
#include "modes/samples.hpp"
#include "patchbay/json_skim.hpp"

namespace patchbay::modes {

namespace {

constexpr std::array client_protocols{protocols::openai_chat, protocols::openai_responses, protocols::anthropic_messages, protocols::gemini,
                                      protocols::openai_completions};

/// Whether a body has that member, and it is `true` or something with content.
bool says(std::string_view body, std::string_view member) {
  JsonSkim skim(body);
  while (skim.next())
    if (skim.key() == member) return skim.value() == "true" || is_nonempty_array(skim.value());
  return false;
}

}  // namespace

Request SampleRequest::request(std::string id, std::string_view instead_of_no_model) const {
  Request request;
  request.id = std::move(id);
  request.protocol = protocol;
  request.headers.add("content-type", "application/json");
  request.body = Document(std::string(body));
  const std::string named = model.empty() ? std::string(instead_of_no_model) : model;
  if (!named.empty()) {
    request.set_model(named);
    if (model.empty() && protocol != protocols::gemini) request.body.edit().as_object()["model"] = named;
  }
  request.set_stream(stream);
  return request;
}

std::vector<SampleRequest> built_in_requests() {
  std::vector<SampleRequest> requests;
  for (const std::string_view protocol : client_protocols)
    for (const Sample& sample : samples_in(protocol))
      for (const bool stream : {false, true})
        requests.push_back({std::string(protocol) + ", " + std::string(sample.name) + (stream ? ", stream" : ""), std::string(protocol),
                            std::string(sample.name), "", stream, request_body(sample, "", stream)});
  return requests;
}

std::vector<SampleRequest> read_requests(const std::string& folder) {
  std::vector<SampleRequest> requests;
  for (comparison::Sample& sample : comparison::corpus_in(folder)) {
    SampleRequest request;
    request.conversation = says(sample.body, "tools") ? "tool call" : "text";
    request.stream = sample.stream || says(sample.body, "stream");
    request.model = sample.model.empty() ? sample.request().model() : sample.model;
    request.name = std::move(sample.name);
    request.protocol = std::move(sample.protocol);
    request.body = std::move(sample.body);
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace patchbay::modes
