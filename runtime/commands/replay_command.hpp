#pragma once

#include <string>
#include <vector>

#include "commands/cli.hpp"

namespace CLI {
class App;
}

namespace patchbay::commands {

/// `patchbay replay`
struct ReplayOptions {
  std::string id;         ///< of a request that a running host keeps
  std::string file;       ///< instead of it: what `patchbay trace --json` printed
  std::string candidate;  ///< the configuration to play it through; empty: the host's own
  bool live = false;
  std::vector<std::string> ignore;
  std::string format = "text";
  AdminOptions admin;
};
int replay_request(const ReplayOptions& options);

void add_replay(CLI::App& app, int& status);

}  // namespace patchbay::commands
