#include "probes/probe.hpp"

#include <algorithm>
#include <utility>

namespace patchbay::probes {

namespace {

constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int first_failure = 500;
constexpr std::size_t enough = 1u << 20;  // of a body: who sends that much is well

}  // namespace

Probe::Probe(const Means& means, Gate& gate, Subject&& subject)
    : means_(means), gate_(gate), subject_(std::move(subject)), timer_(means.deadlines, [this] { gate_.due(*this); }) {
  wait(std::chrono::milliseconds(1), subject_.how.settings.interval / 10);  // the first one soon, and not all at once
}

void Probe::wait(std::chrono::milliseconds least, std::chrono::milliseconds most) {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> between(least.count(), std::max(least, most).count());
  timer_.arm(std::chrono::milliseconds(std::max<std::chrono::milliseconds::rep>(between(random_), 1)));
}

void Probe::run() {
  running_ = true;
  began_ = Clock::now();
  if (subject_.how.calls.empty()) return connect();
  // A key that rests is left alone, be it for the provider's sake; the way there can be looked at all the same.
  if (const std::optional<std::size_t> key = usable_key())
    call(*key);
  else
    connect();
}

std::optional<std::size_t> Probe::usable_key() {
  const pipeline::LazyNow now(began_);
  for (std::size_t step = 1; step <= subject_.how.calls.size(); ++step) {
    const std::size_t key = (key_ + step) % subject_.how.calls.size();
    if (key >= subject_.keys.size() || subject_.keys[key]->usable(now)) return key;
  }
  return std::nullopt;
}

void Probe::call(std::size_t key) {
  key_ = key;
  body_ = 0;
  status_ = 0;
  const std::chrono::milliseconds timeout = subject_.how.settings.timeout;
  HttpCall call = subject_.how.calls[key];
  call_ = means_.client.start(std::move(call), {.connect = timeout, .first_byte = timeout, .idle = timeout, .total = timeout}, *this);
}

void Probe::connect() {
  dial_ = means_.dialer.dial(subject_.how.origin, subject_.how.settings.timeout, [this](const std::optional<upstream::Failure>& failure) {
    finish(!failure, failure ? failure->message : "connected");
  });
}

void Probe::data(std::string_view bytes) {
  body_ += bytes.size();
  if (body_ > enough) complete();
}

void Probe::complete() {
  judge_key();
  finish(status_ < first_failure, "status " + std::to_string(status_));
}

/// As for requests. A 429 says nothing of the key: it may well be for the probes themselves.
void Probe::judge_key() const {
  if (key_ >= subject_.keys.size() || (status_ != unauthorized && status_ != forbidden)) return;
  subject_.keys[key_]->refused(pipeline::LazyNow(), subject_.rules, status_ == unauthorized);
}

void Probe::finish(bool passed, std::string said) {
  call_.reset();
  dial_.reset();
  running_ = false;
  const config::ProbeSettings& settings = subject_.how.settings;
  const Clock::time_point now = Clock::now();
  const std::chrono::milliseconds tenth = settings.interval / 10;
  // Until the next probe has had its say.
  const std::chrono::milliseconds rest = settings.interval + tenth + settings.timeout + net::DeadlineClock::tick * 2;
  for (const auto& target : subject_.targets) {
    pipeline::ProbeRecord::Result result{now, now - began_, said};
    if (passed)
      target->probe_passed(now, settings.passes, std::move(result));
    else
      target->probe_failed(now, settings.failures, rest, std::move(result));
  }
  wait(settings.interval - tenth, settings.interval + tenth);
  gate_.over(*this);
}

}  // namespace patchbay::probes
