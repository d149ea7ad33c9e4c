#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace patchbay {

/// The text of a Document is not JSON. `what()` says what was expected and at which byte.
class DocumentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// JSON text that is parsed when a stage first reads it and serialised again only after one edited it.
///
/// A document that nobody reads keeps its bytes exactly as they came: key order, white space, number spelling.
/// Owns its text and its value; movable, and copied only by `copy()`. [connection: one thread], also for its const methods,
/// which parse lazily.
class Document {
 public:
  Document();
  /// Takes over the text; nothing is parsed, so malformed text is found only by `read()` or `edit()`.
  explicit Document(std::string text);
  /// Starts from a value; the text is made when it is first asked for.
  explicit Document(boost::json::value value);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  /// The parsed value, valid until the next non-const call. Throws DocumentError if the text is not JSON.
  [[nodiscard]] const boost::json::value& read() const;

  /// The parsed value to change; the text is made anew by the next `text()`, so do not keep the reference beyond that call.
  /// Throws DocumentError if the text is not JSON.
  [[nodiscard]] boost::json::value& edit();

  /// The JSON text: the original bytes unless somebody edited. Valid until the next non-const call.
  [[nodiscard]] std::string_view text() const;

  /// Moves the text out; the document is empty afterwards.
  [[nodiscard]] std::string take_text();

  [[nodiscard]] Document copy() const;
  [[nodiscard]] bool empty() const;
  /// True once `edit()` was called or the document was made from a value.
  [[nodiscard]] bool edited() const { return edited_; }
  [[nodiscard]] bool parsed() const { return value_ != nullptr; }

 private:
  struct Value;  // boost::json::value, out of line so that this header stays light
  struct Delete {
    void operator()(Value*) const noexcept;
  };

  void parse() const;
  void serialise() const;

  mutable std::string text_;
  mutable std::unique_ptr<Value, Delete> value_;
  mutable bool stale_ = false;  // the text no longer says what the value says
  bool edited_ = false;
};

}  // namespace patchbay
