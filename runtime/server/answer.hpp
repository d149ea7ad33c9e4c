#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/deadline_clock.hpp"
#include "pipeline/engine.hpp"
#include "server/endpoints.hpp"
#include "server/entrance.hpp"
#include "server/outbox.hpp"
#include "server/policy.hpp"
#include "server/request_parser.hpp"
#include "server/request_record.hpp"
#include "server/response_store.hpp"

namespace patchbay::server {

class Listener;

/// The answer to one request: the client's end of the pipeline. Puts heads, bodies and events into the outbox, errors in the shape of the
/// protocol that the client speaks. [connection: one thread]
class Answer final : public pipeline::Client {
 public:
  class Owner {
   public:
    /// The whole answer is in the outbox. Called once, perhaps before `begin` returns.
    virtual void answered(bool keep_alive) = 0;
    /// The hash of the key that the request presents, and who asks, as its head and where it comes from say; see Caller.
    [[nodiscard]] virtual const access::KeyHash* key() = 0;
    [[nodiscard]] virtual const std::string& caller() = 0;

   protected:
    ~Owner() = default;
  };

  Answer(Listener& listener, Outbox& outbox, Owner& owner, RequestParser& request);

  /// Starts to answer a request whose body is complete.
  void begin(std::string&& body);
  /// Answers with a refusal of the request as HTTP; the connection is closed afterwards.
  void refuse(const Refusal& refusal);

  /// Answers what the head alone decides: no such endpoint, wrong method, no key, CORS. True if that was all.
  bool answer_early(bool has_body);

  /// The outbox has room again.
  void resume();
  /// The client left: cancels everything.
  void abandon();
  void last_of_connection() { keep_alive_ = false; }

  void routed(const pipeline::Patch& patch) override {
    if (record_) record_->routed(patch);
  }
  pipeline::AttemptObserver* observe(const pipeline::Patch& patch) override { return record_ ? record_->observe(patch) : nullptr; }
  void setback(const pipeline::Setback& setback) override {
    if (record_) record_->setback(setback.error);
  }
  [[nodiscard]] bool permits(std::string_view route) override;
  void asked_for(std::string_view model) override {
    entrance_.asked_for(model);
    if (record_) record_->asked_for(model);
  }
  void calling() override {
    entrance_.calling();
    if (record_) record_->calling();
  }
  void provider_headers(Headers&& headers) override;
  void used(const Usage& usage) override {
    entrance_.used(usage);
    if (record_) record_->used(usage);
  }
  void keep_alive() override;
  [[nodiscard]] std::size_t unsent() const override { return outbox_.unsent(); }
  [[nodiscard]] std::string caller() const override;
  void response(Response&& response) override;
  void event(Event&& event) override;
  void end() override;
  void error(Error&& error) override;
  void lost(Loss&& loss) override;

 private:
  void reply(int status, std::string&& body, std::string_view content_type = "application/json");
  void reply_error(Error&& error);
  void begin_stream();
  void send_event(std::string_view name, std::string_view data);
  void send_terminator();
  void silence();
  void finish();
  void settle(pipeline::Ending ending);
  void pass_to_engine(std::string&& body);
  void turn_away(access::Refusal&& refusal);
  void show_model();
  void show_stored();
  void answer_preflight();
  void add_cors_headers();
  void take_headers(Headers& into);
  void take_notes();
  [[nodiscard]] std::optional<Error> identify();
  [[nodiscard]] std::string_view path() const;

  Listener& listener_;
  Outbox& outbox_;
  Owner& owner_;
  RequestParser& request_;
  std::shared_ptr<const Policy> policy_;
  Entrance entrance_;
  const Endpoint* endpoint_ = nullptr;
  std::string_view protocol_ = protocols::openai_chat;
  std::string request_id_;
  Headers extra_;
  std::string limits_;                        // what the key has left, as lines of the head
  std::string losses_;                        // what the client is told of them
  net::Deadline silence_;                     // the client has heard nothing for long
  std::string name_;                          // what the path names: a model, a response
  std::optional<Conversation> conversation_;  // of the Responses API
  std::optional<RequestRecord> record_;       // if anybody wants to know
  std::unique_ptr<pipeline::Connection> connection_;
  std::string frame_;
  bool keep_alive_;
  bool head_only_;
  bool streaming_ = false;
  bool finished_ = false;
  bool heard_ = false;
  bool array_ = false;  // a stream is one JSON array instead of server-sent events
  bool array_begun_ = false;
};

}  // namespace patchbay::server
