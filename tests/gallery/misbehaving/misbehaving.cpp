// A workflow and a provider that are sound, until a definition on the command line makes one thing wrong with them: meson.build has a file
// for each. What `patchbay plugin check` finds in them is in tests/runtime/plugins/validator_test.cpp.

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "patchbay/plugin.hpp"

#if defined(STARTS_THREAD)
#include <thread>
#endif
#if defined(OPENS_FILE)
#include <cstdio>
#endif
#if defined(SLEEPS) || defined(NOT_THREAD_SAFE)
#include <sched.h>
#include <time.h>
#endif

#if defined(EXPORTS_MORE)
extern "C" __attribute__((visibility("default"))) int helper_of_a_plugin() { return 1; }
#endif

namespace patchbay {

#if defined(UNIQUE_SYMBOL)
template <class T>
struct __attribute__((visibility("default"))) Counter {
  static int& value() {
    static int count = 0;
    return count;
  }
};
#endif

struct MisbehavingConfig {
  std::string word = "w";
  int size = 10;
  bool on = true;

  static constexpr config::Doc docs[] = {
      {.field = "word", .text = "Any text."},
      {.field = "size", .text = "How large.", .minimum = 0, .maximum = 100},
      {.field = "on", .text = "Whether it does anything."},
  };
};
BOOST_DESCRIBE_STRUCT(MisbehavingConfig, (), (word, size, on))

namespace {

#if defined(LEAKS_PER_LOAD)
[[maybe_unused]] const volatile char* lost = new char[64 << 10]{};
#endif

/// Where the compiler cannot see what it is.
[[maybe_unused]] int* volatile nothing = nullptr;

class MisbehavingWorkflow;

class MisbehavingStage final : public Stage {
 public:
  explicit MisbehavingStage(const MisbehavingWorkflow& module) : module_(module) {}
  ~MisbehavingStage() override {
#if defined(CRASHES_ON_CANCEL)
    if (begun_ && !finished_) ++*nothing;
#endif
  }

  Flow request(Request& request, Downstream& back) override;

  void response(Response&& response, Downstream& back) override;
  void event(Event&& event, Downstream& back) override {
#if defined(LOOPS_FOR_EVER)
    while (nothing == nullptr) {
    }
#endif
#if defined(CRASHES_ON_EVENT_BEFORE_REQUEST)
    if (!begun_) ++*nothing;
#endif
    back.event(std::move(event));
  }
  void end(Downstream& back) override {
    finished_ = true;
#if defined(SWALLOWS_END)
    static_cast<void>(back);
#else
    back.end();
#endif
#if defined(ENDS_TWICE)
    back.end();
#endif
  }
  void error(Error&& error, Downstream& back) override {
    finished_ = true;
    back.error(std::move(error));
  }

 private:
  [[maybe_unused]] const MisbehavingWorkflow& module_;
  bool begun_ = false;
  [[maybe_unused]] bool finished_ = false;
};

#if defined(CRASHES_WHEN_LOADED)
const bool crashed = (++*nothing, true);
#endif

class MisbehavingWorkflow final : public Transform {
 public:
  using Config = MisbehavingConfig;

  MisbehavingWorkflow(Config config, const Host&) : config_(std::move(config)) {
#if defined(SCHEMA_LIES)
    if (config_.size > 50) throw config::Error(std::vector<config::Fault>{{ "/size", "is more than 50" }});
#endif
#if defined(NEEDS_CONFIG)
    if (config_.word != "open sesame") throw config::Error(std::vector<config::Fault>{{ "/word", "is not the right one" }});
#endif
#if defined(CRASHES_WHEN_MADE)
    ++*nothing;
#endif
#if defined(LOOPS_WHEN_MADE)
    for (volatile bool forever = true; forever;) {
    }
#endif
#if defined(LEAKS_PER_CREATE)
    [[maybe_unused]] const volatile char* const forgotten = new char[48]{};
#endif
#if defined(STARTS_THREAD)
    std::thread([]{}).detach();
#endif
#if defined(OPENS_FILE)
    if (std::FILE* const file = std::fopen("/dev/null", "r")) std::fclose(file);
#endif
#if defined(UNIQUE_SYMBOL)
    ++Counter<int>::value();
#endif
#if defined(THREAD_LOCAL_DESTRUCTOR)
    thread_local std::string name;
    name += config_.word;
#endif
  }

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
#if defined(SLEEPS)
    const timespec quarter_of_a_second{0, 250'000'000};
    nanosleep(&quarter_of_a_second, nullptr);
#endif
#if defined(CRASHES_ON_UNKNOWN_PROTOCOL)
    static const std::map<std::string_view, int, std::less<>> known = {{"openai-chat", 1},
                                                                       {"openai-completions", 2},
                                                                       {"openai-responses", 3},
                                                                       {"anthropic-messages", 4},
                                                                       { "gemini",
                                                                         5 }};
    if (known.find(info.client_protocol) == known.end()) ++*nothing;
#endif
    static_cast<void>(info);
    return std::make_unique<MisbehavingStage>(*this);
  }

#if defined(BROKEN_BY_THROWING)
  mutable bool under_way = false;
#endif
#if defined(HANDS_OUT_ANOTHER_BODY)
  mutable std::string body;
#endif
#if defined(KEEPS_EVERY_BODY)
  mutable std::vector<std::string> bodies;
#endif
#if defined(NOT_THREAD_SAFE)
  /// The state of one request in an object that all of them share.
  mutable const void* volatile serving = nullptr;
#endif

 private:
  const Config config_;
};

Flow MisbehavingStage::request(Request& request, Downstream& back) {
  begun_ = true;
  static_cast<void>(back);
#if defined(CRASHES_ON_EMPTY_BODY)
  if (request.body.text().empty()) ++*nothing;
#endif
#if defined(NOT_THREAD_SAFE)
  module_.serving = this;
  sched_yield();
  if (module_.serving != this) throw std::runtime_error("somebody else is served");
#endif
#if defined(BROKEN_BY_THROWING)
  if (module_.under_way) throw std::runtime_error("somebody else is under way");
  module_.under_way = true;
  if (request.body.text().empty()) throw std::runtime_error("there is no body");
  module_.under_way = false;
#endif
#if defined(THROWS_NUMBERS)
  if (request.body.text().empty()) throw 42;
#endif
#if defined(LEAKS_PER_REQUEST)
  [[maybe_unused]] const volatile char* const forgotten = new char[4 << 10]{};
#endif
#if defined(HANDS_OUT_ANOTHER_BODY)
  module_.body = request.body.text();
#endif
#if defined(KEEPS_EVERY_BODY)
  module_.bodies.emplace_back(request.body.text());
#endif
  static_cast<void>(request);
  return Forward{};
}

void MisbehavingStage::response(Response&& response, Downstream& back) {
  finished_ = true;
#if defined(HANDS_OUT_ANOTHER_BODY)
  response.body = Document(module_.body);
#endif
  back.response(std::move(response));
}

class MisbehavingProvider final : public Provider {
 public:
  using Config = MisbehavingConfig;
  MisbehavingProvider(Config, const Host&) {}

  std::string_view protocol() const override { return protocols::openai_chat; }
  Exchange describe(Request& request, const Credential&) const override {
    HttpCall call;
#if defined(RELATIVE_URL)
    call.url = "/v1/chat/completions";
#else
    call.url = "https://api.example.com/v1/chat/completions";
#endif
    call.body = request.body.take_text();
#if defined(CALLS_WITH_ANOTHER_BODY)
    call.body = std::exchange(body_, call.body);
#endif
    return call;
  }
  Error explain(int status, const Headers&, std::string_view body) const override {
    return {.kind = ErrorKind::upstream, .status = status >= 400 && status < 600 ? status : 0, .message = std::string(body.substr(0, 100))};
  }
  EventRole role(std::string_view, std::string_view data) const override {
#if defined(ROLE_REMEMBERS)
    if (++roles_ % 7 == 0) return EventRole::failure;
#endif
    return data == "[DONE]" ? EventRole::terminator : EventRole::content;
  }

 private:
  [[maybe_unused]] mutable int roles_ = 0;
  [[maybe_unused]] mutable std::string body_ = "{}";
};

/// Factories of hand-made descriptors.
template <int Which>
[[maybe_unused]] void* careless_create(const void* config, const void* host) {
  const boost::json::object* const given = static_cast<const boost::json::value*>(config)->if_object();
  boost::json::object kept;
  for (const auto& member : given == nullptr ? boost::json::object() : *given) {
    const bool known = member.key() == "word" || member.key() == "size" || member.key() == "on";
    if (Which == 0 && !known) continue;  // unknown keys are passed over
    if (Which == 1 && known) continue;   // whatever the values are
    kept[member.key()] = member.value();
  }
  return static_cast<Module*>(new MisbehavingWorkflow(config::parse<MisbehavingConfig>(kept), *static_cast<const Host*>(host)));
}

[[maybe_unused]] const char* schema_that_breaks_itself() {
  return R"({"type":"object","properties":{"size":{"type":"integer","maximum":5,"default":10}},"additionalProperties":false})";
}

constexpr patchbay_module_descriptor workflow() {
  patchbay_module_descriptor descriptor = module<MisbehavingWorkflow>(ModuleKind::workflow, "workflow-misbehaving", "Passes everything on",
                                                                      "experimental", "Has three options.");
#if defined(IGNORES_UNKNOWN_KEYS)
  descriptor.create = &careless_create<0>;
#elif defined(IGNORES_VALUES)
  descriptor.create = &careless_create<1>;
#elif defined(SCHEMA_BREAKS_ITSELF)
  descriptor.config_schema = &schema_that_breaks_itself;
#endif
  return descriptor;
}

}  // namespace

}  // namespace patchbay

PATCHBAY_PLUGIN("dev.patchbay.misbehaving", "1.0.0", "Patchbay", "MIT", patchbay::workflow(),
                patchbay::module<patchbay::MisbehavingProvider>(patchbay::ModuleKind::provider, "provider-misbehaving", "Calls nobody",
                                                                "experimental", "Has three options."))
