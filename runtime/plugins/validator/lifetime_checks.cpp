#include <algorithm>
#include <limits>

#include "memory/heap.hpp"
#include "plugins/load_failure.hpp"
#include "plugins/validator/check.hpp"
#include "plugins/validator/exercise.hpp"
#include "plugins/validator/memory.hpp"

namespace patchbay::plugins::validator {

namespace {

constexpr int warm_up = 20;
constexpr int rounds = 1000;
constexpr int blocks = 3;
constexpr int reloads = 100;
constexpr std::size_t slack = 8u << 10;           // what the allocator may keep; the smallest leak in every round is more
constexpr std::size_t resident_slack = 2u << 20;  // what the linker and the allocator may keep

void use(Context& context, const Plugin& plugin, std::size_t index, const boost::json::value& config) {
  const auto module = context.make(plugin, index, config);
  if (const auto* const transform = dynamic_cast<const Transform*>(module.get()))
    (void)transform->connect({.request_id = "r", .route = "check", .client_protocol = "openai-chat", .provider_protocol = "openai-chat"});
}

std::string bytes(std::size_t count) { return std::to_string(count) + " bytes"; }

}  // namespace

Result check_create_destroy(Context& context) {
  Findings findings;
  const Plugin& plugin = context.plugin();
  for (std::size_t i = 0; i < plugin.info().modules.size(); ++i) {
    const std::string& type = plugin.info().modules[i].type;
    try {
      (void)context.make(i);
    } catch (const Skip& reason) {
      findings.skip(reason.what());
      continue;
    }
    const boost::json::value config = context.sample_config(plugin.info().modules[i]);
    context.step("make and destroy " + std::to_string(rounds) + " modules " + type);
    for (int round = 0; round < warm_up; ++round) use(context, plugin, i, config);
    // What is taken once and kept (a table that is made at the first use) is no leak; what grows in every thousand is.
    std::size_t left = std::numeric_limits<std::size_t>::max();
    for (int block = 0; block < blocks && left > slack; ++block) {
      const std::size_t before = memory::heap_in_use();
      for (int round = 0; round < rounds; ++round) use(context, plugin, i, config);
      const std::size_t after = memory::heap_in_use();
      left = std::min(left, after - std::min(before, after));
    }
    if (left > slack)
      findings.fail("making and destroying a " + type + " leaves about " + bytes(left / rounds) + " behind, each time");
    else
      findings.good("making and destroying " + std::to_string(rounds) + " modules left nothing behind");
  }
  return findings.result();
}

Result check_unload(Context& context) {
  (void)context.plugin();  // says why not, if it cannot be loaded
  Findings ignored;
  each_module(context, ignored, [&](const Part& part) {
    context.step("send a request through " + part.name());
    (void)part.run(part.talks().front());
  });
  context.step("unload it");
  context.release();
  if (pinned_libraries() == 0 && mappings_under(context.subject().directory) == 0)
    return {Verdict::success, "nothing of it is mapped after its last handle is gone"};
  return {Verdict::failed,
          "it stays mapped after its last handle is gone; the tests exports, unique-symbols and thread-local-destructors look for the "
          "usual reasons"};
}

Result check_reload(Context& context) {
  (void)context.plugin();
  const auto round = [&] {
    const auto plugin = context.load();
    for (std::size_t i = 0; i < plugin->info().modules.size(); ++i) try {
        use(context, *plugin, i, context.sample_config(plugin->info().modules[i]));
      } catch (const std::exception&) {
        continue;  // accepted-configs says so
      }
  };
  context.step("load and unload it " + std::to_string(reloads) + " times");
  for (int i = 0; i < warm_up; ++i) round();
  const std::size_t mappings = mappings_under(context.subject().directory);
  const std::size_t heap = memory::heap_in_use();
  const std::size_t resident = resident_bytes();
  for (int i = 0; i < reloads; ++i) round();
  if (const std::size_t more = mappings_under(context.subject().directory); more > mappings)
    return {Verdict::failed, std::to_string(reloads) + " reloads left " + std::to_string(more - mappings) + " mappings behind"};
  if (const std::size_t now = memory::heap_in_use(); now > heap + slack + reloads * 64)
    return {Verdict::failed, "every reload leaves about " + bytes((now - heap) / reloads) + " of the heap behind"};
  if (const std::size_t now = resident_bytes(); !memory_is_instrumented() && now > resident + resident_slack)
    return {Verdict::failed, "every reload leaves about " + bytes((now - resident) / reloads) + " of memory behind"};
  return {Verdict::success, std::to_string(reloads) + " reloads left nothing behind"};
}

}  // namespace patchbay::plugins::validator
