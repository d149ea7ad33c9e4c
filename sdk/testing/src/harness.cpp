#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

#include "patchbay/config.hpp"
#include "patchbay/testing.hpp"

namespace patchbay::testing {

namespace {

/// The module as the class that a test asks for.
template <class Wanted>
std::unique_ptr<Wanted> as(std::unique_ptr<Module> module, std::string_view type) {
  auto* const wanted = dynamic_cast<Wanted*>(module.get());
  if (wanted == nullptr) throw std::invalid_argument("module type '" + std::string(type) + "' is of another class");
  module.release();
  return std::unique_ptr<Wanted>(wanted);
}

Request request_for(Operation operation, std::string body) {
  Request request;
  request.id = "req-test";
  request.protocol = protocols::openai_chat;
  request.operation = operation;
  request.body = Document(std::move(body));
  return request;
}

}  // namespace

const patchbay_module_descriptor& Modules::descriptor(std::string_view type) const {
  for (std::uint32_t i = 0; i < plugin_.module_count; ++i)
    if (plugin_.modules[i]->type == type) return *plugin_.modules[i];
  throw std::invalid_argument("plugin '" + std::string(plugin_.id) + "' has no module type '" + std::string(type) + "'");
}

std::unique_ptr<Module> Modules::make(std::string_view type, std::string_view config) const {
  const boost::json::value parsed = boost::json::parse(config);
  const Host& services = host;
  return std::unique_ptr<Module>(static_cast<Module*>(descriptor(type).create(&parsed, &services)));
}

std::unique_ptr<Transform> Modules::transform(std::string_view type, std::string_view config) const {
  return as<Transform>(make(type, config), type);
}

std::unique_ptr<Provider> Modules::provider(std::string_view type, std::string_view config) const {
  return as<Provider>(make(type, config), type);
}

std::unique_ptr<Hook> Modules::hook(std::string_view type, std::string_view config) const { return as<Hook>(make(type, config), type); }

std::vector<std::string> Modules::faults(std::string_view type, std::string_view config) const {
  std::vector<std::string> found;
  try {
    static_cast<void>(make(type, config));
  } catch (const config::Error& error) {
    for (const config::Fault& fault : error.faults()) {
      found.push_back(fault.pointer + ": " + fault.message);
      if (!fault.suggestion.empty()) found.back() += " (did you mean '" + fault.suggestion + "'?)";
    }
  }
  return found;
}

Request chat_request(std::string body) { return request_for(Operation::generate, std::move(body)); }
Request embed_request(std::string body) { return request_for(Operation::embed, std::move(body)); }

StageHarness::StageHarness(const Transform& module, const ConnectionInfo& info) : stage_(module.connect(info)) {}

ConnectionInfo StageHarness::chat_connection() {
  return {
      .request_id = "req-test", .route = "test", .client_protocol = protocols::openai_chat, .provider_protocol = protocols::openai_chat};
}

Flow StageHarness::request(Request request) {
  sent = std::move(request);
  return stage_ ? stage_->request(sent, client) : Flow(Forward{});
}

Flow StageHarness::reply(HttpReply reply) { return stage_ ? stage_->reply(std::move(reply), sent, client) : Flow(Forward{}); }

void StageHarness::response(std::string body) {
  Response whole{Document(std::move(body))};
  stage_ ? stage_->response(std::move(whole), client) : client.response(std::move(whole));
}

void StageHarness::event(std::string data, std::string name) {
  Event one{std::move(name), Document(std::move(data))};
  stage_ ? stage_->event(std::move(one), client) : client.event(std::move(one));
}

void StageHarness::end() { stage_ ? stage_->end(client) : client.end(); }

void StageHarness::error(Error error) { stage_ ? stage_->error(std::move(error), client) : client.error(std::move(error)); }

}  // namespace patchbay::testing
