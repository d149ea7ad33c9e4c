#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "account.hpp"
#include "openai_wire.hpp"

namespace patchbay::openai_wire {

LocalAnswer refusal(std::string_view message, std::string_view param) {
  const boost::json::object error{{"message", message},
                                  {"type", "invalid_request_error"},
                                  {"param", param.empty() ? boost::json::value() : boost::json::value(param)},
                                  {"code", nullptr}};
  return provider_kit::local_answer(400, boost::json::serialize(boost::json::object{{"error", error}}));
}

Headers owner_headers(std::string_view organization, std::string_view project) {
  Headers headers;
  if (!organization.empty()) headers.add("OpenAI-Organization", organization);
  if (!project.empty()) headers.add("OpenAI-Project", project);
  return headers;
}

void pass_headers(const Request& request, HttpCall& call) {
  for (const Header& header : request.headers)
    if (equals_ignoring_case(header.name, "openai-beta")) call.headers.add("OpenAI-Beta", header.value);
}

}  // namespace patchbay::openai_wire
