#include "monitoring/request_metrics.hpp"

#include <algorithm>
#include <map>

namespace patchbay::monitoring {

namespace {

constexpr char separator = '\x1f';
constexpr std::size_t most_series = 4'096;  // of a shard; the configuration would have to name as many targets
constexpr std::string_view other = "other";
constexpr std::array<std::string_view, 6> status_classes{"disconnected", "1xx", "2xx", "3xx", "4xx", "5xx"};

/// The labels of a series, from its key.
struct SeriesLabels {
  explicit SeriesLabels(std::string_view key) {
    for (std::string_view* const part : {&route, &target, &provider, &protocol}) {
      const std::size_t end = key.find(separator);
      *part = key.substr(0, end);
      if (end == std::string_view::npos) break;
      key.remove_prefix(end + 1);
    }
  }
  std::string_view route, target, provider, protocol;
};

/// Adds what another request used; Usage::merge is for reports of the same one.
void add(Usage& sum, const Usage& more) {
  sum.input_tokens += more.input_tokens;
  sum.output_tokens += more.output_tokens;
  sum.cached_input_tokens += more.cached_input_tokens;
  sum.cache_write_tokens += more.cache_write_tokens;
  sum.reasoning_tokens += more.reasoning_tokens;
}

struct TokenKind {
  std::string_view name;
  std::uint64_t Usage::*count;
};
constexpr std::array token_kinds{TokenKind{"input", &Usage::input_tokens}, TokenKind{"output", &Usage::output_tokens},
                                 TokenKind{"cached_input", &Usage::cached_input_tokens},
                                 TokenKind{"cache_write", &Usage::cache_write_tokens}, TokenKind{"reasoning", &Usage::reasoning_tokens}};

double money(std::int64_t cost) { return static_cast<double>(cost) / 1e9; }

double seconds(RequestNotes::Clock::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

RequestMetrics::Shard::Series& RequestMetrics::Shard::Series::operator+=(const Series& more) {
  for (std::size_t i = 0; i < by_status_class.size(); ++i) by_status_class[i] += more.by_status_class[i];
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] += more.errors[i];
  duration += more.duration;
  first_byte += more.first_byte;
  output_token += more.output_token;
  connect += more.connect;
  upstream_connect += more.upstream_connect;
  add(usage, more.usage);
  cost += more.cost;
  setbacks += more.setbacks;
  bytes_in += more.bytes_in;
  bytes_out += more.bytes_out;
  events += more.events;
  losses += more.losses;
  return *this;
}

RequestMetrics::Shard::Series& RequestMetrics::Shard::series_of(const RequestNotes& notes) {
  const auto or_none = [](const std::string& name) { return name.empty() ? std::string_view("none") : std::string_view(name); };
  key_.assign(or_none(notes.route)).append(1, separator).append(or_none(notes.target)).append(1, separator);
  key_.append(or_none(notes.provider)).append(1, separator).append(notes.protocol);
  const auto found = series_.find(key_);
  if (found != series_.end()) return found->second;
  if (series_.size() >= most_series) {
    key_.assign(other);
    for (int i = 0; i < 3; ++i) key_.append(1, separator).append(other);
  }
  return series_[key_];
}

void RequestMetrics::Shard::ended(const RequestNotes& notes, bool counted) {
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  if (!counted) return;
  const std::lock_guard lock(mutex_);
  Series& series = series_of(notes);
  ++series.by_status_class[notes.outcome == Outcome::disconnected ? 0 : static_cast<std::size_t>(std::clamp(notes.status / 100, 1, 5))];
  if (notes.failure) ++series.errors[static_cast<std::size_t>(notes.failure->kind)];
  series.duration.observe(seconds(notes.duration()));
  if (notes.first_byte != RequestNotes::Instant{}) series.first_byte.observe(seconds(notes.time_to_first_byte()));
  if (notes.stream && notes.usage.output_tokens > 1 && notes.first_byte != RequestNotes::Instant{})
    series.output_token.observe(seconds(notes.ended - notes.first_byte) / static_cast<double>(notes.usage.output_tokens - 1));
  if (notes.called != RequestNotes::Instant{}) series.connect.observe(seconds(notes.called - notes.routed));
  for (const AttemptNotes& attempt : notes.attempts)
    if (attempt.connecting.count() > 0) series.upstream_connect.observe(seconds(attempt.connecting));
  add(series.usage, notes.usage);
  series.cost += notes.cost.value_or(0);
  series.setbacks += notes.setbacks;
  series.bytes_in += notes.bytes_in;
  series.bytes_out += notes.bytes_out;
  series.events += notes.events;
  series.losses += notes.losses;

  if (notes.route.empty() || notes.model.empty()) return;
  auto model = models_.find(notes.model);
  if (model == models_.end()) model = models_.try_emplace(all_.admit_model(notes.model) ? notes.model : std::string(other)).first;
  ++model->second.requests;
  add(model->second.usage, notes.usage);
  model->second.cost += notes.cost.value_or(0);
}

RequestMetrics::Shard& RequestMetrics::add_shard() { return *shards_.emplace_back(std::make_unique<Shard>(*this)); }

bool RequestMetrics::admit_model(const std::string& model) {
  const std::lock_guard lock(models_mutex_);
  if (std::find(models_.begin(), models_.end(), model) != models_.end()) return true;
  if (models_.size() >= max_models_) return false;
  models_.push_back(model);
  return true;
}

std::uint64_t RequestMetrics::in_flight() const {
  std::int64_t sum = 0;
  for (const auto& shard : shards_) sum += shard->in_flight_.load(std::memory_order_relaxed);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

void RequestMetrics::add_metrics(PrometheusText& text) const {
  std::map<std::string, Shard::Series> all;
  std::map<std::string, Shard::OfModel> models;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard->mutex_);
    for (const auto& [key, series] : shard->series_) all[key] += series;
    for (const auto& [model, of] : shard->models_) {
      models[model].requests += of.requests;
      add(models[model].usage, of.usage);
      models[model].cost += of.cost;
    }
  }

  text.metric("patchbay_requests_in_flight", "gauge", "Requests that began and were not answered yet.");
  text.sample({}, in_flight());

  text.metric("patchbay_requests_total", "counter", "Requests that ended, by the class of the status that the client got.");
  for (const auto& [key, series] : all) {
    const SeriesLabels of(key);
    for (std::size_t i = 0; i < status_classes.size(); ++i)
      if (series.by_status_class[i] != 0)
        text.sample({{"route", of.route},
                     {"target", of.target},
                     {"provider", of.provider},
                     {"protocol", of.protocol},
                     {"status", status_classes[i]}},
                    series.by_status_class[i]);
  }
  text.metric("patchbay_request_errors_total", "counter", "Requests whose answer was, or ended with, an error, by its kind.");
  for (const auto& [key, series] : all) {
    const SeriesLabels of(key);
    for (std::size_t i = 0; i < series.errors.size(); ++i)
      if (series.errors[i] != 0)
        text.sample({{"route", of.route},
                     {"target", of.target},
                     {"provider", of.provider},
                     {"protocol", of.protocol},
                     {"kind", patchbay::name_of(static_cast<ErrorKind>(i))}},
                    series.errors[i]);
  }

  const auto histogram = [&](std::string_view name, std::string_view help, auto Shard::Series::*member) {
    text.metric(name, "histogram", help);
    for (const auto& [key, series] : all) {
      const SeriesLabels of(key);
      const auto& measured = series.*member;
      text.histogram({{"route", of.route}, {"target", of.target}, {"provider", of.provider}, {"protocol", of.protocol}}, measured.bounds(),
                     measured.counts(), measured.sum());
    }
  };
  histogram("patchbay_request_duration_seconds", "From the request's head to the last byte of the answer.", &Shard::Series::duration);
  histogram("patchbay_time_to_first_byte_seconds", "From the request's head to the first byte of the answer's body.",
            &Shard::Series::first_byte);
  histogram("patchbay_time_per_output_token_seconds", "From the first byte to the last of a stream, for each token after the first.",
            &Shard::Series::output_token);

  histogram("patchbay_connect_seconds", "From the choice of the route to the call: instances, stages, and what they make of the request.",
            &Shard::Series::connect);
  histogram("patchbay_upstream_connect_seconds", "To connect to a provider, where no connection was kept: name, TCP, proxy, TLS.",
            &Shard::Series::upstream_connect);

  text.metric("patchbay_tokens_total", "counter",
              "Tokens, as providers count them; cached_input and cache_write are part of input, reasoning of output.");
  for (const auto& [key, series] : all) {
    const SeriesLabels of(key);
    for (const TokenKind& kind : token_kinds)
      text.sample({{"route", of.route}, {"target", of.target}, {"provider", of.provider}, {"protocol", of.protocol}, {"kind", kind.name}},
                  series.usage.*kind.count);
  }

  text.metric("patchbay_cost_total", "counter", "What answers cost by [[prices]], in their currency; of models with a price.");
  for (const auto& [key, series] : all) {
    const SeriesLabels of(key);
    text.sample({{"route", of.route}, {"target", of.target}, {"provider", of.provider}, {"protocol", of.protocol}}, money(series.cost));
  }

  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t Shard::Series::*member) {
    text.metric(name, "counter", help);
    for (const auto& [key, series] : all) {
      const SeriesLabels of(key);
      text.sample({{"route", of.route}, {"target", of.target}, {"provider", of.provider}, {"protocol", of.protocol}}, series.*member);
    }
  };
  counter("patchbay_request_bytes_total", "Bytes of requests' bodies.", &Shard::Series::bytes_in);
  counter("patchbay_response_bytes_total", "Bytes of answers, without their framing.", &Shard::Series::bytes_out);
  counter("patchbay_stream_events_total", "Events that went to clients.", &Shard::Series::events);
  counter("patchbay_request_retries_total", "Attempts that came to nothing before the one that answered.", &Shard::Series::setbacks);
  counter("patchbay_fidelity_losses_total", "Fields of requests that the provider's protocol had no words for.", &Shard::Series::losses);

  text.metric("patchbay_model_requests_total", "counter", "Requests by the model that the client named; rarer ones are \"other\".");
  for (const auto& [model, of] : models) text.sample({{"model", model}}, of.requests);
  text.metric("patchbay_model_tokens_total", "counter", "Tokens by the model that the client named, as providers count them.");
  for (const auto& [model, of] : models)
    for (const TokenKind& kind : token_kinds) text.sample({{"model", model}, {"kind", kind.name}}, of.usage.*kind.count);
  text.metric("patchbay_model_cost_total", "counter", "What answers cost by [[prices]], by the model that the client named.");
  for (const auto& [model, of] : models) text.sample({{"model", model}}, money(of.cost));
}

}  // namespace patchbay::monitoring
