#pragma once

#include <cstdint>

#include "isolation/wire.hpp"

namespace patchbay::isolation {

/// Every kind of frame, and what its body has. Three sockets' worth: one control socket for each process, and one channel for each worker
/// thread of the host, on which the process answers with a thread of its own.
enum class FrameKind : std::uint8_t {
  // Control, host to process. `connection` is the number of a query, or 0.
  make,     ///< module, index, configuration as JSON → made, not_made
  drop,     ///< module
  bridges,  ///< module, client protocol, provider protocol → bridged
  channel,  ///< nothing; a socket comes with it

  // Control, process to host.
  ready,     ///< nothing: the plugin is loaded
  refused,   ///< text: why it is not
  made,      ///< ModuleAnswers
  not_made,  ///< text, faults
  bridged,   ///< flag

  // Channel, host to process.
  open_stage,  ///< module, ConnectionFacts, Request → forward, answered, ask
  reply,       ///< HttpReply → forward, answered, ask
  describe,    ///< module, turn of the keys, max_reply_bytes, Request → call, play
  head,        ///< status, Headers
  data,        ///< bytes
  complete,    ///< nothing
  failed,      ///< Failure
  close,       ///< nothing: the connection is over

  // Channel, both ways: what flows to the left.
  response,  ///< Response
  event,     ///< Event
  end,       ///< nothing
  error,     ///< Error

  // Channel, process to host.
  forward,           ///< whether there is a stage; whether the body is as it was; Request
  answered,          ///< nothing
  ask,               ///< HttpCall
  call,              ///< HttpCall
  play,              ///< LocalAnswer
  stop_reading,      ///< nothing
  provider_headers,  ///< Headers
  keep_alive,        ///< nothing
  lost,              ///< Loss
  fault,             ///< nothing: the module threw
  answering,         ///< nothing: the provider's answer begins
  provider_failed,   ///< whose fault it is, Error: the provider failed; the same error follows
  taken,             ///< how many frames of the channel were worked off
};

}  // namespace patchbay::isolation
