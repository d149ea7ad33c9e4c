#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdio>

#include "commands/cli.hpp"
#include "commands/migration.hpp"
#include "comparison/engine_run.hpp"
#include "memory/heap.hpp"
#include "patchbay/plain_json.hpp"
#include "pipeline/v1_engine.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::commands {

namespace json = boost::json;

namespace {

constexpr std::uint64_t longcontext_tokens = 100'000;
constexpr int rounds = 20;

/// What the modules hold of the heap, seen by what it gives back when they go.
std::size_t bytes_of_modules(const pipeline::StaticInstancePool& pool) {
  const std::size_t before = memory::heap_in_use();
  for (const auto& instance : pool.instances()) instance->recycle();
  return before - memory::heap_in_use();
}

struct Side {
  std::vector<comparison::Outcome> outcomes;  ///< of the first round
  std::vector<comparison::Outcome> timed;     ///< of all rounds
  std::size_t instances = 0;
  std::size_t bytes = 0;
};

double microseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::micro>(time).count(); }

json::object as_json(const Side& side, const std::string& file) {
  return {{"file", file},
          {"instances", side.instances},
          {"module_bytes", side.bytes},
          {"p50_us", microseconds(comparison::percentile(side.timed, 0.5))},
          {"p95_us", microseconds(comparison::percentile(side.timed, 0.95))}};
}

void print(const Side& side, const std::string& file) {
  std::printf("%s: %zu instances, %zu KiB in modules; to the provider in %.1f us (p50), %.1f us (p95)\n", file.c_str(), side.instances,
              side.bytes / 1024, microseconds(comparison::percentile(side.timed, 0.5)),
              microseconds(comparison::percentile(side.timed, 0.95)));
}

}  // namespace

std::unique_ptr<EngineOfFile> engine_of(const std::string& path) {
  auto made = std::make_unique<EngineOfFile>();
  made->file = assemble_file(path);
  if (!made->file.assembly) return made;
  const bool is_static = made->file.assembly->routes.empty() && made->file.assembly->v1;
  made->slot.publish(made->file.assembly);
  if (is_static)
    made->engine = std::make_unique<pipeline::V1Engine>(made->slot);
  else
    made->engine = std::make_unique<pipeline::V2Engine>(made->slot, *made->file.pool);
  return made;
}

int compare(const CompareOptions& options) {
  const std::string files[] = {options.one, options.other};
  std::unique_ptr<EngineOfFile> engines[] = {engine_of(options.one), engine_of(options.other)};
  for (const auto& one : engines) {
    for (const config::Diagnostic& fault : one->file.diagnostics) std::fprintf(stderr, "%s\n", to_string(fault).c_str());
    if (!one->engine) return Exit::bad_input;
  }
  const std::vector<comparison::Sample> corpus =
      options.requests.empty() ? comparison::built_in_corpus(longcontext_tokens, {}) : comparison::corpus_in(options.requests);

  Side sides[2];
  for (int round = 0; round < rounds; ++round)
    for (int i = 0; i < 2; ++i) {  // in turn, so that both meet the same machine
      std::vector<comparison::Outcome> outcomes = comparison::run(*engines[i]->engine, corpus);
      for (const comparison::Outcome& one : outcomes) sides[i].timed.push_back({"", std::nullopt, "", one.took});
      if (round == 0) sides[i].outcomes = std::move(outcomes);
    }
  json::array differences;
  for (std::size_t k = 0; k < corpus.size(); ++k)
    if (std::string what = comparison::difference(sides[0].outcomes[k], sides[1].outcomes[k]); !what.empty())
      differences.push_back(json::object{{"request", corpus[k].name}, {"difference", what}});
  for (int i = 0; i < 2; ++i) {
    sides[i].instances = engines[i]->file.pool->instances().size();
    sides[i].bytes = bytes_of_modules(*engines[i]->file.pool);
  }

  if (options.json) {
    const json::object result{{"requests", corpus.size()},
                              {"differences", differences},
                              {"files", json::array{as_json(sides[0], files[0]), as_json(sides[1], files[1])}}};
    std::puts(plain_json(result).c_str());
    return differences.empty() ? Exit::success : Exit::failure;
  }
  for (const json::value& one : differences)
    std::printf("%s: %s\n", one.at("request").as_string().c_str(), one.at("difference").as_string().c_str());
  std::printf("%zu requests, %zu of them differ\n", corpus.size(), differences.size());
  for (int i = 0; i < 2; ++i) print(sides[i], files[i]);
  return differences.empty() ? Exit::success : Exit::failure;
}

}  // namespace patchbay::commands
