#include "plugins/descriptor.hpp"
#include "plugins/load_failure.hpp"
#include "plugins/validator/check.hpp"

namespace patchbay::plugins::validator {

namespace {

std::string reason_of(const LoadFailure& failure) { return std::string(failure.what()).substr(failure.path().size() + 2); }

bool same(const PluginInfo& a, const PluginInfo& b) {
  if (a.id != b.id || a.version != b.version || a.modules.size() != b.modules.size()) return false;
  for (std::size_t i = 0; i < a.modules.size(); ++i)
    if (a.modules[i].type != b.modules[i].type || a.modules[i].kind != b.modules[i].kind || a.modules[i].schema != b.modules[i].schema)
      return false;
  return true;
}

}  // namespace

Result check_stamp(Context& context) {
  Stamp stamp;
  try {
    stamp = read_stamp(context.subject().file, context.subject().file);
  } catch (const LoadFailure& failure) {
    return {Verdict::failed, reason_of(failure)};
  }
  const bool is_c = is_c_stamp(stamp);
  const std::vector<std::string> differing = differences(stamp, is_c ? c_stamp() : host_stamp());
  if (differing.empty()) return {Verdict::success, "its stamp agrees with this host in every field"};
  std::string text;
  for (const std::string& one : differing) text += (text.empty() ? "" : "; ") + one;
  return {Verdict::failed,
          text + (is_c ? "; rebuild it with patchbay.h of this host" : "; rebuild it with the SDK and the compiler of this host")};
}

Result check_descriptor(Context& context) {
  std::shared_ptr<const Plugin> first;
  context.step("load it and read its descriptor");
  try {
    first = context.load();
  } catch (const LoadFailure& failure) {
    const bool said_by_the_stamp = failure.code() == FailureCode::stamp_missing || failure.code() == FailureCode::stamp_mismatch;
    const Verdict verdict = said_by_the_stamp ? Verdict::skipped : Verdict::failed;
    return {verdict, reason_of(failure)};
  }
  context.step("load it again and read its descriptor");
  const std::shared_ptr<const Plugin> second = context.load();
  if (!same(first->info(), second->info())) return {Verdict::failed, "a second load has another descriptor; it must be constant"};
  Findings findings;
  for (const ModuleInfo& module : first->info().modules) {
    if (module.summary.empty()) findings.warn("module " + module.type + " has no summary");
    if (module.manual.empty()) findings.warn("module " + module.type + " has no manual; write its options and an example");
  }
  findings.good(first->info().id + " " + first->info().version + " with " + std::to_string(first->info().modules.size()) +
                (first->info().modules.size() == 1 ? " module" : " modules"));
  return findings.result();
}

}  // namespace patchbay::plugins::validator
