#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
/// The events of one name have a frame that is the same each time; what is more than the smallest until then is taken for text of four
/// bytes a token, and each event for one token at least. (The last events of a stream often have a smaller frame, which says nothing of
/// those before.) Where some are named as deltas, the text is in those: the others (a ping, the beginning of a block, the whole of it once
/// more at its end) count nothing.
class UsageMeter {
 public:
  /// The request was so large, and the provider is called for it. Without a call nothing is estimated.
  void calling(std::size_t request_bytes) {
    request_bytes_ = request_bytes;
    called_ = true;
  }
  void reported(const Usage& usage) { reported_.merge(usage); }
  /// An event of the answer; the name is empty in protocols whose events have none.
  void event(std::string_view name, std::size_t bytes);
  void whole(std::size_t bytes) { whole_bytes_ = bytes; }
  /// The request allows no longer answer: no estimate is larger.
  void allow(std::uint64_t output_tokens) { allowed_ = output_tokens; }

  /// Of what has passed so far.
  [[nodiscard]] std::uint64_t output_tokens() const;

  struct Sum {
    Usage usage;
    bool estimated = false;  ///< at least in part
  };
  [[nodiscard]] Sum sum(Ending ending) const;

 private:
  /// The events of one name.
  struct Kind {
    std::string name;
    std::size_t events = 0;
    std::size_t text_bytes = 0;
    std::size_t smallest = 0;
  };

  [[nodiscard]] std::uint64_t estimated_output() const;
  [[nodiscard]] std::uint64_t tokens_of_events() const;

  Usage reported_;
  std::size_t request_bytes_ = 0;
  std::size_t whole_bytes_ = 0;
  std::vector<Kind> kinds_;
  std::uint64_t allowed_ = UINT64_MAX;
  bool called_ = false;
};

}  // namespace patchbay::pipeline
