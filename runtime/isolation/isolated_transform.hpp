#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "isolation/plugin_process.hpp"
#include "pipeline/remote_module.hpp"

namespace patchbay::isolation {

/// Stands in the host for a Transform that runs in the process of its plugin. [request: concurrent]
class IsolatedTransform final : public pipeline::RemoteTransform {
 public:
  IsolatedTransform(std::shared_ptr<PluginProcess> process, std::uint64_t module, const ModuleAnswers& answers)
      : process_(std::move(process)), module_(module), answers_(answers.answers) {}
  ~IsolatedTransform() override { process_->drop(module_); }

  std::unique_ptr<pipeline::RemoteStage> connect_remote(const ConnectionInfo& info, pipeline::Instance& instance,
                                                        pipeline::RemoteListener& listener) const override;
  /// Asks the process the first time, and then remembers. Throws std::runtime_error if it cannot answer.
  bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const override;
  bool answers(Operation operation) const override { return (answers_ >> static_cast<unsigned>(operation) & 1) != 0; }

 private:
  const std::shared_ptr<PluginProcess> process_;
  const std::uint64_t module_;
  const std::uint64_t answers_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::map<std::pair<std::string, std::string>, bool> bridged_;
};

}  // namespace patchbay::isolation
