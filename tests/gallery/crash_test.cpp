// A workflow and a provider that misbehave where and how their configuration says, but only for requests that ask for it: those whose body
// has the word "misbehave". What only a process of its own survives.

#include <signal.h>
#include <unistd.h>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "patchbay/plugin.hpp"
#include "patchbay/probed.hpp"
#include "patchbay/usage_on_request.hpp"

namespace patchbay {

enum class Where { nowhere, make, connect, request, reply, response, event, end, describe, role, explain };
BOOST_DESCRIBE_ENUM(Where, nowhere, make, connect, request, reply, response, event, end, describe, role, explain)

enum class How { segv, abort, exit, loop, leak, throws, slow };
BOOST_DESCRIBE_ENUM(How, segv, abort, exit, loop, leak, throws, slow)

struct MisbehavingConfig {
  Where where = Where::nowhere;
  How how = How::segv;
  std::uint64_t bytes = 64u << 20;
  std::chrono::milliseconds delay{200};

  static constexpr config::Doc docs[] = {
      {.field = "where", .text = "The method; `reply` is reached by a side call that the stage asks for."},
      {.field = "how", .text = "What it does there."},
      {.field = "bytes", .text = "How much it leaks."},
      {.field = "delay", .text = "How slow it is."},
  };
};
BOOST_DESCRIBE_STRUCT(MisbehavingConfig, (), (where, how, bytes, delay))

namespace {

[[gnu::noinline]] void misbehave(const MisbehavingConfig& config) {
  switch (config.how) {
    case How::segv:
      // As a wild pointer would, past every handler that a sanitizer has installed.
      signal(SIGSEGV, SIG_DFL);
      raise(SIGSEGV);
      return;
    case How::abort: signal(SIGABRT, SIG_DFL); std::abort();
    case How::exit: _exit(7);
    case How::loop:
      for (volatile bool forever = true; forever;) {
      }
      return;
    case How::leak: {
      static std::vector<char*> leaked;  // reachable: this is about memory, not about leak checkers
      leaked.push_back(static_cast<char*>(std::malloc(config.bytes)));
      std::memset(leaked.back(), 1, config.bytes);
      return;
    }
    case How::throws: throw std::runtime_error("misbehaving as configured");
    case How::slow: std::this_thread::sleep_for(config.delay); return;
  }
}

bool asks_for_it(const Request& request) { return request.body.text().find("misbehave") != std::string_view::npos; }

class MisbehavingStage final : public Stage {
 public:
  explicit MisbehavingStage(const MisbehavingConfig& config) : config_(config) {}

  Flow request(Request& request, Downstream&) override {
    armed_ = asks_for_it(request);
    at(Where::request);
    if (config_.where == Where::reply) {
      HttpCall call;
      call.url = "http://side.test/";
      return Ask{std::move(call)};
    }
    return Forward{};
  }
  Flow reply(HttpReply&& reply, Request& request, Downstream& back) override {
    at(Where::reply);
    if (reply.status != 200) {
      back.error({.kind = ErrorKind::permission, .message = "the side call said " + reply.body});
      return Answered{};
    }
    request.headers.add("side", reply.body);
    request.body.edit().as_object()["side"] = reply.body;
    return Forward{};
  }
  void response(Response&& response, Downstream& back) override {
    at(Where::response);
    back.response(std::move(response));
  }
  void event(Event&& event, Downstream& back) override {
    at(Where::event);
    back.event(std::move(event));
  }
  void end(Downstream& back) override {
    at(Where::end);
    back.end();
  }

 private:
  void at(Where here) {
    if (armed_ && config_.where == here) misbehave(config_);
  }

  const MisbehavingConfig& config_;
  bool armed_ = false;
};

class MisbehavingWorkflow final : public Transform {
 public:
  using Config = MisbehavingConfig;
  MisbehavingWorkflow(Config config, const Host&) : config_(config) {
    if (config_.where == Where::make) misbehave(config_);
  }
  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
    if (config_.where == Where::nowhere) return nullptr;
    if (config_.where == Where::connect && info.request_id == "misbehave") misbehave(config_);
    return std::make_unique<MisbehavingStage>(config_);
  }

 private:
  const Config config_;
};

/// Answers "pong", as a whole or as a stream; a request that says "fail" gets status 400, and one that says "call" is called for.
class MisbehavingProvider final : public Provider, public Probed, public UsageOnRequest {
 public:
  using Config = MisbehavingConfig;
  MisbehavingProvider(Config config, const Host&) : config_(config) {}

  std::string_view protocol() const override { return protocols::openai_chat; }
  std::span<const Credential> credentials() const override { return keys_; }
  std::span<const std::string> models() const override { return models_; }
  bool serves(Operation operation) const override { return operation != Operation::count_tokens; }
  Exchange describe(Request& request, const Credential& credential) const override {
    const bool armed = asks_for_it(request);
    if (armed && config_.where == Where::describe) misbehave(config_);
    if (request.body.text().find("call") != std::string_view::npos) {
      HttpCall call;
      call.url = "http://provider.test/" + request.model();
      call.headers.add("authorization", "Bearer " + credential.secret);
      call.body = request.body.take_text();
      return call;
    }
    const std::string mark = armed ? "misbehave" : "pong";
    LocalAnswer answer;
    if (request.body.text().find("fail") != std::string_view::npos) {
      answer.status = 400;
      answer.pieces.push_back({.bytes = "{\"error\":\"" + mark + "\"}"});
    } else if (request.stream()) {
      answer.headers.add("Content-Type", "text/event-stream");
      answer.pieces.push_back({.bytes = "data: {\"text\":\"" + mark + "\"}\n\n"});
      answer.pieces.push_back({.bytes = "data: [DONE]\n\n"});
    } else {
      answer.headers.add("Content-Type", "application/json");
      answer.pieces.push_back({.bytes = "{\"text\":\"" + mark + "\"}"});
    }
    return answer;
  }
  std::optional<HttpCall> probe(const Credential& credential) const override {
    return HttpCall{.method = "GET", .url = "http://provider.test/probe", .headers = {{"authorization", "Bearer " + credential.secret}}};
  }
  Error explain(int status, const Headers&, std::string_view body) const override {
    if (config_.where == Where::explain && body.find("misbehave") != std::string_view::npos) misbehave(config_);
    return {.kind = ErrorKind::rate_limited,
            .status = status,
            .message = "it said " + std::string(body),
            .code = "busy",
            .param = "model",
            .retry_after = std::chrono::seconds(3),
            .original = std::string(body),
            .original_protocol = std::string(protocols::openai_chat)};
  }
  EventRole role(std::string_view, std::string_view data) const override {
    if (config_.where == Where::role && data.find("misbehave") != std::string_view::npos) misbehave(config_);
    if (data == "[DONE]") return EventRole::terminator;
    return is_usage_only({}, data) ? EventRole::preamble : EventRole::content;
  }
  bool ask_for_usage(HttpCall& call) const override {
    if (call.body.find("tell") != std::string::npos) return false;
    call.body.insert(1, R"("tell":"usage",)");
    return true;
  }
  bool is_usage_only(std::string_view, std::string_view data) const override { return data.starts_with(R"({"usage")"); }
  std::optional<Usage> usage(std::string_view, std::string_view data) const override {
    if (data.find("usage") == std::string_view::npos) return std::nullopt;
    return Usage{.input_tokens = 300, .output_tokens = 70'000, .cached_input_tokens = 3, .cache_write_tokens = 2, .reasoning_tokens = 1};
  }

 private:
  const Config config_;
  const std::vector<Credential> keys_{{"first", "secret-1"}, {"second", "secret-2"}};
  const std::vector<std::string> models_{"gallery-model"};
};

}  // namespace

}  // namespace patchbay

PATCHBAY_PLUGIN("dev.patchbay.gallery-crash-test", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::MisbehavingWorkflow>(patchbay::ModuleKind::workflow, "crash-test-workflow",
                                                                "Misbehaves where its configuration says", "experimental",
                                                                "    config = { where = \"event\", how = \"segv\" }\n"),
                patchbay::module<patchbay::MisbehavingProvider>(patchbay::ModuleKind::provider, "crash-test-provider",
                                                                "Misbehaves where its configuration says", "experimental",
                                                                "    config = { where = \"describe\", how = \"loop\" }\n"))
