#pragma once

#include "patchbay/testing/chain.hpp"
#include "patchbay/testing/clock.hpp"
#include "patchbay/testing/golden.hpp"
#include "patchbay/testing/host.hpp"
#include "patchbay/testing/library.hpp"
#include "patchbay/testing/modules.hpp"
#include "patchbay/testing/recording.hpp"
#include "patchbay/testing/script.hpp"
#include "patchbay/testing/stage_harness.hpp"
#include "patchbay/testing/streams.hpp"
#include "patchbay/testing/stress.hpp"

/// Tests modules alone: no host, no network, no test framework. Link the plugin's sources and `patchbay-testing` into a test program:
///
///     Modules modules(*patchbay_plugin_entry_v1());
///     const auto shout = modules.transform("workflow-shout", R"({"suffix":"?"})");
///     StageHarness harness(*shout);
///     harness.request(chat_request(R"({"model":"m","messages":[]})"));
///     harness.event(R"({"choices":[]})");
///     harness.end();
///     // harness.client has what the client would have got
///
/// A shared library is tested the same way: `Library library("shout.so"); Modules modules(library.plugin());`. Several modules with a
/// provider at their end make a `Chain`.
///
/// `patchbay/testing/allocations.hpp` is not included here: it needs `patchbay-testing-allocations`, which replaces operator new.
