#include "pipeline/pooled_connection.hpp"

#include "pipeline/describe_call.hpp"
#include "pipeline/local_player.hpp"

namespace patchbay::pipeline {

namespace {

constexpr unsigned max_side_calls = 8;

}  // namespace

PooledConnection::PooledConnection(Worker& worker, InstanceBuilder& builder, std::shared_ptr<const Assembly> assembly,
                                   const AssembledRoute& route, const Chain& chain, Request&& request, Client& client)
    : worker_(worker),
      builder_(builder),
      assembly_(std::move(assembly)),
      route_(route),
      chain_settings_(chain),
      request_(std::move(request)),
      client_(client),
      chain_(client, this),
      connect_deadline_(worker.deadlines, [this] {
        fail(ErrorKind::timeout, "module_connection_timeout",
             "Module connection timeout after " + std::to_string(assembly_->settings.pool.connect_timeout.count()) + "ms");
      }) {}

void PooledConnection::begin() {
  wanted_.reserve(chain_settings_.transforms.size() + 1);
  if (chain_settings_.conditional) {
    const RequestFacts facts(request_);
    for (const ChainModule& module : chain_settings_.transforms)
      if (wanted(module, facts)) wanted_.push_back(&module);
    if (!wanted(chain_settings_.provider, facts) || chain_.finished()) return;
  } else {
    for (const ChainModule& module : chain_settings_.transforms) wanted_.push_back(&module);
  }
  wanted_.push_back(&chain_settings_.provider);
  uses_.reserve(wanted_.size());
  if (take_instances()) patch();
}

bool PooledConnection::wanted(const ChainModule& module, const RequestFacts& facts) {
  if (!module.condition) return true;
  try {
    if (module.condition->holds(facts)) return true;
  } catch (const DocumentError& fault) {
    fail(ErrorKind::invalid_request, "invalid_json", std::string("the request body is ") + fault.what());
    return false;
  }
  if (!module.optional || &module == &chain_settings_.provider)
    fail(ErrorKind::invalid_request, "condition_not_met",
         "route " + route_.settings.id + " needs module " + module.instance->key().type + ", whose condition (" + module.condition->text() +
             ") this request does not meet");
  return false;
}

bool PooledConnection::take_instances() {
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

void PooledConnection::wait_for(Instance& instance) {
  if (!connect_deadline_.armed()) connect_deadline_.arm(assembly_->settings.pool.connect_timeout);
  builder_.make(instance, assembly_, worker_.io, [this, &instance, alive = std::weak_ptr<bool>(alive_)](std::string failure) {
    if (alive.expired() || chain_.finished()) return;
    if (!failure.empty()) {
      fail(ErrorKind::unavailable, "instance_not_found",
           "Instance not found for " + std::string(name_of(instance.kind())) + ":" + instance.key().hash + ": " + failure);
    } else if (take_instances()) {
      patch();
    }
  });
}

void PooledConnection::patch() {
  connect_deadline_.disarm();
  const ConnectionInfo info{
      .request_id = request_.id,
      .route = route_.settings.id,
      .client_protocol = request_.protocol,
      .provider_protocol = chain_settings_.provider_protocol,
      .operation = request_.operation,
      .provider_serves = chain_settings_.provider_serves[static_cast<std::size_t>(request_.operation)],
  };
  provider_ = std::move(uses_.back());
  uses_.pop_back();
  for (Instance::Use& use : uses_)
    if (!chain_.add(std::move(use), info)) return;
  uses_.clear();
  run_stages();
}

void PooledConnection::run_stages() {
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

void PooledConnection::follow(Flow&& flow) {
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
    side_call_ = std::make_unique<SideCall>(worker_, std::move(ask->call), route_.settings.timeouts, [this](HttpReply&& reply) {
      if (std::optional<Flow> next = chain_.reply(next_stage_, std::move(reply), request_)) follow(std::move(*next));
    });
  } else if (!chain_.finished() && !chain_.is_finishing()) {
    fail(ErrorKind::internal, "unanswered", "a module of route " + route_.settings.id + " said that it had answered, and had not");
  }
}

void PooledConnection::call_provider() {
  const std::uint64_t turn = chain_settings_.next_credential.fetch_add(1, std::memory_order_relaxed);
  if (provider_.instance()->key().isolated) {
    const auto* remote = static_cast<const RemoteProvider*>(provider_.module());
    remote_ = remote->answer(request_, turn,
                             {worker_, client_, chain_, *provider_.instance(), route_.settings.timeouts, assembly_->settings.upstream});
    return;
  }
  const auto* provider = static_cast<const Provider*>(provider_.module());
  std::optional<Exchange> exchange = describe_call(*provider, *provider_.instance(), request_, turn, chain_);
  if (!exchange) return;

  client_.calling();
  reader_.emplace(worker_.deadlines, client_, chain_, *provider_.instance(), *provider, assembly_->settings.upstream);
  if (HttpCall* call = std::get_if<HttpCall>(&*exchange)) {
    reader_->expect(call->framing);
    reader_->attach(worker_.upstream.start(std::move(*call), route_.settings.timeouts, *reader_));
  } else {
    reader_->attach(play(worker_, std::get<LocalAnswer>(std::move(*exchange)), route_.settings.timeouts, *reader_));
  }
}

void PooledConnection::resume() {
  if (reader_) reader_->resume();
  if (remote_) remote_->resume();
}

void PooledConnection::fail(ErrorKind kind, std::string code, std::string message) {
  connect_deadline_.disarm();
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = "patchbay";
  chain_.fail(std::move(error));
}

}  // namespace patchbay::pipeline
