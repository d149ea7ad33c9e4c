#pragma once

#include <boost/json/object.hpp>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "modes/shadow_exchange.hpp"
#include "patchbay/message.hpp"

/// A request that was answered, once more: through the configuration that is there, or through one that might be.
namespace patchbay::replay {

/// What was given cannot be played again; `what()` says why, and what to do.
class Unplayable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A request as it was recorded.
struct Record {
  boost::json::object report;  ///< as `patchbay trace --json` prints it
  std::string id;
  std::string method;
  std::string path;
  std::string caller;
  std::string route;  ///< empty: it found none
  Request request;
  std::vector<std::string> targets;  ///< where its attempts went, in their order
  std::deque<modes::RecordedCall> calls;
  bool redacted = false;     ///< parts of it were replaced before it was kept
  bool client_left = false;  ///< before the answer was complete
};

/// Reads what `patchbay trace --json` prints. Throws Unplayable if it is something else, or lacks what it takes to play it: bodies that
/// were not kept, or were too large for that; without `with_replies`, those of the upstream may be missing.
[[nodiscard]] Record read_record(const boost::json::value& report, bool with_replies);

}  // namespace patchbay::replay
