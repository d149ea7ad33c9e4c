#pragma once

#include <string_view>

namespace patchbay::monitoring {

enum class LogFormat { text, json };

/// Sets up the process's log on standard error: coloured lines on a terminal, plain ones elsewhere, or one JSON object a line with
/// `time`, `level`, `thread`, `message`. `level` is one of trace, debug, info, warning, error, off; false if it is none of them. The first
/// call precedes all other threads; later ones may come while they log. [control thread]
bool set_up_logging(std::string_view level, LogFormat format);

}  // namespace patchbay::monitoring
