#include "replay/replay.hpp"

#include "pipeline/pipeline_assembler.hpp"
#include "replay/replay_report.hpp"
#include "replay/rerun.hpp"

namespace patchbay::replay {

boost::json::object replay(const pipeline::ModuleRegistry& registry, const config::Settings& settings, const Record& record,
                           const Manner& manner) {
  pipeline::StaticInstancePool pool(settings.pool.unhealthy_after);
  const pipeline::Assembled assembled = pipeline::PipelineAssembler(registry, pool).assemble(settings_for(settings, record), 1);
  if (!assembled.assembly) {
    std::string faults = "the configuration cannot be assembled:";
    for (const config::Diagnostic& one : assembled.diagnostics)
      if (!one.warning) faults += "\n" + to_string(one);
    throw Unplayable(faults);
  }
  const Rerun rerun = play_again(assembled.assembly, pool, record, manner.live);
  if (!rerun.notes)
    throw Unplayable("the replay of request " + record.id + " came to no end; a module waits for something that was not recorded");
  return replay_report(record, rerun, manner.live, manner.ignore);
}

}  // namespace patchbay::replay
