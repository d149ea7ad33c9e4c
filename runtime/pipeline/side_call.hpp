#pragma once

#include <functional>
#include <memory>

#include "pipeline/engine.hpp"
#include "upstream/client.hpp"

namespace patchbay::pipeline {

/// A call that a stage asked for, collected into one HttpReply. Destroying it cancels the call. [connection: one thread]
class SideCall final : private upstream::CallObserver {
 public:
  /// `done` is called once, never from within the constructor; it may destroy the SideCall.
  SideCall(Worker& worker, HttpCall&& call, const config::Timeouts& timeouts, std::function<void(HttpReply&&)> done);

 private:
  void head(int status, Headers&& headers) override;
  void data(std::string_view bytes) override;
  void complete() override;
  void failed(upstream::Failure&& failure) override;
  void deliver();

  HttpReply reply_;
  std::function<void(HttpReply&&)> done_;
  std::unique_ptr<upstream::Call> call_;
};

}  // namespace patchbay::pipeline
