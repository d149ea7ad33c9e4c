#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "answer_cache.hpp"
#include "cache_key.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay::exact_cache {

namespace {

constexpr const char* manual =
    R"md(Answers a request that was answered before from memory, whole answers and streams.

    [library.cache]
    type = "workflow-exact-cache"
    config = { ttl = "10m", max_bytes = 268435456, vary = ["x-team"] }

Two requests are the same if protocol, operation, model, form (whole or stream), the headers in `vary` and the body are, whatever the order
of its fields, and without those in `ignore`. The model's name and the body are as this module sees them: in the provider's protocol, after the
modules to its left. A whole answer does not serve a request for a stream, nor the other way round.

Kept are answers to requests with `temperature` 0, embeddings and token counts; with `all = true` any other, too. Never kept: errors, streams
that broke off, answers larger than `max_entry_bytes`, and those that depend on what the provider remembers (`previous_response_id`,
`conversation`, `container`, `cachedContent`, `background`). A replayed stream comes at once; ids and times in answers are those of the first one.

`cache-control` of a request is honoured: `no-store` passes the cache by, `no-cache` asks the provider and keeps what it says,
`max-age=SECONDS` takes no older answer, `only-if-cached` is a 504 where there is none.

Clients share answers: their credentials do not reach modules. Where one must not see what another asked, name a header that tells them apart in
`vary`, or give them routes with caches of their own (two configurations that differ are two caches). The memory is that of this process and
empty after a restart. Two same requests at the same time both go to the provider: a stage cannot wait for another. Clients are not told
whether an answer comes from here, because a stage has no way to add a header; the log says so at level debug.
)md";

struct Config {
  std::chrono::milliseconds ttl{3'600'000};
  std::size_t max_entries = 10'000;
  std::size_t max_bytes = 64u << 20;
  std::size_t max_entry_bytes = 1u << 20;
  bool all = false;
  std::vector<std::string> vary;
  std::vector<std::string> ignore = {"user", "metadata", "safety_identifier", "prompt_cache_key"};

  static constexpr config::Doc docs[] = {
      {.field = "ttl", .text = "How long an answer is served.", .minimum = 1},
      {.field = "max_entries", .text = "Most answers that are kept; those not used for longest go first.", .minimum = 1},
      {.field = "max_bytes", .text = "Most memory for answers and what they are found by.", .minimum = 1024},
      {.field = "max_entry_bytes", .text = "Largest answer that is kept.", .minimum = 1},
      {.field = "all", .text = "Keeps answers that another call would have worded differently, too."},
      {.field = "vary", .text = "Headers that tell requests apart."},
      {.field = "ignore", .text = "Top-level fields of the body that do not."},
  };
};
BOOST_DESCRIBE_STRUCT(Config, (), (ttl, max_entries, max_bytes, max_entry_bytes, all, vary, ignore))

Error not_cached() {
  return {.kind = ErrorKind::timeout,
          .status = 504,
          .message = "the request says only-if-cached, and its answer is not in the cache",
          .code = "not_cached",
          .source = "workflow-exact-cache"};
}

/// What a whole answer says of itself: one of Responses may be that it failed, or is not ready.
bool is_complete(const Document& answer) {
  const boost::json::value& body = answer.read();
  if (!body.is_object()) return false;
  const boost::json::value* const error = body.get_object().if_contains("error");
  if (error != nullptr && !error->is_null()) return false;
  const boost::json::value* const status = body.get_object().if_contains("status");
  return status == nullptr || !status->is_string() || *status == "completed" || *status == "incomplete";
}

/// What the stages of a module share. [request: concurrent]
struct Shared {
  explicit Shared(Config given, const Host& host) : config(std::move(given)), host(host), cache(config.max_entries, config.max_bytes) {}
  const Config config;
  const Host& host;
  mutable AnswerCache cache;  // locks itself
};

class CacheStage final : public Stage {
 public:
  CacheStage(const Shared& shared, std::string_view request_id) : shared_(shared), request_id_(request_id) {}

  Flow request(Request& request, Downstream& back) override {
    const Config& config = shared_.config;
    const CacheControl control = cache_control(request.headers);
    const bool serves =
        !control.no_store && request.body.read().is_object() && !is_stateful(request) && (config.all || is_deterministic(request));
    if (serves) {
      key_ = cache_key(request, config.vary, config.ignore);
      const auto max_age = std::min<std::chrono::milliseconds>(config.ttl, control.max_age.value_or(std::chrono::hours(24 * 365)));
      if (!control.no_cache)
        if (const auto answer = shared_.cache.find(key_, shared_.host.now(), max_age)) return replay(*answer, back);
      recording_ = std::make_shared<StoredAnswer>();
    }
    if (!control.only_if_cached) return Forward{};
    recording_.reset();
    back.error(not_cached());
    return Answered{};
  }

  void response(Response&& response, Downstream& back) override {
    if (recording_ && response.body.text().size() <= shared_.config.max_entry_bytes && is_complete(response.body)) {
      recording_->whole = response.body.text();
      keep();
    }
    back.response(std::move(response));
  }

  void event(Event&& event, Downstream& back) override {
    if (recording_) {
      recording_->streamed = true;
      recording_->events.push_back({event.name, std::string(event.data.text())});
      recorded_bytes_ += event.name.size() + event.data.text().size();
      if (recorded_bytes_ > shared_.config.max_entry_bytes) recording_.reset();
    }
    back.event(std::move(event));
  }

  void end(Downstream& back) override {
    if (recording_ && recording_->streamed) keep();
    back.end();
  }

  void error(Error&& error, Downstream& back) override {
    recording_.reset();
    back.error(std::move(error));
  }

 private:
  Flow replay(const StoredAnswer& answer, Downstream& back) const {
    shared_.host.log(Host::Level::debug, "request " + request_id_ + " is answered from the cache");
    if (answer.streamed) {
      for (const EventText& event : answer.events) back.event(Event{event.name, Document(event.data)});
      back.end();
    } else {
      back.response(Response{Document(answer.whole)});
    }
    return Answered{};
  }

  void keep() { shared_.cache.store(std::move(key_), std::exchange(recording_, nullptr), shared_.host.now()); }

  const Shared& shared_;
  std::string request_id_;
  std::string key_;
  std::shared_ptr<StoredAnswer> recording_;  // null: not kept
  std::size_t recorded_bytes_ = 0;
};

class ExactCache final : public Transform {
 public:
  using Config = exact_cache::Config;
  ExactCache(Config config, const Host& host) : shared_(std::move(config), host) {}

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
    return std::make_unique<CacheStage>(shared_, info.request_id);
  }

 private:
  const Shared shared_;
};

}  // namespace

}  // namespace patchbay::exact_cache

PATCHBAY_PLUGIN("dev.patchbay.workflow-exact-cache", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::exact_cache::ExactCache>(patchbay::ModuleKind::workflow, "workflow-exact-cache",
                                                                    "Answers the same request again from memory", "experimental",
                                                                    patchbay::exact_cache::manual))
