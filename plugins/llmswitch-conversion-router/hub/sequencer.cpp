#include "hub/sequencer.hpp"

namespace patchbay::conversion {

Sequencer::Waiting* Sequencer::waiting(std::size_t part) {
  for (Waiting& one : waiting_)
    if (one.begin.part == part) return &one;
  return nullptr;
}

void Sequencer::begin(PartBegin&& begin) {
  if (open_) {
    waiting_.push_back({std::move(begin), {}, false});
    return;
  }
  open_ = begin.part;
  next_.begin(std::move(begin));
}

void Sequencer::delta(std::size_t part, std::string_view text) {
  if (is_open(part)) {
    next_.delta(part, text);
  } else if (Waiting* const one = waiting(part)) {
    if (!one->said.empty() && std::holds_alternative<std::string>(one->said.back()))
      std::get<std::string>(one->said.back()) += text;
    else
      one->said.emplace_back(std::string(text));
  }
}

void Sequencer::section(std::size_t part) {
  if (is_open(part))
    next_.section(part);
  else if (Waiting* const one = waiting(part))
    one->said.emplace_back(Section{});
}

void Sequencer::signature(std::size_t part, Signature&& signature) {
  if (is_open(part))
    next_.signature(part, std::move(signature));
  else if (Waiting* const one = waiting(part))
    one->said.emplace_back(std::move(signature));
}

void Sequencer::citation(std::size_t part, Citation&& citation) {
  if (Waiting* const one = waiting(part))
    one->said.emplace_back(std::move(citation));
  else
    next_.citation(part, std::move(citation));
}

void Sequencer::logprobs(std::size_t part, json::value&& tokens) {
  if (is_open(part))
    next_.logprobs(part, std::move(tokens));
  else if (Waiting* const one = waiting(part))
    one->said.emplace_back(Logprobs{std::move(tokens)});
}

void Sequencer::end_part(std::size_t part) {
  if (is_open(part)) {
    open_.reset();
    next_.end_part(part);
    let_in();
  } else if (Waiting* const one = waiting(part)) {
    one->ended = true;
  }
}

void Sequencer::play(Waiting& waiting) {
  const std::size_t part = waiting.begin.part;
  next_.begin(std::move(waiting.begin));
  for (auto& said : waiting.said) {
    if (std::string* const text = std::get_if<std::string>(&said)) next_.delta(part, *text);
    if (std::holds_alternative<Section>(said)) next_.section(part);
    if (Signature* const signature = std::get_if<Signature>(&said)) next_.signature(part, std::move(*signature));
    if (Citation* const citation = std::get_if<Citation>(&said)) next_.citation(part, std::move(*citation));
    if (Logprobs* const logprobs = std::get_if<Logprobs>(&said)) next_.logprobs(part, std::move(logprobs->tokens));
  }
}

void Sequencer::let_in() {
  while (!open_ && !waiting_.empty()) {
    Waiting one = std::move(waiting_.front());
    waiting_.pop_front();
    const std::size_t part = one.begin.part;
    play(one);
    if (one.ended)
      next_.end_part(part);
    else
      open_ = part;
  }
}

void Sequencer::end_all() {
  while (open_) end_part(*open_);
}

void Sequencer::finish(std::size_t choice, Finish&& finish) {
  end_all();
  next_.finish(choice, std::move(finish));
}

void Sequencer::end() {
  end_all();
  next_.end();
}

}  // namespace patchbay::conversion
