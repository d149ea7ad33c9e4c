#pragma once

#include <memory>
#include <string>

#include "commands/assemble_file.hpp"
#include "pipeline/engine.hpp"

/// From the static architecture (V1) to the pooled one, and both side by side.
namespace patchbay::commands {

struct MigrateOptions {
  std::string file;      ///< a V1 configuration
  std::string output;    ///< where the TOML goes; empty: to standard output, and the report to standard error
  bool json = false;     ///< the report
  bool check = false;    ///< prove that both send the same
  std::string requests;  ///< more requests to prove it with
};
int migrate(const MigrateOptions& options);

struct CompareOptions {
  std::string one;       ///< a V1 configuration, or TOML
  std::string other;     ///< likewise
  std::string requests;  ///< a folder of bodies; empty: those that are built in
  bool json = false;
};
int compare(const CompareOptions& options);

/// A file whose requests an engine takes, without a network.
struct EngineOfFile {
  AssembledFile file;
  pipeline::AssemblySlot slot;
  std::unique_ptr<pipeline::Engine> engine;  ///< null, and diagnostics, if the file is faulty
};
[[nodiscard]] std::unique_ptr<EngineOfFile> engine_of(const std::string& path);

}  // namespace patchbay::commands
