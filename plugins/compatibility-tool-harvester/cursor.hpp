#pragma once

#include <boost/json/stream_parser.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools.hpp"

namespace patchbay::tool_harvester {

/// One call that a model wrote as text.
struct Call {
  std::string name;
  std::string arguments;  ///< JSON text of an object
};

/// Reads a construct that may not have arrived in full. A dialect is written as if all of it were there: every step returns whether it was
/// taken, and where one was not, `status` tells whether more text may help. It is read anew with every piece of text; the long steps, to a
/// closing tag or through JSON, go on where they stopped, so that a long argument costs what its length costs. [connection: one thread]
class Cursor {
 public:
  enum class Status : std::uint8_t { ok, more, wrong };

  explicit Cursor(const Tools& tools) : tools_(&tools) {}

  /// Begins a reading: `text` is everything since the construct began, or since the last call was taken out of it.
  void begin(std::string_view text, bool complete);
  /// The text up to where the reading stands was taken out; the construct goes on from there.
  void rebase();

  [[nodiscard]] Status status() const { return status_; }
  /// Wrong only because the text ends, not because of what it says.
  [[nodiscard]] bool cut_off() const { return cut_off_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] const Tools& tools() const { return *tools_; }
  /// What was read; a dialect reads as many as stand in one piece of JSON, else one at a time.
  std::vector<Call> calls;

  /// What ends the section that was opened, and whether a call was taken out of the construct already. Both outlive `rebase`.
  std::string_view closer;
  bool again = false;

  /// What stands around calls in some dialects.
  struct Section {
    std::string_view open;
    std::string_view close;
  };
  /// Enters a section, if one begins here, or goes on in the one that was entered. False if there is no call to come: the section ends
  /// here, or a call without one was all.
  bool enter(std::span<const Section> sections);

  /// To a place that the reading came from.
  void go_back(std::size_t at) { at_ = at; }
  bool take(std::string_view literal);
  /// Takes it if it is there. False with a status other than ok if it cannot be known yet.
  bool maybe(std::string_view literal);
  void skip_space() { skip(" \t\r\n"); }
  void skip(std::string_view bytes);
  /// Whether the next byte is this one. False with a status other than ok if it cannot be known yet.
  bool next_is(char c);
  /// Everything before `needle`, which is taken as well.
  bool take_until(std::string_view needle, std::string_view& found);
  /// A tool's name before any of these bytes; wrong as soon as no tool begins like that.
  bool take_name(std::string_view enders, std::string_view& name);
  /// A JSON object or array.
  bool take_json(std::string_view& found);
  bool take_object(std::string_view& found);
  /// A JSON object that tells of a call, `{"name":…,"arguments":{…}}`; wrong as soon as its name is not a tool's.
  bool take_call();
  /// Everything that stands in a JSON value is a call: an object, an array of them, or `{"tool_calls":[…]}`.
  bool take_calls(std::string_view text);

  /// What was read is not what the dialect wants. Returns false.
  bool wrong();

 private:
  struct Scan {
    std::size_t from;
    std::size_t reached;
    bool done;
    std::unique_ptr<boost::json::stream_parser> parser;
  };

  bool more();
  Scan& scan_here();
  bool add_call(std::string_view object);

  const Tools* tools_;
  std::string_view text_;
  bool complete_ = false;
  bool cut_off_ = false;
  std::size_t at_ = 0;
  Status status_ = Status::ok;
  std::vector<Scan> scans_;
};

}  // namespace patchbay::tool_harvester
