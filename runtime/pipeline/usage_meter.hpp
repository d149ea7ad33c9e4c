#pragma once

#include <cstddef>
#include <cstdint>

#include "patchbay/message.hpp"

namespace patchbay::pipeline {

/// How an answer ended.
enum class Ending : std::uint8_t {
  complete,
  failed,     ///< with an error, perhaps in the middle of a stream
  abandoned,  ///< the client left
};

/// What one answer has cost: what the provider says, and where it says nothing, or was cut off before it did, an estimate from the bytes
/// that passed. [connection: one thread]
///
/// An event of a stream has a frame that is the same each time; what is more than the smallest one is taken for text of four bytes a
/// token, and each event for one token at least.
class UsageMeter {
 public:
  /// The request was so large, and the provider is called for it. Without a call nothing is estimated.
  void calling(std::size_t request_bytes) {
    request_bytes_ = request_bytes;
    called_ = true;
  }
  void reported(const Usage& usage) { reported_.merge(usage); }
  void event(std::size_t bytes) {
    ++events_;
    event_bytes_ += bytes;
    if (bytes < smallest_event_) smallest_event_ = bytes;
  }
  void whole(std::size_t bytes) { whole_bytes_ = bytes; }

  /// Of what has passed so far.
  [[nodiscard]] std::uint64_t output_tokens() const;

  struct Sum {
    Usage usage;
    bool estimated = false;  ///< at least in part
  };
  [[nodiscard]] Sum sum(Ending ending) const;

 private:
  [[nodiscard]] std::uint64_t estimated_output() const;

  Usage reported_;
  std::size_t request_bytes_ = 0;
  std::size_t whole_bytes_ = 0;
  std::size_t event_bytes_ = 0;
  std::size_t events_ = 0;
  std::size_t smallest_event_ = SIZE_MAX;
  bool called_ = false;
};

}  // namespace patchbay::pipeline
