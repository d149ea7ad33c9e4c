#include "pipeline/attempt.hpp"

#include <chrono>
#include <utility>

#include "pipeline/describe_call.hpp"
#include "pipeline/local_player.hpp"

namespace patchbay::pipeline {

namespace {

constexpr unsigned max_side_calls = 8;

bool is_by_host(const Error& error) {
  return error.kind == ErrorKind::internal || error.kind == ErrorKind::unavailable || error.code == "module_connection_timeout" ||
         error.code == "plugin_process_timeout";
}

}  // namespace

Attempt::Attempt(const Context& context, const AssembledRoute& route, Candidate&& candidate, Request&& request, bool hold)
    : context_(context),
      route_(route),
      candidate_(std::move(candidate)),
      settings_(*candidate_.chain),
      request_(std::move(request)),
      gate_(context.client, *this),
      chain_(gate_, this),
      hold_(hold),
      connect_deadline_(context.worker.deadlines, [this] {
        fail(ErrorKind::timeout, "module_connection_timeout",
             "Module connection timeout after " + std::to_string(context_.assembly->settings.pool.connect_timeout.count()) + "ms");
      }) {}

std::string_view Attempt::key_id() const {
  return candidate_.key < settings_.keys.size() ? std::string_view(settings_.keys[candidate_.key].id) : std::string_view();
}

void Attempt::begin() {
  if (settings_.model) settings_.model->apply(request_);
  wanted_.reserve(settings_.transforms.size() + 1);
  if (settings_.conditional) {
    const RequestFacts facts(request_);
    for (const ChainModule& module : settings_.transforms)
      if (wanted(module, facts)) wanted_.push_back(&module);
    if (!wanted(settings_.provider, facts) || chain_.finished()) return;
  } else {
    for (const ChainModule& module : settings_.transforms) wanted_.push_back(&module);
  }
  wanted_.push_back(&settings_.provider);
  uses_.reserve(wanted_.size());
  if (take_instances()) patch();
}

bool Attempt::wanted(const ChainModule& module, const RequestFacts& facts) {
  if (!module.condition) return true;
  try {
    if (module.condition->holds(facts)) return true;
  } catch (const DocumentError& fault) {
    fail(ErrorKind::invalid_request, "invalid_json", std::string("the request body is ") + fault.what());
    return false;
  }
  if (!module.optional || &module == &settings_.provider)
    fail(ErrorKind::invalid_request, "condition_not_met",
         "route " + route_.settings.id + " needs module " + module.instance->key().type + ", whose condition (" + module.condition->text() +
             ") this request does not meet");
  return false;
}

bool Attempt::take_instances() {
  while (uses_.size() < wanted_.size()) {
    Instance& instance = *wanted_[uses_.size()]->instance;
    Instance::Use use = instance.use();
    if (!use) {
      wait_for(instance);
      return false;
    }
    uses_.push_back(std::move(use));
  }
  return true;
}

void Attempt::wait_for(Instance& instance) {
  if (!connect_deadline_.armed()) connect_deadline_.arm(context_.assembly->settings.pool.connect_timeout);
  context_.builder.make(
      instance, context_.assembly, context_.worker.io, [this, &instance, alive = std::weak_ptr<bool>(alive_)](std::string failure) {
        if (alive.expired() || chain_.finished()) return;
        if (!failure.empty()) {
          fail(ErrorKind::unavailable, "instance_not_found",
               "Instance not found for " + std::string(name_of(instance.kind())) + ":" + instance.key().hash + ": " + failure);
        } else if (take_instances()) {
          patch();
        }
      });
}

void Attempt::patch() {
  connect_deadline_.disarm();
  const ConnectionInfo info{
      .request_id = request_.id,
      .route = route_.settings.id,
      .client_protocol = request_.protocol,
      .provider_protocol = settings_.provider_protocol,
      .operation = request_.operation,
      .provider_serves = settings_.provider_serves[static_cast<std::size_t>(request_.operation)],
  };
  observer_ = gate_.observe({route_.settings.id, settings_.id, settings_.provider.instance->key().type});
  if (observer_ != nullptr && observer_->watches_stages()) chain_.watch(observer_);
  provider_ = std::move(uses_.back());
  uses_.pop_back();
  for (Instance::Use& use : uses_)
    if (!chain_.add(std::move(use), info)) return;
  uses_.clear();
  chain_.connected();
  run_stages();
}

void Attempt::run_stages() {
  while (next_stage_ < chain_.size()) {
    std::optional<Flow> flow = chain_.request(next_stage_, request_);
    if (flow && std::holds_alternative<Forward>(*flow)) {
      ++next_stage_;
      continue;
    }
    if (flow) follow(std::move(*flow));
    return;
  }
  call_provider();
}

void Attempt::follow(Flow&& flow) {
  if (std::holds_alternative<Forward>(flow)) {
    ++next_stage_;
    run_stages();
  } else if (Ask* ask = std::get_if<Ask>(&flow)) {
    if (++side_calls_made_ > max_side_calls) {
      fail(ErrorKind::internal, "too_many_side_calls",
           "the modules of route " + route_.settings.id + " made more than " + std::to_string(max_side_calls) +
               " side calls for one request");
      return;
    }
    side_call_ = std::make_unique<SideCall>(context_.worker, std::move(ask->call), route_.settings.timeouts, [this](HttpReply&& reply) {
      if (std::optional<Flow> next = chain_.reply(next_stage_, std::move(reply), request_)) follow(std::move(*next));
    });
  } else if (!chain_.finished() && !chain_.is_finishing()) {
    fail(ErrorKind::internal, "unanswered", "a module of route " + route_.settings.id + " said that it had answered, and had not");
  }
}

void Attempt::call_provider() {
  if (hold_) gate_.hold();
  const bool priced = !context_.assembly->settings.access.prices.empty();
  if (settings_.measured) called_at_ = std::chrono::steady_clock::now();
  const config::UpstreamSettings& limits = context_.assembly->settings.upstream;
  Instance& instance = *provider_.instance();
  if (instance.key().isolated) {
    const auto* remote = static_cast<const RemoteProvider*>(provider_.module());
    remote_ = remote->answer(
        request_, candidate_.key,
        {context_.worker, gate_, chain_, instance, route_.settings.timeouts, limits, *this, observer_, priced ? &request_ : nullptr});
    return;
  }
  const auto* provider = static_cast<const Provider*>(provider_.module());
  std::optional<Described> described;
  {
    const WatchedCall watched(chain_.observer(), chain_.size(), AttemptObserver::Way::to_provider);
    described = describe_call(*provider, instance, request_, candidate_.key, chain_);
  }
  if (!described) return;
  Exchange& exchange = described->exchange;

  if (priced) tell_model(std::get_if<HttpCall>(&exchange), request_, gate_);
  gate_.calling();
  ProviderWatch& watch = *this;
  reader_.emplace(context_.worker.deadlines, gate_, chain_, instance, *provider, limits, watch);
  if (HttpCall* call = std::get_if<HttpCall>(&exchange)) {
    reader_->expect(call->framing);
    reader_->keep_usage(described->kept_usage);
    reader_->observe(observer_);
    if (observer_ != nullptr) observer_->calling(*call);
    reader_->attach(context_.worker.upstream.start(std::move(*call), route_.settings.timeouts, *reader_));
  } else {
    reader_->attach(play(context_.worker, std::get<LocalAnswer>(std::move(exchange)), route_.settings.timeouts, *reader_));
  }
}

void Attempt::resume() {
  if (reader_) reader_->resume();
  if (remote_) remote_->resume();
}

void Attempt::answering() {
  gate_.release();
  if (std::exchange(answering_, true)) return;
  candidate_.pass.began(LazyNow());
  if (candidate_.key < settings_.keys.size()) settings_.keys[candidate_.key].health->succeeded();
  if (called_at_) {
    const HealthTime now = std::chrono::steady_clock::now();
    settings_.health->latency().observe(now - *called_at_, now);
  }
}

void Attempt::failed(const Error& error, Fault fault) {
  if (std::exchange(blamed_, fault)) return;
  const LazyNow now;
  const config::FailoverSettings& rules = route_.settings.failover;
  KeyHealth* const key = candidate_.key < settings_.keys.size() ? settings_.keys[candidate_.key].health.get() : nullptr;
  switch (fault) {
    case Fault::key:
      if (key != nullptr) key->rate_limited(now, rules, error.retry_after);
      return;
    case Fault::refused_key:
    case Fault::doubted_key:
      if (key != nullptr) key->refused(now, rules, fault == Fault::refused_key);
      return;
    case Fault::target: candidate_.pass.failed(now, rules, error.retry_after); return;
    case Fault::request:
    case Fault::host: return;
  }
}

void Attempt::attempt_failed(Error&& error) {
  over_ = true;
  connect_deadline_.disarm();
  // What the provider was not to blame for came from a module on the way: a faulty one is not in every chain.
  fault_ = blamed_.value_or(is_by_host(error) ? Fault::host : Fault::request);
  candidate_.pass.leave();
  context_.owner.failed(*this, std::move(error));
}

void Attempt::fail(ErrorKind kind, std::string code, std::string message) {
  connect_deadline_.disarm();
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = "patchbay";
  chain_.fail(std::move(error));
}

}  // namespace patchbay::pipeline
