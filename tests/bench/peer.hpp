#pragma once

#include <string>
#include <string_view>

#include "load.hpp"
#include "reply_reader.hpp"
#include "sockets.hpp"

namespace bench {

/// One client connection: sends the request, feeds what comes to the reader.
class Peer {
 public:
  enum class Progress : std::uint8_t { waiting, complete, failed };

  Peer(std::uint16_t port, std::string_view request) : fd_(connect_to(port)), request_(request) {}

  void watch(Poll& poll);
  /// Starts to send the request.
  Progress start(Poll& poll);
  /// Handles readiness; `why()` explains `failed`.
  Progress handle(Poll& poll, std::uint32_t events, BodySink& sink);

  [[nodiscard]] const ReplyReader& reply() const { return reply_; }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  Progress send(Poll& poll);
  Progress receive(BodySink& sink);
  Progress fail(std::string why);

  Fd fd_;
  std::string_view request_;
  std::size_t sent_ = 0;
  bool blocked_ = false;
  ReplyReader reply_;
  std::string why_;
};

}  // namespace bench
