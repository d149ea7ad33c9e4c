#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <string>

#include "patchbay/stage.hpp"
#include "texts.hpp"

namespace patchbay::message_text {

/// Changes the texts of a stream across the borders of its events. What must wait for more of its text is kept, and goes out with the
/// next piece, or in an event of its own before the text ends. Events whose texts do not change keep their bytes.
/// [connection: one thread]
class StreamEditor {
 public:
  /// `pending` has what was kept of a text and what came to it. Returns what goes out and leaves in `pending` what has to wait; with `last`
  /// nothing more comes, and what is left is lost.
  using Edit = std::function<std::string(const Text& what, std::string& pending, bool last)>;

  StreamEditor(std::string_view protocol, Edit edit) : protocol_(protocol), edit_(std::move(edit)) {}

  void event(Event&& event, Downstream& back);

  /// Sends what still waits, because the stream is over or has failed.
  void flush(Downstream& back);

 private:
  struct Kept {
    Text what;
    std::string pending;
    std::string name;          // of the event
    boost::json::value event;  // that says more of this text
  };
  using Waiting = std::map<Place, Kept>;

  Waiting::iterator send(Waiting::iterator kept, Downstream& back);
  void number(Document& event);

  std::string protocol_;
  Edit edit_;
  Waiting waiting_;
  std::int64_t added_ = 0;        // events that the provider did not send
  std::int64_t last_number_ = 0;  // `sequence_number` of OpenAI's Responses
};

}  // namespace patchbay::message_text
