#include "comparison/engine_run.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "net/deadline_clock.hpp"
#include "upstream/client.hpp"

namespace patchbay::comparison {

namespace {

/// Takes calls down and never answers them.
class Recorder final : public upstream::Client {
 public:
  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts&, upstream::CallObserver&) override {
    if (!first) first = std::move(call);
    struct Silence final : upstream::Call {
      void pause() override {}
      void resume() override {}
    };
    return std::make_unique<Silence>();
  }
  void close_idle() override {}

  std::optional<HttpCall> first;
};

class Listener final : public pipeline::Client {
 public:
  void routed(const pipeline::Patch& patch) override { target = std::string(patch.target) + " of " + std::string(patch.provider); }
  void calling() override {}
  void provider_headers(Headers&&) override {}
  void keep_alive() override {}
  [[nodiscard]] std::size_t unsent() const override { return 0; }
  [[nodiscard]] std::string caller() const override { return "comparison"; }
  void response(Response&& response) override { answer = "answer " + std::string(response.body.text()); }
  void event(Event&& event) override { answer += "event " + std::string(event.data.text()) + "\n"; }
  void end() override { answer += "end"; }
  void error(Error&& error) override { answer += "error " + std::string(name_of(error.kind)) + " " + error.code; }
  void lost(Loss&&) override {}

  std::string target;
  std::string answer;
};

std::string first_difference(std::string_view one, std::string_view other) {
  const auto [here, there] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  const auto at = static_cast<std::size_t>(here - one.begin());
  const std::size_t from = at > 20 ? at - 20 : 0;
  return "from byte " + std::to_string(at) + ": '" + std::string(one.substr(from, 60)) + "' and '" + std::string(other.substr(from, 60)) +
         "'";
}

std::string header_difference(const Headers& one, const Headers& other) {
  std::string names;
  for (const auto& [name, value] : one)
    if (other.find(name) != value) names += (names.empty() ? "" : ", ") + name;
  for (const auto& [name, value] : other)
    if (!one.contains(name)) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

std::vector<Outcome> run(pipeline::Engine& engine, const std::vector<Sample>& corpus) {
  std::vector<Outcome> outcomes;
  boost::asio::io_context io;
  net::DeadlineClock deadlines(io);
  for (const Sample& sample : corpus) {
    io.restart();
    Recorder upstream;
    Listener client;
    pipeline::Worker worker{io, deadlines, upstream};
    Request request = sample.request();
    const auto begin = std::chrono::steady_clock::now();
    {
      const std::unique_ptr<pipeline::Connection> connection = engine.start(worker, std::move(request), client);
      while (!upstream.first && client.answer.empty() && io.run_one_for(std::chrono::seconds(5)) != 0) {
      }
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    outcomes.push_back({std::move(client.target), std::move(upstream.first), std::move(client.answer), took});
  }
  return outcomes;
}

std::string difference(const Outcome& one, const Outcome& other) {
  if (one.target != other.target) return "target: '" + one.target + "' and '" + other.target + "'";
  if (one.call.has_value() != other.call.has_value() || (!one.call && one.answer != other.answer))
    return "answer: '" + one.answer + "' and '" + other.answer + "'";
  if (!one.call) return {};
  if (one.call->url != other.call->url) return "url: '" + one.call->url + "' and '" + other.call->url + "'";
  if (std::string names = header_difference(one.call->headers, other.call->headers); !names.empty()) return "headers: " + names;
  if (one.call->body != other.call->body) return "body " + first_difference(one.call->body, other.call->body);
  return {};
}

std::chrono::nanoseconds percentile(const std::vector<Outcome>& outcomes, double share) {
  if (outcomes.empty()) return std::chrono::nanoseconds(0);
  std::vector<std::chrono::nanoseconds> times;
  for (const Outcome& one : outcomes) times.push_back(one.took);
  std::sort(times.begin(), times.end());
  return times[std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())))];
}

}  // namespace patchbay::comparison
