#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "config/failover_settings.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/chain_probe.hpp"
#include "pipeline/key_health.hpp"
#include "pipeline/target_health.hpp"
#include "upstream/client.hpp"
#include "upstream/dialer.hpp"

/// Asks targets whether they are well, beside the requests.
namespace patchbay::probes {

/// What probes are made with.
struct Means {
  net::DeadlineClock& deadlines;
  upstream::Client& client;
  upstream::Dialer& dialer;
};

/// One thing to probe, and whom what is found concerns: several targets that are asked the same share one probe.
struct Subject {
  pipeline::ChainProbe how;
  std::vector<std::shared_ptr<pipeline::TargetHealth>> targets;
  std::vector<std::shared_ptr<pipeline::KeyHealth>> keys;  ///< by call
  config::FailoverSettings rules;                          ///< for the keys
};

/// One subject's probes, one after the other, never two at once. Destroying it cancels the one under way. [control thread]
class Probe final : private upstream::CallObserver {
 public:
  /// Who decides when a probe that is due may begin.
  class Gate {
   public:
    virtual void due(Probe& probe) = 0;
    /// It has ended: another may begin.
    virtual void over(Probe& probe) = 0;

   protected:
    ~Gate() = default;
  };

  Probe(const Means& means, Gate& gate, Subject&& subject);
  Probe(const Probe&) = delete;

  /// Other targets, keys or rules; what is asked stays.
  void follow(Subject&& subject) { subject_ = std::move(subject); }

  /// Begins the probe that is due; the gate hears when it is over, never from within this call.
  void run();
  [[nodiscard]] bool running() const { return running_; }

 private:
  using Clock = std::chrono::steady_clock;

  void wait(std::chrono::milliseconds least, std::chrono::milliseconds most);
  /// The next key that does not rest; nothing if all do.
  [[nodiscard]] std::optional<std::size_t> usable_key();
  void call(std::size_t key);
  void connect();

  void head(int status, Headers&&) override { status_ = status; }
  void data(std::string_view bytes) override;
  void complete() override;
  void failed(upstream::Failure&& failure) override { finish(false, std::move(failure.message)); }
  void finish(bool passed, std::string said);
  void judge_key() const;

  const Means means_;
  Gate& gate_;
  Subject subject_;
  std::minstd_rand random_{std::random_device{}()};
  net::Deadline timer_;
  std::unique_ptr<upstream::Call> call_;
  std::unique_ptr<upstream::Dialer::Dial> dial_;
  Clock::time_point began_;
  std::size_t key_ = 0;
  std::size_t body_ = 0;
  int status_ = 0;
  bool running_ = false;
};

}  // namespace patchbay::probes
