#include "conversion.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <ctime>
#include <stdexcept>

namespace patchbay::conversion {

namespace {

Error invalid(std::string message, std::string param, std::string code) {
  Error error;
  error.kind = ErrorKind::invalid_request;
  error.message = std::move(message);
  error.param = std::move(param);
  error.code = std::move(code);
  error.source = "llmswitch-conversion-router";
  return error;
}

}  // namespace

Flow Conversion::request(Request& request, Downstream& back) {
  try {
    return convert(request, back);
  } catch (const Malformed& fault) {
    error(invalid(fault.what(), fault.field(), "invalid_request"), back);
    return Answered{};
  }
}

Flow Conversion::convert(Request& request, Downstream& back) {
  if (operation_ == Operation::embed) return embed(request, back);
  request_id_ = request.id;
  request.set_model(request.model());
  request.set_stream(request.stream());
  request_ = client_.decode_request(request.body.edit(), request);
  request_.count_only = operation_ == Operation::count_tokens;
  converted_ = true;
  const bool estimates = request_.count_only || client_.announces_input();
  context_.emplace(AnswerContext{request_id_, request_, estimates ? estimated_tokens(request_) : 0, std::time(nullptr)});
  if (request_.count_only && !provider_counts_) {
    back.response(Response{Document(client_.encode_count(context_->estimated_input))});
    return Answered{};
  }
  lowered_tools_ = lower_tools(request_, provider_.takes_custom_tools(policy_.settings));
  name_calls(request_.messages);
  Fidelity fidelity;
  request.body = Document(provider_.encode_request(request_, policy_.settings, fidelity));
  for (const Header& header : request_.headers) request.headers.add(header.name, header.value);
  request.protocol = provider_.protocol();
  if (!report(fidelity, back)) return Answered{};
  return Forward{};
}

Flow Conversion::embed(Request& request, Downstream& back) {
  if (!client_.embeds() || !provider_.embeds()) {
    error(invalid("embeddings are not converted to " + std::string(provider_.protocol()) + ", which this route's provider speaks", {},
                  "not_convertible"),
          back);
    return Answered{};
  }
  embed_request_ = client_.decode_embed_request(request.body.edit());
  converted_ = true;
  Fidelity fidelity;
  request.body = Document(provider_.encode_embed_request(embed_request_, fidelity));
  request.protocol = provider_.protocol();
  if (!report(fidelity, back)) return Answered{};
  return Forward{};
}

bool Conversion::report(const Fidelity& fidelity, Downstream& back) {
  std::string refused;
  std::string param;  // the first that is refused
  for (const Loss& loss : fidelity.losses()) {
    const auto& except = policy_.strict_except;
    if (policy_.strict && std::find(except.begin(), except.end(), loss.what) == except.end()) {
      if (refused.empty()) param = loss.what;
      refused.append(refused.empty() ? "" : "; ").append(loss.what).append(" (").append(loss.why).append(")");
    }
    back.lost({loss.what, loss.why});
  }
  if (refused.empty()) return true;
  error(invalid("the provider of this route speaks " + std::string(provider_.protocol()) + " and cannot be told: " + refused +
                    ". Leave these out, or set strict = false to send the request without them",
                std::move(param), "not_expressible"),
        back);
  return false;
}

void Conversion::expect_request() const {
  if (!converted_) throw std::logic_error("an answer came although no request was converted");
}

void Conversion::response(Response&& response, Downstream& back) {
  expect_request();
  try {
    json::value& body = response.body.edit();
    if (operation_ == Operation::embed) {
      back.response(Response{Document(client_.encode_embed_answer(provider_.decode_embed_answer(body), embed_request_))});
      return;
    }
    if (request_.count_only) {
      const std::int64_t tokens = provider_.decode_count(body);
      back.response(Response{Document(client_.encode_count(tokens >= 0 ? tokens : context_->estimated_input))});
      return;
    }
    answer(provider_.decode_answer(body), back);
  } catch (const Malformed& fault) {
    malformed_reply(fault, back);
  }
}

void Conversion::answer(Answer&& answer, Downstream& back) {
  if (!answer.failure.empty()) {
    Error failure;
    failure.kind = ErrorKind::upstream;
    failure.message = std::move(answer.failure);
    failure.code = std::move(answer.failure_code);
    error(std::move(failure), back);
    return;
  }
  for (Choice& choice : answer.choices)
    for (Part& part : choice.parts)
      if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) raise(*call, lowered_tools_);
  back_ = &back;
  if (!request_.stream) {
    report(answer);
    back.response(Response{Document(client_.encode_answer(std::move(answer), *context_))});
    return;
  }
  lowered_tools_.clear();  // they are what they were already
  disperse(std::move(answer), sink());
  back.end();
}

void Conversion::report(const Answer& answer) {
  for (const Choice& choice : answer.choices)
    for (const Part& part : choice.parts) {
      if (const Opaque* const opaque = std::get_if<Opaque>(&part.body)) lost(opaque->type);
      const Text* const text = std::get_if<Text>(&part.body);
      if (text == nullptr) continue;
      for (const Citation& citation : text->citations)
        if (citation.url.empty()) lost("citation");
    }
}

StreamSink& Conversion::sink() {
  StreamSink* sink = nullptr;
  if (request_.stream) {
    if (!writer_) writer_ = client_.writer(*context_, *this);
    sink = writer_.get();
  } else {
    if (!aggregator_) aggregator_.emplace();
    sink = &*aggregator_;
  }
  if (lowered_tools_.empty()) return *sink;
  if (!raised_calls_) raised_calls_.emplace(lowered_tools_, *sink);
  return *raised_calls_;
}

void Conversion::event(Event&& event, Downstream& back) {
  if (failed_) return;
  expect_request();
  back_ = &back;
  try {
    if (!reader_) reader_ = provider_.reader();
    reader_->event(event.name, event.data.edit(), sink());
  } catch (const Malformed& fault) {
    malformed_reply(fault, back);
  }
}

void Conversion::end(Downstream& back) {
  if (failed_) return;
  expect_request();
  back_ = &back;
  if (!reader_) reader_ = provider_.reader();
  reader_->end(sink());
  if (aggregator_) {
    Answer whole = aggregator_->take();
    report(whole);
    back.response(Response{Document(client_.encode_answer(std::move(whole), *context_))});
  } else {
    back.end();
  }
}

void Conversion::error(Error&& error, Downstream& back) {
  if (std::exchange(failed_, true)) return;
  if (error.original.empty() || error.original_protocol != client_.protocol()) {
    error.original = client_.encode_error(error);
    error.original_protocol = client_.protocol();
  }
  if (writer_) {
    ending_ = &error.ending;
    writer_->fail(error);
    ending_ = nullptr;
  }
  back.error(std::move(error));
}

void Conversion::malformed_reply(const Malformed& fault, Downstream& back) {
  Error broken;
  broken.kind = ErrorKind::upstream;
  broken.code = "malformed_reply";
  broken.message = "the provider's reply is not what " + std::string(provider_.protocol()) + " says: " + fault.what();
  broken.source = "llmswitch-conversion-router";
  error(std::move(broken), back);
}

void Conversion::lost(std::string_view part) {
  back_->lost({std::string(part), "no counterpart in an answer of " + std::string(client_.protocol())});
}

void Conversion::emit(std::string_view name, std::string data) {
  if (ending_ != nullptr)
    ending_->push_back({std::string(name), std::move(data)});
  else
    back_->event(Event{std::string(name), Document(std::move(data))});
}

}  // namespace patchbay::conversion
