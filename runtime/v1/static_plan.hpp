#pragma once

#include <vector>

#include "config/located.hpp"
#include "config/static_plan.hpp"
#include "v1/plan.hpp"

namespace patchbay::v1 {

/// What the V1 engine serves: the plan's chains with keys in place of the references to them, each pipeline with modules of its own.
/// Time-outs and fail-over are those of `settings`. `document` says where things stand; the files that keys came from are added to `files`.
/// [init]
[[nodiscard]] config::StaticPlan static_plan(const Plan& plan, const config::Settings& settings, const config::Located& document,
                                             std::vector<std::string>& files, std::vector<config::Diagnostic>& diagnostics);

}  // namespace patchbay::v1
