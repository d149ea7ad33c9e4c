#include "server/call_record.hpp"

#include <utility>

#include "monitoring/redaction.hpp"
#include "upstream/credentials.hpp"

namespace patchbay::server {

using monitoring::CallNotes;

namespace {

constexpr std::size_t shortest_secret = 8;  // anything shorter is found by chance, and guessed

/// What proves who sends a call, without the scheme before it ("Bearer ", RFC 9110 section 11.4).
std::vector<std::string> secrets_of(const Headers& headers) {
  std::vector<std::string> secrets;
  for (const Header& header : headers)
    if (upstream::is_credential(header.name)) {
      std::string secret = header.value.substr(header.value.rfind(' ') + 1);
      if (secret.size() >= shortest_secret) secrets.push_back(std::move(secret));
    }
  return secrets;
}

void replace_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + monitoring::redaction_mark.size()))
    text.replace(at, what.size(), monitoring::redaction_mark);
}

}  // namespace

CallRecord::CallRecord(const pipeline::Worker& worker, const monitoring::BodyCapture& bodies, monitoring::RequestNotes& notes)
    : bodies_(bodies), notes_(&notes), upstream_(worker.upstream, *this), worker_{worker.io, worker.deadlines, upstream_} {}

void CallRecord::sent(std::size_t, const HttpCall& call) {
  if (notes_ == nullptr) return;
  CallNotes& made = notes_->calls.emplace_back();
  secrets_.push_back(secrets_of(call.headers));
  made.method = call.method;
  made.url = upstream::without_key(call.url);
  made.headers = kept_headers(call.headers, bodies_);
  made.cut = !bodies_.fits(call.body.size());
  if (!made.cut) made.body = bodies_.keep(call.body);
}

void CallRecord::head(std::size_t number, int status, const Headers& headers) {
  if (notes_ == nullptr) return;
  notes_->calls[number].status = status;
  notes_->calls[number].reply_headers = kept_headers(headers, bodies_);
}

void CallRecord::data(std::size_t number, std::string_view bytes) {
  if (notes_ == nullptr) return;
  CallNotes& made = notes_->calls[number];
  made.cut = made.cut || !bodies_.fits(made.reply.size() + bytes.size());
  if (made.cut)
    made.reply.clear();
  else
    made.reply.append(bytes);
}

void CallRecord::complete(std::size_t number) {
  if (notes_ != nullptr) notes_->calls[number].complete = true;
}

void CallRecord::failed(std::size_t number, const upstream::Failure& failure) {
  if (notes_ == nullptr) return;
  notes_->calls[number].failure = upstream::name_of(failure.kind);
  notes_->calls[number].failure_message = failure.message;
}

void CallRecord::close() {
  if (notes_ == nullptr) return;
  std::vector<CallNotes>& calls = std::exchange(notes_, nullptr)->calls;
  for (std::size_t i = 0; i < calls.size(); ++i) {  // only now: a piece may hold half a secret
    calls[i].reply = bodies_.keep(calls[i].reply);
    for (const std::string& secret : secrets_[i]) replace_all(calls[i].reply, secret);  // "Incorrect API key provided: sk-…"
  }
}

Headers kept_headers(const Headers& headers, const monitoring::BodyCapture& bodies) {
  Headers kept;
  for (const Header& header : headers)
    if (!upstream::is_credential(header.name)) kept.add(header.name, bodies.keep(header.value));
  return kept;
}

}  // namespace patchbay::server
