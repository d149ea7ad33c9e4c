#include "c_host.hpp"

namespace patchbay::c_plugin {

namespace {

CBack& of(patchbay_c_back* back) { return static_cast<CBack&>(*back); }
CResult& of(patchbay_c_result* result) { return static_cast<CResult&>(*result); }
const CHost& of(const patchbay_c_host* host) { return static_cast<const CHost&>(*host); }
LineFile& of(patchbay_c_lines* lines) { return *reinterpret_cast<LineFile*>(lines); }

/// After a failure the rest of what a module says in that call counts for nothing.
template <class Call>
void guarded(std::optional<std::string>& failure, Call&& call) noexcept {
  if (failure) return;
  try {
    call();
  } catch (const std::exception& thrown) {
    failure = thrown.what();
  } catch (...) {
    failure = "the host could not take what the module said";
  }
}

Request& changeable(CBack& back) {
  if (back.request == nullptr) throw std::runtime_error("it changed a request that had left already");
  return *back.request;
}

template <class Clock>
std::int64_t milliseconds(std::chrono::time_point<Clock> time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Host::Level level_of(std::int32_t level) {
  if (level <= 0) return Host::Level::debug;
  if (level == 1) return Host::Level::info;
  return level == 2 ? Host::Level::warning : Host::Level::error;
}

}  // namespace

CHost::CHost(const Host& host) : patchbay_c_host{}, host(host) {
  struct_size = sizeof(patchbay_c_host);
  log = [](const patchbay_c_host* self, std::int32_t level, patchbay_text message) {
    std::optional<std::string> failure;
    guarded(failure, [&] { of(self).host.log(level_of(level), view(message)); });
  };
  now = [](const patchbay_c_host* self) { return milliseconds(of(self).host.now()); };
  wall_time = [](const patchbay_c_host* self) { return milliseconds(of(self).host.wall_time()); };
  open_lines = [](const patchbay_c_host* self, patchbay_text path, std::uint64_t bytes, std::uint32_t keep, patchbay_c_result* result) {
    patchbay_c_lines* lines = nullptr;
    guarded(of(result).failure, [&] { lines = of(self).open(std::string(view(path)), {.bytes = bytes, .keep = keep}); });
    return lines;
  };
  write_line = [](const patchbay_c_host* self, patchbay_c_lines* lines, patchbay_text line) {
    std::optional<std::string> failure;
    guarded(failure, [&] { of(lines).write(view(line)); });
    if (!failure) return std::int32_t{1};
    self->log(self, 3, text(*failure));
    return std::int32_t{0};
  };
}

patchbay_c_lines* CHost::open(const std::string& path, const Rotation& rotation) const {
  std::shared_ptr<LineFile> opened = host.open_lines(path, rotation);
  const std::lock_guard lock(mutex_);
  return reinterpret_cast<patchbay_c_lines*>(lines_.emplace_back(std::move(opened)).get());
}

CResult::CResult() : patchbay_c_result{} {
  struct_size = sizeof(patchbay_c_result);
  json = [](patchbay_c_result* self, patchbay_text text) { guarded(of(self).failure, [&] { of(self).said = view(text); }); };
  fail = [](patchbay_c_result* self, patchbay_text reason) {
    guarded(of(self).failure, [&] { of(self).failure = std::string(view(reason)); });
  };
  fault = [](patchbay_c_result* self, patchbay_text pointer, patchbay_text message) {
    guarded(of(self).failure, [&] { of(self).faults.push_back({std::string(view(pointer)), std::string(view(message)), {}}); });
  };
}

void CResult::check() const {
  if (!faults.empty()) throw config::Error(faults);
  if (failure) throw std::runtime_error(*failure);
}

CBack::CBack(Downstream& left, Request* request) : patchbay_c_back{}, left(left), request(request) {
  struct_size = sizeof(patchbay_c_back);
  change = [](patchbay_c_back* self, patchbay_text json) {
    guarded(of(self).failure, [&] { c_plugin::change(changeable(of(self)), view(json)); });
  };
  ask = [](patchbay_c_back* self, patchbay_text call) {
    guarded(of(self).failure, [&] {
      static_cast<void>(changeable(of(self)));
      of(self).asked = read_call(view(call));
    });
  };
  response = [](patchbay_c_back* self, patchbay_text body) {
    guarded(of(self).failure, [&] { of(self).left.response(Response{Document(std::string(view(body)))}); });
  };
  event = [](patchbay_c_back* self, patchbay_text name, patchbay_text data) {
    guarded(of(self).failure, [&] { of(self).left.event(Event{std::string(view(name)), Document(std::string(view(data)))}); });
  };
  end = [](patchbay_c_back* self) { guarded(of(self).failure, [&] { of(self).left.end(); }); };
  error = [](patchbay_c_back* self, patchbay_text json) {
    guarded(of(self).failure, [&] { of(self).left.error(read_error(view(json))); });
  };
  lost = [](patchbay_c_back* self, patchbay_text what, patchbay_text why) {
    guarded(of(self).failure, [&] { of(self).left.lost({std::string(view(what)), std::string(view(why))}); });
  };
  fail = [](patchbay_c_back* self, patchbay_text reason) {
    guarded(of(self).failure, [&] { of(self).failure = std::string(view(reason)); });
  };
}

void CBack::check() const {
  if (failure) throw std::runtime_error(*failure);
}

}  // namespace patchbay::c_plugin
