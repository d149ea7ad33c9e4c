#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "config/mode_settings.hpp"
#include "modes/scripted_upstream.hpp"
#include "modes/seen_answer.hpp"

namespace patchbay::modes {

/// One call that V1 made, and what came back.
struct RecordedCall {
  HttpCall sent;
  WireReply reply{.status = 0, .headers = {}, .body = {}};  ///< a status of 0: nothing had come
  std::optional<upstream::Failure> failure;
};

class ShadowRoom;

/// A request that V1 answered, and everything that V2 needs to be measured by it. Made on the client's thread, handed over to the
/// shadow's. Its bytes are counted in the room until it is destroyed.
struct ShadowExchange {
  ShadowExchange(ShadowRoom& room, std::shared_ptr<const config::ShadowSettings> settings) : room(room), settings(std::move(settings)) {}
  ~ShadowExchange();
  ShadowExchange(const ShadowExchange&) = delete;

  /// Takes room for so many bytes more. False if there is none: the exchange is then to be dropped.
  [[nodiscard]] bool reserve(std::size_t more);

  ShadowRoom& room;
  const std::shared_ptr<const config::ShadowSettings> settings;
  std::size_t bytes = 0;
  Request request;
  std::string caller;
  std::deque<RecordedCall> calls;  // stable addresses
  SeenAnswer v1;
};

/// Why a copy was not compared.
enum class Dropped : std::uint8_t { too_large, no_room, queue_full, client_left, unfinished };
inline constexpr std::size_t dropped_kinds = 5;
[[nodiscard]] std::string_view name_of(Dropped why);

}  // namespace patchbay::modes
