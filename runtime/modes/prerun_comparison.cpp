#include <algorithm>

#include "modes/comparison.hpp"
#include "modes/prerun_validator.hpp"
#include "modes/rehearsal.hpp"

namespace patchbay::modes {

namespace {

constexpr std::size_t most_models = 16;

/// V1 and V2 may serve a model by providers of different protocols; then the samples are the same conversation in other words.
std::string protocol_called(const ScriptedUpstream& upstream) {
  return upstream.calls().empty() ? std::string() : std::string(protocol_of_call(upstream.calls().front()));
}

void compare(pipeline::Engine& v1, pipeline::Engine& v2, const SampleRequest& request, const std::string& model, Rehearsal& rehearsal,
             PreRunReport& report) {
  rehearsal.upstream().script({}, request.conversation, false);
  const SeenAnswer before = rehearsal.play(v1, request, model);
  if (!before.complete) return;  // what V1 does not serve V2 does not owe
  const std::string protocol_before = protocol_called(rehearsal.upstream());
  rehearsal.upstream().script({}, request.conversation, false);
  const SeenAnswer after = rehearsal.play(v2, request, model);
  const bool same_protocol = protocol_called(rehearsal.upstream()) == protocol_before;

  ++report.compared;
  const std::string sample = request.name + ", model " + (request.model.empty() ? model : request.model);
  if (!after.complete) {
    report.findings.push_back({after.route,
                               after.target,
                               sample,
                               "V2 compatibility issue: V1 answers this request and V2 does not",
                               {},
                               after.error ? after.error->message : "the answer was not complete",
                               false});
    return;
  }
  Comparison comparison(default_ignored(), same_protocol ? Comparison::What::values : Comparison::What::shapes);
  comparison.answers(before, after);
  for (const Difference& difference : comparison.differences())
    report.findings.push_back({after.route, after.target, sample, format_mismatch, difference.path,
                               "V1 has " + (difference.v1.empty() ? "nothing" : difference.v1) + ", V2 has " +
                                   (difference.v2.empty() ? "nothing" : difference.v2),
                               false});
}

}  // namespace

void compare_with_v1(pipeline::Engine& v1, pipeline::Engine& v2, const std::vector<SampleRequest>& requests, PreRunReport& report) {
  std::vector<std::string> models;
  for (const pipeline::ModelEntry& model : v1.models())
    if (models.size() < most_models) models.push_back(model.id);
  if (models.empty()) models.emplace_back("sample-model");
  Rehearsal rehearsal;
  for (const SampleRequest& request : requests) {
    if (!request.model.empty()) {
      compare(v1, v2, request, request.model, rehearsal, report);
      continue;
    }
    for (const std::string& model : models) compare(v1, v2, request, model, rehearsal, report);
  }
}

}  // namespace patchbay::modes
