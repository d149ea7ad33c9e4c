#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What `patchbay doctor` looks at. Each kind of examination is a function that changes nothing and says what it found, with the cure.
namespace patchbay::doctor {

enum class Level : std::uint8_t {
  ok,
  note,     ///< worth knowing; nothing has to be done
  warning,  ///< it works, and will not always
  error,    ///< it does not work
};

[[nodiscard]] std::string_view name_of(Level level);

struct Finding {
  Level level = Level::ok;
  std::string subject;  ///< what was examined: a file, an address, a place in the configuration
  std::string found;
  std::string cure;  ///< what to do; empty if nothing has to be done
};

using Findings = std::vector<Finding>;

/// Appends what another examination found.
void add(Findings& to, Findings&& more);

}  // namespace patchbay::doctor
