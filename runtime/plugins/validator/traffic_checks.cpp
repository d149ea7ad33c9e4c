#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>

#include "patchbay/hook.hpp"
#include "patchbay/testing/stage_harness.hpp"
#include "patchbay/testing/streams.hpp"
#include "plugins/barrier.hpp"
#include "plugins/validator/check.hpp"
#include "plugins/validator/exercise.hpp"

namespace patchbay::plugins::validator {

namespace {

/// Pushes one message after the other into a stage of a module, each behind a barrier: throwing is allowed, crashing is not.
class Pusher {
 public:
  Pusher(Context& context, const Part& part) : context_(context), part_(part) {}

  void connect(const ConnectionInfo& info) {
    context_.step("connect " + part_.name());
    stage_.reset();
    (void)barrier([&] { stage_ = part_.transform()->connect(info); });
  }
  void request(const std::string& text, const std::string& what) {
    push("a request with " + what, [&] {
      sent_ = part_.request(text, true);
      (void)stage_->request(sent_, client_);
    });
  }
  void reply(int status, const std::string& text, const std::string& what) {
    push("the reply of a side call with " + what,
         [&] { (void)stage_->reply({.status = status, .headers = {}, .body = text}, sent_, client_); });
  }
  void response(const std::string& text, const std::string& what) {
    push("an answer with " + what, [&] { stage_->response(Response{Document(text)}, client_); });
  }
  void event(const std::string& name, const std::string& text, const std::string& what) {
    push("an event with " + what, [&] { stage_->event(Event{name, Document(text)}, client_); });
  }
  void end() {
    push("the end of the stream", [&] { stage_->end(client_); });
  }
  void error(Error error) {
    push("an error", [&] { stage_->error(std::move(error), client_); });
  }
  void disconnect() {
    context_.step("destroy the stage of " + part_.name());
    stage_.reset();
  }

 private:
  template <class Call>
  void push(const std::string& what, Call&& call) {
    if (!stage_) return;
    context_.step("send " + what + " through " + part_.name());
    (void)barrier(std::forward<Call>(call));
    client_ = testing::RecordingDownstream();  // it has read every document that came out
  }

  Context& context_;
  const Part& part_;
  Request sent_;
  testing::RecordingDownstream client_;
  std::unique_ptr<Stage> stage_;
};

void odd_bodies_into_stage(Context& context, const Part& part) {
  Pusher pusher(context, part);
  for (const OddBody& body : odd_bodies()) {
    const Part::Talk sound = part.talks().back();
    pusher.connect(part.connection());
    pusher.request(body.text, body.name);
    pusher.reply(200, body.text, body.name);
    pusher.connect(part.connection());
    pusher.request(sound.request, "a sound body");
    pusher.response(body.text, body.name);
    pusher.connect(part.connection());
    pusher.request(sound.request, "a sound body");
    pusher.event("", body.text, body.name);
    pusher.event("message", body.text, body.name);
    pusher.end();
    pusher.connect(part.connection());
    pusher.request(sound.request, "a sound body");
    pusher.error({.kind = ErrorKind::upstream,
                  .message = body.text.substr(0, 100),
                  .original = body.text,
                  .original_protocol = part.provider_protocol()});
    pusher.disconnect();
  }
}

void odd_bodies_into_provider(Context& context, const Part& part) {
  constexpr std::array statuses = {0, 100, 200, 301, 400, 401, 403, 404, 413, 429, 500, 503, 529, 999, -1};
  const Provider& provider = *part.provider();
  for (const OddBody& body : odd_bodies()) {
    for (const bool stream : {false, true}) {
      context.step("describe a call for " + body.name);
      (void)barrier([&] {
        Request request = part.request(body.text, stream);
        (void)provider.describe(request, {});
      });
    }
    for (const int status : statuses) {
      context.step("explain status " + std::to_string(status) + " with " + body.name);
      (void)barrier([&] { (void)provider.explain(status, {{"retry-after", body.text.substr(0, 40)}}, body.text); });
    }
    context.step("tell the role of an event with " + body.name);
    (void)barrier([&] { (void)provider.role("", body.text); });
    (void)barrier([&] { (void)provider.role(body.text, body.text); });
  }
}

/// A hook is told what happens; what it is told may be anything that a later host knows.
void odd_events_into_hooks(Context& context, Findings& findings) {
  const std::vector<ModuleInfo>& modules = context.plugin().info().modules;
  const std::vector<boost::json::object> odd_data = {{},
                                                     {{"id", nullptr}, {"status", "many"}, {"duration_ms", -1}},
                                                     {{"id", std::string(1u << 20, 'x')}, {"route", boost::json::array{1}}}};
  for (std::size_t i = 0; i < modules.size(); ++i) {
    if (modules[i].kind != ModuleKind::hook) continue;
    try {
      const auto module = context.make(i);
      const auto& hook = dynamic_cast<const Hook&>(*module);
      for (const std::string_view name : {"request.completed", "no.such.event", ""})
        for (const boost::json::object& data : odd_data) {
          context.step("tell " + modules[i].type + " of '" + std::string(name) + "'");
          (void)barrier([&] {
            (void)hook.wants(name);
            hook.on({name, std::chrono::system_clock::now(), data});
          });
        }
      findings.good("odd events did no harm");
    } catch (const Skip& reason) {
      findings.skip(reason.what());
    }
  }
}

}  // namespace

Result check_provider_calls(Context& context) {
  Findings findings;
  each_part(context, findings, [&](const Part& part) {
    if (part.provider() == nullptr) return;
    std::vector<std::string> wrong;
    for (const Part::Talk& talk : part.talks()) {
      context.step("describe the call of " + part.name());
      Exchange exchange;
      const auto thrown = barrier([&] {
        Request request = part.request(talk.request, talk.stream);
        exchange = part.provider()->describe(request, {.id = "check", .secret = "secret"});
      });
      if (thrown) {
        wrong.push_back("describe throws for a sound request: " + *thrown);
        continue;
      }
      const HttpCall* const call = std::get_if<HttpCall>(&exchange);
      if (call == nullptr) continue;
      if (!call->url.starts_with("http://") && !call->url.starts_with("https://")) wrong.push_back("its URL is not absolute: " + call->url);
      if (call->url.find_first_of(" \r\n\t") != std::string::npos)
        wrong.push_back("its URL has white space that is not encoded: " + call->url);
      for (const Header& header : call->headers) {
        if (header.name.empty() || header.name.find_first_of(" :\r\n") != std::string::npos)
          wrong.push_back("'" + header.name + "' is no name of a header");
        if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
          wrong.push_back("the value of header " + header.name + " has a line end");
        for (const std::string_view own : {"host", "content-length", "connection", "transfer-encoding"})
          if (equals_ignoring_case(header.name, own)) wrong.push_back("header " + header.name + " is the host's to write");
      }
    }
    for (const std::string& one : wrong) findings.fail(part.name() + ": " + one);
    if (wrong.empty()) findings.good("the host can make every call that " + part.name() + " describes");
  });
  return findings.result();
}

Result check_streams(Context& context) {
  Findings findings;
  std::size_t talks = 0;
  each_part(context, findings, [&](const Part& part) {
    for (Part::Talk& talk : part.talks()) {
      for (const bool breaks : {false, true}) {
        if (breaks && talk.events.size() > 1) talk.events.resize(talk.events.size() / 2);  // no end was said
        context.step(std::string("send ") + (talk.stream ? "a stream" : "a whole answer") + (breaks ? " that is cut off" : "") +
                     " through " + part.name());
        testing::Outcome outcome;
        if (const auto thrown = barrier([&] { outcome = part.run(talk); })) {
          findings.fail(part.name() + ": " + *thrown);
          continue;
        }
        ++talks;
        if (outcome.left)
          findings.fail(part.name() + " keeps back how " + (talk.stream ? "a stream" : "a whole answer") +
                        " ends, so the client waits for ever");
        if (outcome.client.ignored > 0)
          findings.fail(part.name() + " says more after " + (talk.stream ? "a stream" : "a whole answer") +
                        " has ended; exactly one of response, end and error is the last");
        for (const Error& error : outcome.client.errors)
          if (error.code == "module_fault") findings.fail(part.name() + " fails on a sound answer: " + error.message);
      }
    }
  });
  if (talks > 0) findings.good(std::to_string(talks) + " answers and streams reached the client, each with its end");
  return findings.result();
}

Result check_unknown_protocols(Context& context) {
  Findings findings;
  each_module(context, findings, [&](const Part& part) {
    if (part.transform() == nullptr) return;
    constexpr std::string_view unknown = "no-such-protocol";
    bool bridges = false;
    context.step("ask " + part.info().type + " about a protocol that does not exist");
    if (const auto thrown = barrier([&] { bridges = part.transform()->bridges(unknown, "openai-chat"); }))
      return findings.fail(part.info().type + " throws when it is asked about a protocol that it does not know: " + *thrown);
    if (bridges) return findings.fail(part.info().type + " says that it turns '" + std::string(unknown) + "' into openai-chat");
    for (const auto& [client, provider] :
         {std::pair(unknown, unknown), std::pair(unknown, std::string_view("openai-chat")),
          std::pair(std::string_view("openai-chat"), unknown), std::pair(std::string_view(), std::string_view())}) {
      Pusher pusher(context, part);
      pusher.connect({.request_id = "", .route = "", .client_protocol = client, .provider_protocol = provider});
      pusher.request(part.talks().front().request, "a sound body");
      pusher.response(part.talks().front().reply, "a sound body");
      pusher.disconnect();
    }
    findings.good(part.info().type + " is not harmed by protocols that it does not know");
  });
  return findings.result();
}

Result check_malformed_bodies(Context& context) {
  Findings findings;
  each_part(context, findings, [&](const Part& part) {
    if (part.provider() != nullptr)
      odd_bodies_into_provider(context, part);
    else
      odd_bodies_into_stage(context, part);
    findings.good(std::to_string(odd_bodies().size()) + " odd bodies in every place did no harm");
  });
  odd_events_into_hooks(context, findings);
  return findings.result();
}

Result check_order_of_events(Context& context) {
  constexpr int sequences = 100;
  constexpr int longest = 10;
  Findings findings;
  each_part(context, findings, [&](const Part& part) {
    if (part.transform() == nullptr) return;
    Random random = context.random();
    const std::vector<Part::Talk> talks = part.talks();
    for (int i = 0; i < sequences; ++i) {
      Pusher pusher(context, part);
      pusher.connect(part.connection());
      const Part::Talk& talk = talks[random.below(talks.size())];
      for (std::uint64_t left = random.below(longest); left > 0; --left) {
        switch (random.below(6)) {
          case 0: pusher.request(talk.request, "a sound body, out of its order"); break;
          case 1: pusher.response(talk.reply, "a sound body, out of its order"); break;
          case 2: pusher.end(); break;
          case 3: pusher.error({.kind = ErrorKind::overloaded, .message = "busy"}); break;
          case 4: pusher.reply(200, talk.reply, "a sound body that nobody asked for"); break;
          default: {
            const EventText& event = talk.events[random.below(talk.events.size())];
            pusher.event(event.name, event.data, "a sound body, out of its order");
          }
        }
      }
      pusher.disconnect();
    }
    findings.good(std::to_string(sequences) + " random orders of messages did no harm (seed " + std::to_string(context.subject().seed) +
                  ")");
  });
  return findings.result();
}

Result check_split_events(Context& context) {
  Findings findings;
  std::size_t cuts = 0;
  each_part(context, findings, [&](const Part& part) {
    if (part.provider() == nullptr) return;
    for (Part::Talk talk : part.talks()) {
      if (!talk.stream) continue;
      context.step("send a stream in one piece to " + part.name());
      std::string expected;
      if (const auto thrown = barrier([&] { expected = comparable(part.run(talk).client.transcript()); }))
        return findings.fail(part.name() + ": " + *thrown);
      const std::string body = testing::sse_bytes(talk.events);
      std::vector<std::size_t> places(body.size());
      for (std::size_t at = 0; at < places.size(); ++at) places[at] = at;
      places.push_back(std::string::npos);  // every byte alone
      for (const std::size_t at : places) {
        context.step("send a stream to " + part.name() + ", cut at byte " + std::to_string(at));
        talk.cut = [at](const std::string& bytes) {
          return at == std::string::npos ? testing::split_every(bytes, 1) : testing::split_at(bytes, std::min(at, bytes.size()));
        };
        std::string found;
        const auto thrown = barrier([&] { found = comparable(part.run(talk).client.transcript()); });
        ++cuts;
        if (!thrown && found == expected) continue;
        return findings.fail(part.name() + " makes something else of a stream that is cut " +
                             (at == std::string::npos ? "into single bytes" : "at byte " + std::to_string(at)));
      }
      for (const EventText& event : talk.events)
        for (std::size_t size = 0; size <= event.data.size(); ++size) {
          context.step("tell the role of the first " + std::to_string(size) + " bytes of " + event.data);
          (void)barrier([&] { (void)part.provider()->role(event.name, event.data.substr(0, size)); });
        }
    }
    findings.good("streams cut at " + std::to_string(cuts) + " places mean what they meant whole, and beginnings of events do no harm");
  });
  return findings.result();
}

Result check_cancel(Context& context) {
  Findings findings;
  std::size_t points = 0;
  each_part(context, findings, [&](const Part& part) {
    for (Part::Talk talk : part.talks()) {
      for (std::size_t after = 0; after <= talk.events.size() + 1; ++after) {
        context.step("leave " + part.name() + " after " + std::to_string(after) + " events");
        talk.leave_after = after;
        if (const auto thrown = barrier([&] { (void)part.run(talk); })) return findings.fail(part.name() + ": " + *thrown);
        ++points;
      }
      if (part.transform() == nullptr) continue;
      // Also where the client has seen nothing yet: the host destroys the stage after any call.
      for (std::size_t pushed = 0; pushed <= talk.events.size() + 1; ++pushed) {
        Pusher pusher(context, part);
        pusher.connect(part.connection());
        if (pushed > 0) pusher.request(talk.request, "a sound body");
        for (std::size_t i = 0; i + 1 < pushed; ++i) pusher.event(talk.events[i].name, talk.events[i].data, "a sound body");
        pusher.disconnect();
        ++points;
      }
    }
    findings.good("a client that leaves at any of " + std::to_string(points) + " points does no harm");
  });
  return findings.result();
}

}  // namespace patchbay::plugins::validator
