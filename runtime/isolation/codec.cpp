#include "isolation/codec.hpp"

namespace patchbay::isolation {

namespace {

std::string text(FrameReader& in) { return std::string(in.text()); }

void put_texts(FrameWriter& out, const std::vector<std::string>& texts) {
  out.number(texts.size());
  for (const std::string& one : texts) out.text(one);
}

std::vector<std::string> get_texts(FrameReader& in) {
  std::vector<std::string> texts;
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count; ++i) texts.push_back(text(in));
  return texts;
}

/// Numbers with a sign go as they are in memory: negative ones are rare, and long.
void put_signed(FrameWriter& out, std::int64_t value) { out.number(static_cast<std::uint64_t>(value)); }
std::int64_t get_signed(FrameReader& in) { return static_cast<std::int64_t>(in.number()); }

int get_status(FrameReader& in) {
  const std::int64_t status = get_signed(in);
  if (status < 0 || status > 999) throw MalformedFrame("a status is not one of HTTP");
  return static_cast<int>(status);
}

std::chrono::milliseconds get_delay(FrameReader& in) {
  const std::chrono::milliseconds delay(get_signed(in));
  if (delay > config::longest_duration || delay < -config::longest_duration) throw MalformedFrame("a delay is too long");
  return delay;
}

}  // namespace

ConnectionFacts::ConnectionFacts(const ConnectionInfo& info)
    : request_id(info.request_id),
      route(info.route),
      client_protocol(info.client_protocol),
      provider_protocol(info.provider_protocol),
      operation(info.operation),
      provider_serves(info.provider_serves) {}

ConnectionInfo ConnectionFacts::info() const {
  return {.request_id = request_id,
          .route = route,
          .client_protocol = client_protocol,
          .provider_protocol = provider_protocol,
          .operation = operation,
          .provider_serves = provider_serves};
}

void put(FrameWriter& out, const Headers& headers) {
  out.number(headers.size());
  for (const Header& line : headers) {
    out.text(line.name);
    out.text(line.value);
  }
}

template <>
Headers get<Headers>(FrameReader& in) {
  Headers headers;
  const std::size_t lines = in.count();
  for (std::size_t i = 0; i < lines; ++i) {
    const std::string_view name = in.text();
    headers.add(name, in.text());
  }
  return headers;
}

void put(FrameWriter& out, const Request& request, bool with_body) {
  out.text(request.id);
  out.text(request.protocol);
  out.byte(static_cast<std::uint8_t>(request.operation));
  put(out, request.headers);
  out.text(request.model());
  out.flag(request.stream());
  if (with_body) out.text(request.body.text());
}

void get(FrameReader& in, Request& request, bool with_body) {
  request.id = in.text();
  request.protocol = in.text();
  request.operation = in.choice(Operation::count_tokens);
  request.headers = get<Headers>(in);
  request.set_model(text(in));
  request.set_stream(in.flag());
  if (with_body) request.body = Document(text(in));
}

void put(FrameWriter& out, const Event& event) {
  out.text(event.name);
  out.text(event.data.text());
}

template <>
Event get<Event>(FrameReader& in) {
  Event event;
  event.name = in.text();
  event.data = Document(text(in));
  return event;
}

void put(FrameWriter& out, const Error& error) {
  out.byte(static_cast<std::uint8_t>(error.kind));
  put_signed(out, error.status);
  out.text(error.message);
  out.text(error.code);
  out.text(error.param);
  out.flag(error.retry_after.has_value());
  if (error.retry_after) put_signed(out, error.retry_after->count());
  out.text(error.source);
  out.text(error.original);
  out.text(error.original_protocol);
  out.number(error.ending.size());
  for (const EventText& event : error.ending) {
    out.text(event.name);
    out.text(event.data);
  }
}

template <>
Error get<Error>(FrameReader& in) {
  Error error;
  error.kind = in.choice(ErrorKind::internal);
  error.status = get_status(in);
  if (error.status < 200 || error.status > 599) error.status = 0;  // what no client could be told
  error.message = in.text();
  error.code = in.text();
  error.param = in.text();
  if (in.flag()) error.retry_after = std::chrono::seconds(get_signed(in));
  error.source = in.text();
  error.original = in.text();
  error.original_protocol = in.text();
  error.ending.resize(in.count());
  for (EventText& event : error.ending) {
    event.name = in.text();
    event.data = in.text();
  }
  return error;
}

void put(FrameWriter& out, const HttpCall& call) {
  out.text(call.method);
  out.text(call.url);
  put(out, call.headers);
  out.text(call.body);
  out.byte(static_cast<std::uint8_t>(call.framing));
}

template <>
HttpCall get<HttpCall>(FrameReader& in) {
  HttpCall call;
  call.method = in.text();
  call.url = in.text();
  call.headers = get<Headers>(in);
  call.body = in.text();
  call.framing = in.choice(Framing::json_array);
  return call;
}

void put(FrameWriter& out, const HttpReply& reply) {
  put_signed(out, reply.status);
  put(out, reply.headers);
  out.text(reply.body);
}

template <>
HttpReply get<HttpReply>(FrameReader& in) {
  HttpReply reply;
  reply.status = get_status(in);
  reply.headers = get<Headers>(in);
  reply.body = in.text();
  return reply;
}

void put(FrameWriter& out, const Usage& usage) {
  out.number(usage.input_tokens);
  out.number(usage.output_tokens);
  out.number(usage.cached_input_tokens);
  out.number(usage.cache_write_tokens);
  out.number(usage.reasoning_tokens);
}

template <>
Usage get<Usage>(FrameReader& in) {
  Usage usage;
  usage.input_tokens = in.number();
  usage.output_tokens = in.number();
  usage.cached_input_tokens = in.number();
  usage.cache_write_tokens = in.number();
  usage.reasoning_tokens = in.number();
  return usage;
}

void put(FrameWriter& out, const LocalAnswer& answer) {
  put_signed(out, answer.status);
  put(out, answer.headers);
  put_signed(out, answer.head_after.count());
  out.number(answer.pieces.size());
  for (const LocalAnswer::Piece& piece : answer.pieces) {
    put_signed(out, piece.after.count());
    out.text(piece.bytes);
  }
  out.byte(static_cast<std::uint8_t>(answer.ending));
}

template <>
LocalAnswer get<LocalAnswer>(FrameReader& in) {
  LocalAnswer answer;
  answer.status = get_status(in);
  answer.headers = get<Headers>(in);
  answer.head_after = get_delay(in);
  const std::size_t pieces = in.count();
  for (std::size_t i = 0; i < pieces; ++i) {
    LocalAnswer::Piece& piece = answer.pieces.emplace_back();
    piece.after = get_delay(in);
    piece.bytes = in.text();
  }
  answer.ending = in.choice(LocalAnswer::Ending::hang);
  return answer;
}

void put(FrameWriter& out, const ConnectionFacts& facts) {
  out.text(facts.request_id);
  out.text(facts.route);
  out.text(facts.client_protocol);
  out.text(facts.provider_protocol);
  out.byte(static_cast<std::uint8_t>(facts.operation));
  out.flag(facts.provider_serves);
}

template <>
ConnectionFacts get<ConnectionFacts>(FrameReader& in) {
  ConnectionFacts facts;
  facts.request_id = in.text();
  facts.route = in.text();
  facts.client_protocol = in.text();
  facts.provider_protocol = in.text();
  facts.operation = in.choice(Operation::count_tokens);
  facts.provider_serves = in.flag();
  return facts;
}

void put(FrameWriter& out, const upstream::Failure& failure) {
  out.byte(static_cast<std::uint8_t>(failure.kind));
  out.text(failure.message);
  out.flag(failure.replay_safe);
}

template <>
upstream::Failure get<upstream::Failure>(FrameReader& in) {
  upstream::Failure failure{};
  failure.kind = in.choice(upstream::FailureKind::too_large);
  failure.message = in.text();
  failure.replay_safe = in.flag();
  return failure;
}

void put(FrameWriter& out, const std::vector<config::Fault>& faults) {
  out.number(faults.size());
  for (const config::Fault& fault : faults) {
    out.text(fault.pointer);
    out.text(fault.message);
    out.text(fault.suggestion);
  }
}

template <>
std::vector<config::Fault> get<std::vector<config::Fault>>(FrameReader& in) {
  std::vector<config::Fault> faults;
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count; ++i) {
    config::Fault& fault = faults.emplace_back();
    fault.pointer = in.text();
    fault.message = in.text();
    fault.suggestion = in.text();
  }
  return faults;
}

void put(FrameWriter& out, const ModuleAnswers& answers) {
  out.text(answers.protocol);
  put_texts(out, answers.credential_ids);
  put_texts(out, answers.models);
  out.number(answers.serves);
  out.number(answers.answers);
  out.flag(answers.probe.has_value());
  if (answers.probe) put(out, *answers.probe);
}

template <>
ModuleAnswers get<ModuleAnswers>(FrameReader& in) {
  ModuleAnswers answers;
  answers.protocol = in.text();
  answers.credential_ids = get_texts(in);
  answers.models = get_texts(in);
  answers.serves = in.number();
  answers.answers = in.number();
  if (in.flag()) answers.probe = get<HttpCall>(in);
  return answers;
}

}  // namespace patchbay::isolation
