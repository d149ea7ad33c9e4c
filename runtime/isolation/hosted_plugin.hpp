#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace patchbay::isolation {

/// What the host tells a process of a plugin when it starts it.
struct HostedPluginOptions {
  pid_t parent = 0;
  std::string plugin;  ///< the staged file
  std::string origin;  ///< the file as it was found
  std::string hash;
  std::uint64_t generation = 0;
  std::uint64_t memory = 0;  ///< bytes; 0 is no limit
  std::string log_level = "info";
  std::string log_format = "text";
};

/// What this program is started with to be such a process.
[[nodiscard]] std::vector<std::string> command_of(const HostedPluginOptions& options);

/// Loads the plugin and serves its modules over the socket that is descriptor 3, until the host goes or asks it to end. Returns the exit
/// status.
int run_hosted_plugin(const HostedPluginOptions& options);

}  // namespace patchbay::isolation
