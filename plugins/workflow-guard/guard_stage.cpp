#include "guard_stage.hpp"

#include <algorithm>
#include <boost/json/value.hpp>

#include "judge.hpp"

namespace patchbay::guard {

namespace {

Error make_error(ErrorKind kind, std::string code, std::string message) {
  return {.kind = kind, .message = std::move(message), .code = std::move(code), .source = "workflow-guard"};
}

Error denied_answer(const std::string& rule) {
  return make_error(ErrorKind::permission, "answer_denied", "the model's answer is withheld: it has " + rule);
}

Error wrong_output(const std::string& fault) {
  return make_error(ErrorKind::upstream, "schema_mismatch", "the model's answer is not what the request asked for: " + fault);
}

}  // namespace

Flow GuardStage::refuse(Error&& error, Downstream& back) const {
  guards_.host.log(Host::Level::info, "request " + request_id_ + " refused: " + error.code);
  back.error(std::move(error));
  return Answered{};
}

Flow GuardStage::request(Request& request, Downstream& back) {
  protocol_ = request.protocol;
  if (auto broken = guards_.limits.broken_by(request)) return refuse(std::move(*broken), back);

  std::optional<std::string> rule;
  if (!guards_.prompt.empty())
    message_text::visit_request(request.body, protocol_, [&](const message_text::Text& what, std::string_view text) {
      if (!rule && guards_.prompt.concerns(what.source)) rule = guards_.prompt.broken_by(text);
      return std::nullopt;
    });
  if (rule) return refuse(make_error(ErrorKind::invalid_request, "prompt_denied", "the request is refused: it has " + *rule), back);

  if (guards_.config.check_output && request.operation == Operation::generate)
    if (auto format = wanted_format(request.body.read(), protocol_)) output_.emplace(std::move(*format), protocol_);
  if (guards_.config.judge) return Ask{question(*guards_.config.judge, request)};
  return Forward{};
}

Flow GuardStage::reply(HttpReply&& reply, Request&, Downstream& back) {
  std::string why;
  const auto said = verdict(reply, why);
  if (said && said->allowed) return Forward{};
  if (said)
    return refuse(make_error(ErrorKind::invalid_request, "judge_denied",
                             "the request is refused" + (said->reason.empty() ? std::string() : ": " + said->reason)),
                  back);
  guards_.host.log(Host::Level::warning, "request " + request_id_ + ": the judge gave no verdict: " + why);
  if (guards_.config.judge->on_failure == OnFailure::allow) return Forward{};
  return refuse(make_error(ErrorKind::unavailable, "judge_unavailable", "requests cannot be judged now; try again later"), back);
}

void GuardStage::response(Response&& response, Downstream& back) {
  std::optional<std::string> rule;
  if (!guards_.answer.empty())
    message_text::visit_answer(response.body, protocol_, [&](const message_text::Text& what, std::string_view text) {
      if (!rule && guards_.answer.concerns(what.source)) rule = guards_.answer.broken_by(text);
      return std::nullopt;
    });
  if (rule) return cut_off(denied_answer(*rule), back);
  if (output_) {
    output_->add(response.body.read());
    if (const auto fault = output_->fault()) return cut_off(wrong_output(*fault), back);
  }
  back.response(std::move(response));
}

std::optional<std::string> GuardStage::broken_by(const message_text::EventTexts& texts) {
  if (guards_.answer.empty()) return std::nullopt;
  std::optional<std::string> rule;
  for (const message_text::EventText& one : texts.texts) {
    if (rule || !guards_.answer.concerns(one.what.source)) continue;
    rule = one.piece ? watches_[one.place].add(one.text, false, guards_.answer, guards_.config.window_bytes)
                     : guards_.answer.broken_by(one.text);
  }
  for (const message_text::Place& ended : texts.ended)
    for (auto& [place, watch] : watches_)
      if (!rule && place.group == ended.group && (ended.field.empty() || (place.field == ended.field && place.index == ended.index)))
        rule = watch.add({}, true, guards_.answer, guards_.config.window_bytes);
  return rule;
}

void GuardStage::event(Event&& event, Downstream& back) {
  if (cut_) return;
  if (guards_.answer.empty() && !output_) return back.event(std::move(event));
  const message_text::EventTexts texts = message_text::texts_of_event(event.data, protocol_);
  if (const auto rule = broken_by(texts)) return cut_off(denied_answer(*rule), back);
  if (!output_) return back.event(std::move(event));

  output_->add(texts);
  const bool says_more =
      std::any_of(texts.texts.begin(), texts.texts.end(), [](const auto& one) { return one.piece && !one.text.empty(); });
  if (says_more) release(back);
  if (!says_more && (!held_.empty() || !texts.ended.empty()))
    held_.push_back(std::move(event));
  else
    back.event(std::move(event));
}

void GuardStage::end(Downstream& back) {
  if (cut_) return;
  for (auto& [place, watch] : watches_)
    if (const auto rule = watch.add({}, true, guards_.answer, guards_.config.window_bytes)) return cut_off(denied_answer(*rule), back);
  if (output_)
    if (const auto fault = output_->fault()) return cut_off(wrong_output(*fault), back);
  release(back);
  back.end();
}

void GuardStage::release(Downstream& back) {
  for (Event& one : held_) back.event(std::move(one));
  held_.clear();
}

void GuardStage::cut_off(Error&& error, Downstream& back) {
  cut_ = true;
  refuse(std::move(error), back);
}

}  // namespace patchbay::guard
