#pragma once

#include <memory>
#include <optional>

#include "pipeline/assembly.hpp"
#include "pipeline/instance_builder.hpp"
#include "pipeline/reply_reader.hpp"
#include "pipeline/side_call.hpp"
#include "pipeline/stage_chain.hpp"

namespace patchbay::pipeline {

/// One request patched through pooled instances: takes the instances of a chain, runs the request through the stages, makes the
/// provider's call, and lets the reply flow back. Destroying it cancels all of that. [connection: one thread]
class PooledConnection final : public Connection, private RemoteListener {
 public:
  PooledConnection(Worker& worker, InstanceBuilder& builder, std::shared_ptr<const Assembly> assembly, const AssembledRoute& route,
                   const Chain& chain, Request&& request, Client& client);

  /// Takes the first step; may finish the client before it returns.
  void begin();

  void resume() override;

 private:
  /// Takes the instances of the modules whose conditions hold, making the first that is absent; true once it has all.
  bool take_instances();
  bool wanted(const ChainModule& module, const RequestFacts& facts);
  void wait_for(Instance& instance);
  void patch();
  void run_stages();
  void follow(Flow&& flow);
  Worker& worker() override { return worker_; }
  void flow(Flow&& flow) override { follow(std::move(flow)); }
  void drained() override { resume(); }
  void call_provider();
  void fail(ErrorKind kind, std::string code, std::string message);

  // Destroyed from bottom to top: calls first, then stages, then the pins on their instances, then the Assembly that owns those.
  Worker& worker_;
  InstanceBuilder& builder_;
  std::shared_ptr<const Assembly> assembly_;
  const AssembledRoute& route_;
  const Chain& chain_settings_;
  Request request_;
  Client& client_;

  std::vector<const ChainModule*> wanted_;  // the transforms in use, then the provider
  std::vector<Instance::Use> uses_;
  Instance::Use provider_;
  StageChain chain_;
  std::size_t next_stage_ = 0;
  unsigned side_calls_made_ = 0;
  net::Deadline connect_deadline_;
  std::unique_ptr<SideCall> side_call_;
  std::optional<ReplyReader> reader_;
  std::unique_ptr<RemoteAnswer> remote_;  // instead of a reader
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace patchbay::pipeline
