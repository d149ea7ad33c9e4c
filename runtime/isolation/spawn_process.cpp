#include "isolation/spawn_process.hpp"

namespace patchbay::isolation {

SpawnedProcess spawn_process(const std::filesystem::path& executable, const std::vector<std::string>& arguments, int control) {
  return net::start_process(executable.string(), arguments, {{control, control_descriptor}});
}

}  // namespace patchbay::isolation
