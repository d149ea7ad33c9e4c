#pragma once

#include <span>
#include <string_view>

#include "plugins/validator/context.hpp"
#include "plugins/validator/result.hpp"

namespace patchbay::plugins::validator {

/// One test of a plugin file; runs in a process of its own.
struct Check {
  std::string_view name;
  std::string_view description;  ///< what it shows when it succeeds, in a sentence
  Result (*run)(Context& context);
};

/// Every test, in the order in which they are run: what needs no code of the file first.
[[nodiscard]] std::span<const Check> all_checks();

/// Null if there is none of that name.
[[nodiscard]] const Check* find_check(std::string_view name);

// How the file is linked; none of its code runs.
Result check_exports(Context& context);
Result check_undefined_symbols(Context& context);
Result check_unique_symbols(Context& context);
Result check_static_runtime(Context& context);
Result check_thread_local_destructors(Context& context);
Result check_threads(Context& context);
Result check_system_calls(Context& context);

// What it says about itself.
Result check_stamp(Context& context);
Result check_descriptor(Context& context);
Result check_schema(Context& context);

// Configurations.
Result check_accepted_configs(Context& context);
Result check_refused_configs(Context& context);
Result check_unknown_keys(Context& context);

// Requests and answers.
Result check_provider_calls(Context& context);
Result check_streams(Context& context);
Result check_unknown_protocols(Context& context);
Result check_malformed_bodies(Context& context);
Result check_throwing_paths(Context& context);
Result check_order_of_events(Context& context);
Result check_split_events(Context& context);
Result check_cancel(Context& context);
Result check_concurrent_calls(Context& context);
Result check_run_time(Context& context);

// What one request leaves to the next.
Result check_separate_connections(Context& context);
Result check_request_memory(Context& context);

// Making, destroying, loading and unloading.
Result check_create_destroy(Context& context);
Result check_unload(Context& context);
Result check_reload(Context& context);

}  // namespace patchbay::plugins::validator
