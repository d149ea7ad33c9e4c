#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "hooks/hook_bus.hpp"
#include "patchbay/message.hpp"
#include "pipeline/engine.hpp"

namespace patchbay::server {

/// What hooks are told of one request; kept only while some hook wants to know. [connection: one thread]
class RequestRecord {
 public:
  RequestRecord(hooks::HookBus& hooks, std::string_view method, std::string_view path, const Request& request, std::size_t bytes_in);

  void routed(const pipeline::Patch& patch);
  void calling();
  /// Something of the answer goes to the client.
  void sent(std::size_t bytes);
  void sent_event() { ++events_; }
  void lost() { ++losses_; }
  void failed(const Error& error);

  /// The whole answer is on its way, be it an error.
  void completed(int status);
  void abandoned();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::uint64_t elapsed_ms() const;
  [[nodiscard]] boost::json::object where() const;
  [[nodiscard]] boost::json::object summary() const;

  hooks::HookBus& hooks_;
  const Clock::time_point start_ = Clock::now();
  const std::string id_;
  const std::string method_;
  const std::string path_;
  const std::string protocol_;
  const std::string_view operation_;
  const std::string model_;
  const bool stream_;
  const std::size_t bytes_in_;
  std::string route_;
  std::string target_;
  std::string provider_;
  std::size_t bytes_out_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t losses_ = 0;
  std::uint64_t first_byte_ms_ = 0;
  boost::json::object error_;
  int status_ = 0;
  bool begun_ = false;
};

}  // namespace patchbay::server
