#include <boost/json/serialize.hpp>
#include <cstdio>

#include "commands/assemble_file.hpp"
#include "commands/cli.hpp"
#include "modes/prerun_validator.hpp"
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

}  // namespace

int prerun(const PreRunOptions& options) {
  const std::vector<modes::SampleRequest> more =
      options.requests.empty() ? std::vector<modes::SampleRequest>{} : modes::read_requests(options.requests);
  const AssembledFile file = assemble_file(options.file);
  const std::shared_ptr<const pipeline::Assembly> assembly = checked(file, options.file);
  if (!assembly) return Exit::bad_input;

  modes::PreRunReport report = modes::PreRunValidator(file.plugins.registry).run(assembly->settings, more);
  if (options.json)
    std::printf("%s\n", boost::json::serialize(modes::describe(report)).c_str());
  else
    std::printf("%s", modes::text_of(report).c_str());
  return report.passed() ? Exit::success : Exit::failure;
}

}  // namespace patchbay::commands
