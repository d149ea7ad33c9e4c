#include "monitoring/calls_json.hpp"

#include <boost/json/object.hpp>

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

/// A text that may be left out.
std::string text_of(const json::value& object, std::string_view field) {
  const json::value* const found = object.as_object().if_contains(field);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

bool flag_of(const json::value& object, std::string_view field) {
  const json::value* const found = object.as_object().if_contains(field);
  return found != nullptr && found->as_bool();
}

}  // namespace

json::array describe(const Headers& headers) {
  json::array shown;
  for (const Header& header : headers) shown.push_back(json::array{json::string(header.name), json::string(header.value)});
  return shown;
}

json::array describe(const std::vector<CallNotes>& calls) {
  json::array shown;
  for (const CallNotes& call : calls) {
    json::object one{{"method", call.method}, {"url", call.url}, {"headers", describe(call.headers)}, {"body", call.body}};
    if (call.status != 0) {
      one["status"] = call.status;
      one["reply_headers"] = describe(call.reply_headers);
      one["reply"] = call.reply;
    }
    one["complete"] = call.complete;
    if (!call.failure.empty()) {
      one["failure"] = call.failure;
      one["failure_message"] = call.failure_message;
    }
    if (call.cut) one["cut"] = true;
    shown.push_back(std::move(one));
  }
  return shown;
}

Headers read_headers(const json::value& headers) {
  Headers read;
  for (const json::value& one : headers.as_array())
    read.add(std::string_view(one.as_array().at(0).as_string()), std::string_view(one.as_array().at(1).as_string()));
  return read;
}

std::vector<CallNotes> read_calls(const json::value& calls) {
  std::vector<CallNotes> read;
  for (const json::value& one : calls.as_array()) {
    CallNotes& call = read.emplace_back();
    call.method = one.at("method").as_string();
    call.url = one.at("url").as_string();
    call.headers = read_headers(one.at("headers"));
    call.body = one.at("body").as_string();
    call.complete = flag_of(one, "complete");
    call.cut = flag_of(one, "cut");
    call.failure = text_of(one, "failure");
    call.failure_message = text_of(one, "failure_message");
    if (!one.as_object().contains("status")) continue;
    call.status = one.at("status").to_number<int>();
    call.reply_headers = read_headers(one.at("reply_headers"));
    call.reply = one.at("reply").as_string();
  }
  return read;
}

}  // namespace patchbay::monitoring
