#include "patchbay/document.hpp"

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace patchbay {

namespace json = boost::json;

struct Document::Value {
  json::value tree;
};

void Document::Delete::operator()(Value* value) const noexcept { delete value; }

Document::Document() = default;
Document::Document(std::string text) : text_(std::move(text)) {}
Document::Document(json::value value) : value_(new Value{std::move(value)}), stale_(true), edited_(true) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const json::value& Document::read() const {
  if (!value_) parse();
  return value_->tree;
}

json::value& Document::edit() {
  if (!value_) parse();
  stale_ = edited_ = true;
  return value_->tree;
}

std::string_view Document::text() const {
  if (stale_) serialise();
  return text_;
}

std::string Document::take_text() {
  if (stale_) serialise();
  value_.reset();
  return std::move(text_);
}

Document Document::copy() const {
  constexpr std::size_t room = 64;  // a provider that adds a member to the copy does not have to copy it once more
  const std::string_view from = text();
  std::string copy;
  copy.reserve(from.size() + room);
  return Document(std::move(copy.append(from)));
}

bool Document::empty() const { return !value_ && text_.empty(); }

void Document::parse() const {
  json::parse_options options;
  options.max_depth = 128;
  json::parser parser(json::storage_ptr(), options);
  json::error_code fault;
  const std::size_t consumed = parser.write(text_, fault);
  if (fault) throw DocumentError("not valid JSON: " + fault.message() + " near byte " + std::to_string(consumed));
  value_.reset(new Value{parser.release()});
}

void Document::serialise() const {
  text_ = json::serialize(value_->tree);
  stale_ = false;
}

}  // namespace patchbay
