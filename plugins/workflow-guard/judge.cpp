#include "judge.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "message-text/texts.hpp"

namespace patchbay::guard {

namespace json = boost::json;

HttpCall question(const JudgeConfig& judge, Request& request) {
  json::array texts;
  message_text::visit_request(request.body, request.protocol, [&](const message_text::Text& what, std::string_view text) {
    texts.push_back(json::object{{"source", name_of(what.source)}, {"text", text}});
    return std::nullopt;
  });
  HttpCall call;
  call.url = judge.url;
  call.headers.add("content-type", "application/json");
  for (const auto& [name, value] : judge.headers) call.headers.set(name, value);
  call.body = json::serialize(
      json::object{{"request_id", request.id}, {"model", request.model()}, {"protocol", request.protocol}, {"texts", std::move(texts)}});
  call.framing = Framing::whole;
  return call;
}

std::optional<Verdict> verdict(const HttpReply& reply, std::string& why) {
  if (reply.status != 200) {
    why = reply.status == 0 ? "it cannot be reached: " + reply.body : "it answered with status " + std::to_string(reply.status);
    return std::nullopt;
  }
  json::error_code fault;
  const json::value said = json::parse(reply.body, fault);
  const json::value* const allowed = !fault && said.is_object() ? said.get_object().if_contains("allowed") : nullptr;
  if (allowed == nullptr || !allowed->is_bool()) {
    why = R"(its answer is not {"allowed": true} or {"allowed": false})";
    return std::nullopt;
  }
  const json::value* const reason = said.get_object().if_contains("reason");
  return Verdict{allowed->get_bool(), reason != nullptr && reason->is_string() ? std::string(reason->get_string()) : std::string()};
}

}  // namespace patchbay::guard
