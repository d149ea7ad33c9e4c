#pragma once

#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "monitoring/request_notes.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/static_instance_pool.hpp"
#include "replay/record.hpp"

namespace patchbay::replay {

/// How a recorded request went this time.
struct Rerun {
  std::shared_ptr<const monitoring::RequestNotes> notes;  ///< with all bodies; null: there was no end within the time that it has
  /// For each of its calls, the recorded one that it takes the place of; null if there was none.
  std::vector<const modes::RecordedCall*> counterparts;
  std::vector<const modes::RecordedCall*> unused;  ///< recorded calls that were not made this time
};

/// Plays a record through an Assembly that nothing else uses, on this thread: its upstream says what the record has, or with `live` is the
/// real one. Takes at most half a minute, live at most two. `record` must outlive what comes back.
[[nodiscard]] Rerun play_again(const std::shared_ptr<const pipeline::Assembly>& assembly, pipeline::StaticInstancePool& pool,
                               const Record& record, bool live);

/// The settings to play a record with: hooks are told nothing, nothing is hedged, and where the route balances, requests go to the targets
/// that the recorded one went to, as long as the route has them.
[[nodiscard]] config::Settings settings_for(const config::Settings& settings, const Record& record);

}  // namespace patchbay::replay
