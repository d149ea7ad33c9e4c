#include "modes/prerun_validator.hpp"

#include <algorithm>
#include <utility>

#include "modes/answer_shape.hpp"
#include "modes/rehearsal.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::modes {

namespace {

constexpr const char* request_failed = "V2 compatibility issue: the request failed";
constexpr const char* reply_failed = "V2 compatibility issue: a refusal of the provider is not passed on";

/// A configuration with one target of one route and nothing else, and whose route takes whatever its modules can carry.
config::Settings only(const config::Settings& settings, const config::Route& route, const config::Target& target) {
  config::Settings one = settings;
  one.hooks.clear();
  one.v1 = {};
  one.routes.clear();
  config::Route alone = route;
  alone.targets = {target};
  // What refers to the pattern that is gone; samples name a model of the provider.
  if (alone.targets.front().model.find('\\') != std::string::npos) alone.targets.front().model.clear();
  alone.fallback.clear();
  alone.hedge = {};
  alone.pattern = {};
  alone.pattern.protocols = route.pattern.protocols;
  alone.pattern.operations = route.pattern.operations;
  one.routes.push_back(std::move(alone));
  return one;
}

/// Whether the route's own pattern could ever see such a request.
bool fits(const config::Pattern& pattern, const SampleRequest& request) {
  if (pattern.stream && *pattern.stream != request.stream) return false;
  if (pattern.has_tools && *pattern.has_tools != (request.conversation == "tool call")) return false;
  return !pattern.has_images || *pattern.has_images == (request.conversation == "image");
}

}  // namespace

/// One target of one route.
class PreRunValidator::RouteRun {
 public:
  RouteRun(const config::Route& route, const config::Target& target, PreRunReport& report)
      : route_(route), target_{route.id, target.id, 0, false, false}, report_(report) {}

  void play(const config::Settings& settings, const config::Target& target, const pipeline::ModuleRegistry& registry,
            pipeline::StaticInstancePool& pool, const std::vector<SampleRequest>& requests) {
    pipeline::Assembled assembled = pipeline::PipelineAssembler(registry, pool).assemble(only(settings, route_, target), 1);
    for (const config::Diagnostic& fault : assembled.diagnostics)
      if (!fault.warning) found({}, "V2 compatibility issue: the route cannot be assembled", {}, to_string(fault));
    if (!assembled.assembly) return finish();
    for (const pipeline::WaitingRoute& waiting : assembled.assembly->waiting)
      warn({}, "the route waits for a plugin", "module " + waiting.module_type + " is not there yet");
    if (assembled.assembly->routes.empty()) return finish();

    const pipeline::Chain& chain = *assembled.assembly->routes.front()->chains.front();
    const std::string model = assembled.assembly->models.empty() ? "sample-model" : assembled.assembly->models.front().id;
    protocol_ = chain.provider_protocol;
    pipeline::AssemblySlot slot;
    slot.publish(assembled.assembly);
    pipeline::V2Engine engine(slot, pool);
    for (const SampleRequest& request : requests)
      if (fits(route_.pattern, request)) play_sample(engine, request, model);
    if (target_.samples == 0 && !target_.failed)
      warn({}, "no sample request fits this target", not_met_.empty() ? "use --requests with some that do" : not_met_);
    finish();
  }

  [[nodiscard]] const RehearsedTarget& target() const { return target_; }

 private:
  void play_sample(pipeline::Engine& engine, const SampleRequest& request, const std::string& model) {
    rehearsal_.upstream().script(protocol_, request.conversation, false);
    const SeenAnswer answer = rehearsal_.play(engine, request, model);
    if (!judge(answer, request)) return;
    ++target_.samples;
    if (rehearsal_.upstream().calls().empty()) return;  // answered in-process: nobody would refuse
    rehearsal_.upstream().script(protocol_, request.conversation, true);
    judge_refusal(rehearsal_.play(engine, request, model), request);
  }

  /// Whether the request passed through every stage and back.
  bool judge(const SeenAnswer& answer, const SampleRequest& request) {
    if (!answer.finished()) {
      found(request.name, request_failed, {}, "there was no complete answer within ten seconds");
      return false;
    }
    if (!answer.error) {
      const std::optional<ShapeFault> fault = shape_fault(answer, request.protocol, request.stream);
      if (fault) found(request.name, format_mismatch, fault->path, fault->message);
      return !fault;
    }
    const Error& error = *answer.error;
    if (error.code == "no_route") return false;  // the modules do not carry this protocol
    if (error.code == "condition_not_met") {
      not_met_ = error.message;
      return false;
    }
    if (!rehearsal_.upstream().unknown_protocol().empty()) {
      if (!std::exchange(told_unknown_, true))
        warn({}, "only the way of the requests was rehearsed",
             "there is no sample reply in protocol " + rehearsal_.upstream().unknown_protocol());
      return true;
    }
    const bool is_a_refusal = error.kind == ErrorKind::invalid_request || error.kind == ErrorKind::permission;
    if (is_a_refusal && rehearsal_.upstream().calls().empty()) {
      warn(request.name, "a module refuses this sample request", error.message);
      return false;
    }
    found(request.name, request_failed, {}, error.message);
    target_.recoverable = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timeout;
    return false;
  }

  void judge_refusal(const SeenAnswer& answer, const SampleRequest& request) {
    if (!rehearsal_.upstream().unknown_protocol().empty()) return;
    if (!answer.error)
      found(request.name, reply_failed, "/answer", answer.finished() ? "the client got an answer" : "the client got nothing");
    else if (answer.error->http_status() < 400 || answer.error->http_status() > 499)
      found(request.name, reply_failed, "/error/status",
            "expected a status of 4xx, found " + std::to_string(answer.error->http_status()) + ": " + answer.error->message);
  }

  void found(std::string sample, std::string message, std::string path, std::string detail) {
    target_.failed = true;
    report_.findings.push_back(
        {target_.route, target_.target, std::move(sample), std::move(message), std::move(path), std::move(detail), false});
  }
  void warn(std::string sample, std::string message, std::string detail) {
    report_.findings.push_back({target_.route, target_.target, std::move(sample), std::move(message), {}, std::move(detail), true});
  }
  void finish() { report_.targets.push_back(target_); }

  const config::Route& route_;
  RehearsedTarget target_;
  PreRunReport& report_;
  Rehearsal rehearsal_;
  std::string protocol_;
  std::string not_met_;
  bool told_unknown_ = false;
};

PreRunReport PreRunValidator::run(const config::Settings& settings, const std::vector<SampleRequest>& more) {
  PreRunReport report;
  std::vector<SampleRequest> requests = built_in_requests();
  requests.insert(requests.end(), more.begin(), more.end());
  pipeline::StaticInstancePool pool(settings.pool.unhealthy_after);
  for (const config::Route& route : settings.routes) {
    if (!route.enabled) continue;
    const std::size_t first = report.targets.size();
    for (const config::Target& target : route.targets) RouteRun(route, target, report).play(settings, target, registry_, pool, requests);
    const auto begin = report.targets.begin() + static_cast<std::ptrdiff_t>(first);
    const bool some_serve = std::any_of(begin, report.targets.end(), [](const RehearsedTarget& one) { return !one.failed; });
    for (auto one = begin; one != report.targets.end(); ++one) one->recoverable = one->failed && (one->recoverable || some_serve);
  }
  return report;
}

}  // namespace patchbay::modes
