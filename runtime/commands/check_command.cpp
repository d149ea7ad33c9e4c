#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <iterator>
#include <utility>
#include <vector>

#include "commands/assemble_file.hpp"
#include "commands/cli.hpp"
#include "commands/start_objections.hpp"

namespace patchbay::commands {

namespace {

boost::json::object as_json(const config::Diagnostic& diagnostic) {
  return {{"file", diagnostic.at.file},
          {"line", diagnostic.at.line},
          {"column", diagnostic.at.column},
          {"key", diagnostic.key},
          {"message", diagnostic.message},
          {"suggestion", diagnostic.suggestion},
          {"severity", diagnostic.warning ? "warning" : "error"}};
}

}  // namespace

int check(const CheckOptions& options) {
  AssembledFile file = assemble_file(options.file);
  std::vector<config::Diagnostic> objections = start_objections(options.file, file);
  const bool valid = file.assembly != nullptr && objections.empty();
  std::move(objections.begin(), objections.end(), std::back_inserter(file.diagnostics));
  config::sort_by_place(file.diagnostics, options.file);
  if (options.json) {
    boost::json::array faults;
    for (const config::Diagnostic& one : file.diagnostics) faults.push_back(as_json(one));
    std::puts(boost::json::serialize(boost::json::object{{"valid", valid}, {"diagnostics", std::move(faults)}}).c_str());
    return valid ? Exit::success : Exit::bad_input;
  }
  for (const config::Diagnostic& one : file.diagnostics) std::fprintf(stderr, "%s\n", to_string(one).c_str());
  for (const plugins::LoadFailure& failure : file.plugins.scan.failures)
    std::fprintf(stderr, "warning: plugin refused: %s\n", failure.what());
  if (!valid) {
    std::fprintf(stderr, "%s is not valid\n", options.file.c_str());
    return Exit::bad_input;
  }
  std::printf("%s is valid: %zu routes, %zu instances, %zu plugins\n", options.file.c_str(), file.assembly->routes.size(),
              file.pool->instances().size(), file.plugins.scan.plugins.size());
  return Exit::success;
}

}  // namespace patchbay::commands
