#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isolation/plugin_process.hpp"
#include "patchbay/probed.hpp"
#include "pipeline/remote_module.hpp"

namespace patchbay::isolation {

/// Stands in the host for a Provider that runs in the process of its plugin. The secrets of its keys are there and not here.
/// [request: concurrent]
class IsolatedProvider final : public pipeline::RemoteProvider, public Probed {
 public:
  IsolatedProvider(std::shared_ptr<PluginProcess> process, std::uint64_t module, ModuleAnswers answers);
  ~IsolatedProvider() override { process_->drop(module_); }

  std::unique_ptr<pipeline::RemoteAnswer> answer(const Request& request, std::uint64_t key, const Connection& connection) const override;

  std::string_view protocol() const override { return answers_.protocol; }
  bool serves(Operation operation) const override { return (answers_.serves >> static_cast<unsigned>(operation) & 1) != 0; }
  std::span<const Credential> credentials() const override { return credentials_; }
  /// Without a key, whatever is asked for.
  std::optional<HttpCall> probe(const Credential&) const override { return answers_.probe; }
  std::span<const std::string> models() const override { return answers_.models; }

 private:
  const std::shared_ptr<PluginProcess> process_;
  const std::uint64_t module_;
  const ModuleAnswers answers_;
  std::vector<Credential> credentials_;
};

}  // namespace patchbay::isolation
