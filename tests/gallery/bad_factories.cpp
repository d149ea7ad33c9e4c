// One plugin that loads, with module types that cannot be made; each type says what its factory does.

#include <stdexcept>

#include "patchbay/hook.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay::gallery {

namespace {

const char* schema() { return R"({"type":"object"})"; }

struct Passing final : Transform {
  std::unique_ptr<Stage> connect(const ConnectionInfo&) const override { return nullptr; }
};

struct Silent final : Provider {
  std::string_view protocol() const override { return protocols::openai_chat; }
  Exchange describe(Request&, const Credential&) const override { return LocalAnswer{}; }
  Error explain(int, const Headers&, std::string_view) const override { return {}; }
  EventRole role(std::string_view, std::string_view) const override { return EventRole::content; }
};

struct Watching final : Hook {
  void on(const HookEvent&) const override {}
};

/// An exception class that only this file knows, with a text that nobody could copy.
struct Speechless final : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

template <class M>
void* make(const void*, const void*) {
  return static_cast<Module*>(new M);
}
void* throw_exception(const void*, const void*) { throw std::runtime_error("the moon is in the wrong phase"); }
void* throw_int(const void*, const void*) { throw 42; }
void* throw_speechless(const void*, const void*) { throw Speechless(); }
void* throw_faults(const void*, const void*) {
  throw config::Error(std::vector<config::Fault>{{"/rules/0", "the expression does not compile"}, {"/size", "is odd"}});
}
void* return_null(const void*, const void*) { return nullptr; }

using Create = void* (*)(const void*, const void*);
constexpr patchbay_module_descriptor type(ModuleKind kind, const char* name, Create create) {
  return {
      sizeof(patchbay_module_descriptor), static_cast<std::uint32_t>(kind), name, "Cannot be made", "experimental", "", &schema, create};
}

}  // namespace

}  // namespace patchbay::gallery

namespace pg = patchbay::gallery;
using patchbay::ModuleKind;

PATCHBAY_PLUGIN("dev.patchbay.bad-factories", "1.0.0", "Patchbay", "MIT",
                pg::type(ModuleKind::workflow, "throws-exception", &pg::throw_exception),
                pg::type(ModuleKind::workflow, "throws-int", &pg::throw_int),
                pg::type(ModuleKind::workflow, "throws-speechless", &pg::throw_speechless),
                pg::type(ModuleKind::workflow, "throws-faults", &pg::throw_faults),
                pg::type(ModuleKind::workflow, "returns-null", &pg::return_null),
                pg::type(ModuleKind::provider, "transform-as-provider", &pg::make<pg::Passing>),
                pg::type(ModuleKind::workflow, "provider-as-workflow", &pg::make<pg::Silent>),
                pg::type(ModuleKind::hook, "hook", &pg::make<pg::Watching>))
