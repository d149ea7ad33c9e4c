#include <cstdio>

#include "commands/assemble_file.hpp"
#include "commands/cli.hpp"
#include "modes/prerun_validator.hpp"
#include "patchbay/plain_json.hpp"
#include "pipeline/v1_engine.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::commands {

namespace {

/// The Assembly of a file; null, and its faults are printed, if it is not valid.
std::shared_ptr<const pipeline::Assembly> checked(const AssembledFile& file, const std::string& path) {
  if (file.assembly) return file.assembly;
  for (const config::Diagnostic& one : file.diagnostics) std::fprintf(stderr, "%s\n", to_string(one).c_str());
  std::fprintf(stderr, "%s is not valid: nothing can be rehearsed\n", path.c_str());
  return nullptr;
}

void compare(const std::shared_ptr<const pipeline::Assembly>& before, const std::shared_ptr<const pipeline::Assembly>& after,
             pipeline::StaticInstancePool& pool, const std::vector<modes::SampleRequest>& more, modes::PreRunReport& report) {
  pipeline::AssemblySlot old_slot;
  pipeline::AssemblySlot new_slot;
  old_slot.publish(before);
  new_slot.publish(after);
  pipeline::V1Engine v1(old_slot);
  pipeline::V2Engine v2(new_slot, pool);
  std::vector<modes::SampleRequest> requests = modes::built_in_requests();
  requests.insert(requests.end(), more.begin(), more.end());
  modes::compare_with_v1(v1, v2, requests, report);
}

}  // namespace

int prerun(const PreRunOptions& options) {
  const std::vector<modes::SampleRequest> more =
      options.requests.empty() ? std::vector<modes::SampleRequest>{} : modes::read_requests(options.requests);
  const AssembledFile file = assemble_file(options.file);
  const std::shared_ptr<const pipeline::Assembly> assembly = checked(file, options.file);
  if (!assembly) return Exit::bad_input;
  if (assembly->settings.routes.empty()) {
    std::fprintf(stderr,
                 "%s has no [[routes]], so there is nothing of V2 to rehearse; `patchbay migrate` makes routes of a V1 configuration\n",
                 options.file.c_str());
    return Exit::bad_input;
  }

  modes::PreRunReport report = modes::PreRunValidator(file.plugins.registry).run(assembly->settings, more);
  if (!options.against.empty()) {
    const AssembledFile before = assemble_file(options.against);
    const std::shared_ptr<const pipeline::Assembly> v1 = checked(before, options.against);
    if (!v1) return Exit::bad_input;
    if (!v1->v1) {
      std::fprintf(stderr, "%s is not a V1 configuration: --against takes a JSON file of V1\n", options.against.c_str());
      return Exit::bad_input;
    }
    compare(v1, assembly, *file.pool, more, report);
  }
  if (options.json)
    std::printf("%s\n", plain_json(modes::describe(report)).c_str());
  else
    std::printf("%s", modes::text_of(report).c_str());
  return report.passed() ? Exit::success : Exit::failure;
}

}  // namespace patchbay::commands
