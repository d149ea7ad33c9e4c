#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "memory/heap.hpp"
#include "patchbay/testing/stage_harness.hpp"
#include "plugins/barrier.hpp"
#include "plugins/validator/check.hpp"
#include "plugins/validator/exercise.hpp"

namespace patchbay::plugins::validator {

namespace {

// ---- one connection beside another ----

/// A request that says something of its own, and all that came out of the module for it. The test plays the client and the provider, one
/// step at a time, so that connections can be interleaved.
class Marked {
 public:
  Marked(const Part& part, const Part::Talk& talk, std::string mark)
      : part_(part), mark_(std::move(mark)), talk_(part.marked(talk, mark_)), request_id_("req-" + mark_) {
    if (part.transform() == nullptr) return;
    ConnectionInfo info = part.connection();
    info.request_id = request_id_;
    go_on([&] { stage_ = std::make_unique<testing::StageHarness>(*part.transform(), info); });
  }

  void ask() {
    Request request = part_.request(talk_.request, talk_.stream);
    request.id = request_id_;
    go_on([&] {
      if (stage_)
        pass(std::move(request));
      else
        describe(request);
    });
  }

  /// How often `answer_step` has something to do.
  [[nodiscard]] std::size_t answer_steps() const { return stage_ && talk_.stream ? talk_.events.size() + 1 : 1; }
  void answer_step(std::size_t step) {
    go_on([&] {
      if (!stage_)
        explain();
      else if (!talk_.stream)
        stage_->response(talk_.reply);
      else if (step < talk_.events.size())
        stage_->event(talk_.events[step].data, talk_.events[step].name);
      else
        stage_->end();
    });
  }

  [[nodiscard]] const std::string& mark() const { return mark_; }
  /// What the provider, or the host for it, got.
  [[nodiscard]] const std::string& to_provider() const { return to_provider_; }
  [[nodiscard]] std::string to_client() const { return stage_ ? stage_->client.transcript() : explained_; }

 private:
  /// What throws is over; other tests are about that.
  template <class Step>
  void go_on(Step&& step) {
    if (!over_ && barrier(std::forward<Step>(step))) over_ = true;
  }

  void pass(Request request) {
    constexpr int side_calls = 8;  // as many as the host makes
    Flow flow = stage_->request(std::move(request));
    for (int i = 0; i < side_calls && std::holds_alternative<Ask>(flow); ++i) {
      keep(std::get<Ask>(flow).call);
      flow = stage_->reply({200, {}, "{}"});
    }
    over_ = !std::holds_alternative<Forward>(flow);
    if (over_) return;
    to_provider_ += stage_->sent.body.text();
    for (const Header& header : stage_->sent.headers) to_provider_ += "\n" + header.value;
  }

  void describe(Request& request) {
    const Exchange exchange = part_.provider()->describe(request, {.id = "key-" + mark_, .secret = "secret-" + mark_});
    if (const HttpCall* const call = std::get_if<HttpCall>(&exchange))
      keep(*call);
    else
      for (const LocalAnswer::Piece& piece : std::get<LocalAnswer>(exchange).pieces) to_provider_ += piece.bytes;
  }

  void explain() {
    const Error error = part_.provider()->explain(500, {}, talk_.reply);
    explained_ = error.message + "\n" + error.original;
  }

  void keep(const HttpCall& call) {
    to_provider_ += call.url + "\n" + call.body + "\n";
    for (const Header& header : call.headers) to_provider_ += header.value + "\n";
  }

  const Part& part_;
  const std::string mark_;
  const Part::Talk talk_;
  const std::string request_id_;
  std::unique_ptr<testing::StageHarness> stage_;  // null for a provider
  std::string to_provider_;
  std::string explained_;
  bool over_ = false;
};

/// A word that no request has by chance.
std::string new_mark(Random& random) {
  constexpr int letters = 14;
  std::string mark;
  for (int i = 0; i < letters; ++i) mark += static_cast<char>('a' + random.below(26));
  return mark;
}

/// Two connections at once: asked one after the other, answered in turns.
void interleave(std::array<Marked, 2>& connections) {
  for (Marked& one : connections) one.ask();
  for (std::size_t step = 0; step < connections[0].answer_steps(); ++step)
    for (Marked& one : connections) one.answer_step(step);
}

/// Empty if nothing of another connection came out of this one.
std::string mix_up(const Marked& one, const std::vector<std::string>& marks) {
  for (const std::string& mark : marks) {
    if (mark == one.mark()) continue;
    if (one.to_provider().find(mark) != std::string::npos) return "sends to the provider";
    if (one.to_client().find(mark) != std::string::npos) return "gives to the client";
  }
  return {};
}

// ---- what requests leave behind ----

constexpr std::size_t warm_up = 48;
constexpr std::size_t requests = 200;
constexpr int blocks = 3;
constexpr std::size_t slack = 8u << 10;  // what the allocator may keep; a leak of some 40 bytes a request is more

/// Bytes that grow in every block of requests. What is taken once and kept (a buffer, a table) is none of them.
std::size_t growth(const Part& part) {
  const std::vector<Part::Talk> talks = part.talks();
  const auto run = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) (void)barrier([&] { (void)part.run(talks[i % talks.size()]); });
  };
  run(warm_up);
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (int block = 0; block < blocks && least > slack; ++block) {
    const std::size_t before = memory::heap_in_use();
    run(requests);
    const std::size_t after = memory::heap_in_use();
    least = std::min(least, after - std::min(before, after));
  }
  return least > slack ? least : 0;
}

/// The same with an instance of its own, which is destroyed before what it left is counted.
std::size_t growth_after_destruction(Context& context, const Part& part) {
  const std::size_t index = static_cast<std::size_t>(&part.info() - context.plugin().info().modules.data());
  const auto lifetime = [&] {
    const Part own(part.info(), context.make(index), part.client_protocol(), part.provider_protocol());
    const std::vector<Part::Talk> talks = own.talks();
    for (std::size_t i = 0; i < requests; ++i) (void)barrier([&] { (void)own.run(talks[i % talks.size()]); });
  };
  lifetime();
  const std::size_t before = memory::heap_in_use();
  lifetime();
  const std::size_t after = memory::heap_in_use();
  return after > before + slack ? after - before : 0;
}

}  // namespace

Result check_separate_connections(Context& context) {
  constexpr int rounds = 2;
  Findings findings;
  Random random = context.random();
  std::size_t pairs = 0;
  each_part(context, findings, [&](const Part& part) {
    std::vector<std::string> marks;
    for (const Part::Talk& talk : part.talks())
      for (int round = 0; round < rounds; ++round) {
        const std::string first = new_mark(random), second = new_mark(random);
        marks.insert(marks.end(), {first, second});
        context.step("answer two requests through " + part.name() + " at once");
        std::array<Marked, 2> connections{Marked(part, talk, first), Marked(part, talk, second)};
        interleave(connections);
        ++pairs;
        for (const Marked& one : connections)
          if (const std::string what = mix_up(one, marks); !what.empty())
            return findings.fail(part.name() + " " + what +
                                 " what another connection of the same instance said; what one request needs belongs into its stage");
      }
  });
  if (pairs > 0) findings.good(std::to_string(pairs) + " pairs of connections saw nothing of each other");
  return findings.result();
}

Result check_request_memory(Context& context) {
  Findings findings;
  each_part(context, findings, [&](const Part& part) {
    context.step("send " + std::to_string(requests) + " requests through " + part.name());
    const std::size_t grown = growth(part);
    if (grown == 0) return findings.good(std::to_string(requests) + " requests left nothing behind");
    const std::string each = std::to_string(grown / requests) + " bytes";
    if (growth_after_destruction(context, part) > 0)
      findings.fail("each request through " + part.name() + " leaves about " + each + " behind, for good");
    else
      findings.warn(part.name() + " keeps about " + each + " of each request as long as it lives; " +
                    std::to_string(warm_up + blocks * requests) + " of the same requests came to no limit");
  });
  return findings.result();
}

}  // namespace patchbay::plugins::validator
