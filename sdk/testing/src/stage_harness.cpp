#include "patchbay/testing/stage_harness.hpp"

namespace patchbay::testing {

namespace {

Request request_for(Operation operation, std::string body) {
  Request request;
  request.id = "req-test";
  request.protocol = protocols::openai_chat;
  request.operation = operation;
  request.body = Document(std::move(body));
  return request;
}

}  // namespace

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
