#pragma once

namespace CLI {
class App;
}

namespace patchbay::commands {

struct AdminOptions;

/// Says which running host a command is for.
void add_admin(CLI::App& command, AdminOptions& admin);

/// `patchbay keys`; its exit status goes to `status`.
void add_keys(CLI::App& app, int& status);

}  // namespace patchbay::commands
