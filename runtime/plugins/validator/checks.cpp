#include <algorithm>

#include "plugins/validator/check.hpp"

namespace patchbay::plugins::validator {

namespace {

constexpr Check checks[] = {
    {"exports", "It defines exactly one dynamic symbol, the entry, so it clashes with no other plugin.", &check_exports},
    {"undefined-symbols", "Everything that it needs is in the host or in a library that is there.", &check_undefined_symbols},
    {"unique-symbols", "No symbol is STB_GNU_UNIQUE, which would keep it in memory for good.", &check_unique_symbols},
    {"static-runtime", "The C++ runtime is the host's and not a second one inside it.", &check_static_runtime},
    {"thread-local-destructors", "No thread_local object has a destructor, which would keep it in memory until every thread has ended.",
     &check_thread_local_destructors},
    {"threads", "It starts no thread.", &check_threads},
    {"system-calls", "It opens no socket, file or process: that is the host's part.", &check_system_calls},
    {"stamp", "It was built against this host's SDK, compiler ABI and libraries.", &check_stamp},
    {"descriptor", "Its descriptor keeps every rule, and says the same every time.", &check_descriptor},
    {"schema", "The schema of every module is sound, and its defaults and examples keep it.", &check_schema},
    {"accepted-configs", "What the schema allows is accepted: the defaults, every value of every option, random configurations.",
     &check_accepted_configs},
    {"refused-configs", "What the schema forbids is refused, with a fault that points to it.", &check_refused_configs},
    {"unknown-keys", "A key that the schema does not know is refused, with a fault that points to it.", &check_unknown_keys},
    {"provider-calls", "The calls that a provider describes are such that the host can make them.", &check_provider_calls},
    {"streams", "Whole answers and streams reach the client, and every one of them ends once.", &check_streams},
    {"unknown-protocols", "A protocol that it does not know does no harm.", &check_unknown_protocols},
    {"malformed-bodies", "Bodies that are empty, huge, nested too deeply, or not what they should be are answered or refused.",
     &check_malformed_bodies},
    {"throwing-paths", "What throws fails its own request alone: the same instance serves the next one as before.", &check_throwing_paths},
    {"order-of-events", "Messages in an order that no sound provider has do no harm.", &check_order_of_events},
    {"split-events", "A stream means the same wherever it is cut into pieces.", &check_split_events},
    {"cancel", "A client may leave at any point of a stream.", &check_cancel},
    {"concurrent-calls", "One instance serves four threads at once, each as if it were alone.", &check_concurrent_calls},
    {"separate-connections", "Connections that are open at once see nothing of each other.", &check_separate_connections},
    {"request-memory", "Hundreds of requests leave no memory behind.", &check_request_memory},
    {"run-time", "No call takes long.", &check_run_time},
    {"create-destroy", "A thousand instances and their stages leave no memory behind.", &check_create_destroy},
    {"unload", "It is really unloaded with its last handle.", &check_unload},
    {"reload", "A hundred reloads leave neither mappings nor memory behind.", &check_reload},
};

}  // namespace

std::span<const Check> all_checks() { return checks; }

const Check* find_check(std::string_view name) {
  const auto* const found = std::find_if(std::begin(checks), std::end(checks), [&](const Check& check) { return check.name == name; });
  return found == std::end(checks) ? nullptr : found;
}

}  // namespace patchbay::plugins::validator
