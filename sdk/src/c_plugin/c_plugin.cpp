#include "patchbay/c_plugin.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstring>

#include "c_host.hpp"
#include "patchbay/hook.hpp"
#include "patchbay/probed.hpp"

namespace patchbay::c_plugin {

namespace {

/// A descriptor as this host knows it: what an older plugin does not have yet is null.
patchbay_c_module known_part(const patchbay_c_module& descriptor) {
  patchbay_c_module known{};
  std::memcpy(&known, &descriptor, std::min<std::size_t>(descriptor.struct_size, sizeof known));
  return known;
}

/// What `create` returned, until it is destroyed.
class Handle {
 public:
  Handle(const patchbay_c_module& functions, const boost::json::value& config, const Host& host)
      : functions_(known_part(functions)), host_(host) {
    const std::string written = boost::json::serialize(config);
    CResult result;
    module_ = functions_.create(text(written), &host_, &result);
    try {
      result.check();
      if (module_ == nullptr) throw std::runtime_error("its create returned null");
    } catch (...) {
      destroy();
      throw;
    }
  }
  ~Handle() { destroy(); }
  Handle(const Handle&) = delete;

  [[nodiscard]] const patchbay_c_module& functions() const { return functions_; }
  [[nodiscard]] void* get() const { return module_; }

  void self_check() const {
    if (functions_.self_check == nullptr) return;
    CResult result;
    functions_.self_check(module_, &result);
    result.check();
  }

  /// What a function of this module says.
  template <class Call>
  [[nodiscard]] static std::string said(Call&& call) {
    CResult result;
    call(&result);
    result.check();
    return std::move(result.said);
  }

 private:
  void destroy() noexcept {
    if (module_ != nullptr) functions_.destroy(module_);
  }

  const patchbay_c_module functions_;
  const CHost host_;  // what the module was given; goes after it
  void* module_ = nullptr;
};

class CStage final : public Stage {
 public:
  CStage(const patchbay_c_module& functions, void* stage) : functions_(functions), stage_(stage) {}
  ~CStage() override { functions_.close(stage_); }

  Flow request(Request& request, Downstream& back) override {
    if (functions_.request == nullptr) return Forward{};
    const std::string written = write(request);
    return flow(request, back, [&](CBack& c_back) { return functions_.request(stage_, text(written), &c_back); });
  }

  Flow reply(HttpReply&& reply, Request& request, Downstream& back) override {
    if (functions_.reply == nullptr) throw std::runtime_error("it asked, but has no reply function");
    const std::string headers = write(reply.headers);
    return flow(request, back,
                [&](CBack& c_back) { return functions_.reply(stage_, reply.status, text(headers), text(reply.body), &c_back); });
  }

  void response(Response&& response, Downstream& back) override {
    if (functions_.response == nullptr) return back.response(std::move(response));
    static_cast<void>(response.body.read());
    say(back, [&](CBack& c_back) { functions_.response(stage_, text(response.body.text()), &c_back); });
  }

  void event(Event&& event, Downstream& back) override {
    if (functions_.event == nullptr) return back.event(std::move(event));
    static_cast<void>(event.data.read());
    say(back, [&](CBack& c_back) { functions_.event(stage_, text(event.name), text(event.data.text()), &c_back); });
  }

  void end(Downstream& back) override {
    if (functions_.end == nullptr) return back.end();
    say(back, [&](CBack& c_back) { functions_.end(stage_, &c_back); });
  }

  void error(Error&& error, Downstream& back) override {
    if (functions_.error == nullptr) return back.error(std::move(error));
    const std::string written = write(error);
    say(back, [&](CBack& c_back) { functions_.error(stage_, text(written), &c_back); });
  }

 private:
  template <class Call>
  Flow flow(Request& request, Downstream& back, Call&& call) {
    CBack c_back(back, &request);
    const std::int32_t flow = call(c_back);
    c_back.check();
    switch (flow) {
      case PATCHBAY_C_FORWARD: return Forward{};
      case PATCHBAY_C_ANSWERED: return Answered{};
      case PATCHBAY_C_ASK:
        if (!c_back.asked) throw std::runtime_error("it returned PATCHBAY_C_ASK without a call");
        return Ask{std::move(*c_back.asked)};
      default: throw std::runtime_error("it returned " + std::to_string(flow) + ", which is no PATCHBAY_C_FORWARD, _ANSWERED or _ASK");
    }
  }

  template <class Call>
  static void say(Downstream& back, Call&& call) {
    CBack c_back(back, nullptr);
    call(c_back);
    c_back.check();
  }

  const patchbay_c_module& functions_;  // of the module, which outlives its stages
  void* const stage_;
};

class CTransform final : public Transform {
 public:
  CTransform(const patchbay_c_module& functions, const boost::json::value& config, const Host& host) : handle_(functions, config, host) {}

  void self_check() const override { handle_.self_check(); }

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
    const std::string written = write(info);
    CResult result;
    void* const stage = handle_.functions().connect(handle_.get(), text(written), &result);
    std::unique_ptr<Stage> made;
    if (stage != nullptr) made = std::make_unique<CStage>(handle_.functions(), stage);
    result.check();
    return made;
  }

  bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const override {
    if (handle_.functions().bridges == nullptr) return Transform::bridges(client_protocol, provider_protocol);
    return handle_.functions().bridges(handle_.get(), text(client_protocol), text(provider_protocol)) != 0;
  }

  bool answers(Operation operation) const override {
    return handle_.functions().answers != nullptr && handle_.functions().answers(handle_.get(), text(name_of(operation))) != 0;
  }

 private:
  const Handle handle_;
};

/// An error of a reply that the module has no words for.
Error plain_error(int status) {
  Error error;
  error.kind = status == 401                   ? ErrorKind::authentication
               : status == 403                 ? ErrorKind::permission
               : status == 404                 ? ErrorKind::not_found
               : status == 413                 ? ErrorKind::request_too_large
               : status == 429                 ? ErrorKind::rate_limited
               : status >= 400 && status < 500 ? ErrorKind::invalid_request
                                               : ErrorKind::upstream;
  error.message = "the provider answered with status " + std::to_string(status);
  return error;
}

class CProvider final : public Provider, public Probed {
 public:
  CProvider(const patchbay_c_module& functions, const boost::json::value& config, const Host& host) : handle_(functions, config, host) {
    const patchbay_c_module& own = handle_.functions();
    const char* const protocol = own.protocol(handle_.get());
    if (protocol == nullptr || *protocol == '\0') throw std::runtime_error("it names no protocol");
    protocol_ = protocol;
    if (own.credentials != nullptr)
      credentials_ = read_credentials(Handle::said([&](patchbay_c_result* result) { own.credentials(handle_.get(), result); }));
    if (own.models != nullptr) models_ = read_models(Handle::said([&](patchbay_c_result* result) { own.models(handle_.get(), result); }));
  }

  void self_check() const override { handle_.self_check(); }
  std::string_view protocol() const override { return protocol_; }
  std::span<const Credential> credentials() const override { return credentials_; }
  std::span<const std::string> models() const override { return models_; }

  bool serves(Operation operation) const override {
    if (handle_.functions().serves == nullptr) return Provider::serves(operation);
    return handle_.functions().serves(handle_.get(), text(name_of(operation))) != 0;
  }

  Exchange describe(Request& request, const Credential& credential) const override {
    const std::string written = write(request);
    const std::string key = write(credential);
    return read_exchange(
        Handle::said([&](patchbay_c_result* result) { handle_.functions().describe(handle_.get(), text(written), text(key), result); }));
  }

  std::optional<HttpCall> probe(const Credential& credential) const override {
    if (handle_.functions().probe == nullptr) return std::nullopt;
    const std::string key = write(credential);
    const std::string said = Handle::said([&](patchbay_c_result* result) { handle_.functions().probe(handle_.get(), text(key), result); });
    return said.empty() ? std::nullopt : std::optional(read_call(said));
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    if (handle_.functions().explain == nullptr) return plain_error(status);
    const std::string lines = write(headers);
    return read_error(Handle::said(
        [&](patchbay_c_result* result) { handle_.functions().explain(handle_.get(), status, text(lines), text(body), result); }));
  }

  EventRole role(std::string_view event_name, std::string_view data) const override {
    const std::int32_t role = handle_.functions().role(handle_.get(), text(event_name), text(data));
    switch (role) {
      case PATCHBAY_C_PREAMBLE: return EventRole::preamble;
      case PATCHBAY_C_CONTENT: return EventRole::content;
      case PATCHBAY_C_FINISH: return EventRole::finish;
      case PATCHBAY_C_LAST: return EventRole::last;
      case PATCHBAY_C_TERMINATOR: return EventRole::terminator;
      case PATCHBAY_C_FAILURE: return EventRole::failure;
      default: throw std::runtime_error("its role returned " + std::to_string(role) + ", which is none");
    }
  }

 private:
  const Handle handle_;
  std::string protocol_;
  std::vector<Credential> credentials_;
  std::vector<std::string> models_;
};

class CHook final : public Hook {
 public:
  CHook(const patchbay_c_module& functions, const boost::json::value& config, const Host& host) : handle_(functions, config, host) {}

  void self_check() const override { handle_.self_check(); }

  bool wants(std::string_view event) const override {
    return handle_.functions().wants == nullptr || handle_.functions().wants(handle_.get(), text(event)) != 0;
  }

  void on(const HookEvent& event) const override {
    const std::string written = write(event);
    CResult result;
    handle_.functions().on(handle_.get(), text(written), &result);
    result.check();
  }

 private:
  const Handle handle_;
};

}  // namespace

std::unique_ptr<Module> make(const patchbay_c_module& descriptor, const boost::json::value& config, const Host& host) {
  if (descriptor.kind == PATCHBAY_C_PROVIDER) return std::make_unique<CProvider>(descriptor, config, host);
  if (descriptor.kind == PATCHBAY_C_HOOK) return std::make_unique<CHook>(descriptor, config, host);
  return std::make_unique<CTransform>(descriptor, config, host);
}

}  // namespace patchbay::c_plugin
