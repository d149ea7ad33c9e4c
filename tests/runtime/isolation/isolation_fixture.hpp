#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../pipeline/fake_chain.hpp"
#include "../pipeline/fake_client.hpp"
#include "../pipeline/fake_upstream.hpp"
#include "gallery.hpp"
#include "isolation/supervisor.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/plugin_registry.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::isolation::testing {

using pipeline::testing::FakeClient;
using pipeline::testing::FakeUpstream;
using std::chrono::milliseconds;

/// How patient a test is; nothing that works takes nearly so long.
inline constexpr std::chrono::seconds patience{60};

/// The executable under test, which starts itself as the process of a plugin.
[[nodiscard]] std::filesystem::path patchbay_executable();

/// What a test says of the processes: short pauses between deaths, and time enough for a busy machine.
[[nodiscard]] Supervisor::Options quick_options();

/// One request on its way, and what its client heard.
struct Running {
  FakeClient client;
  std::unique_ptr<pipeline::Connection> connection;
};

/// One event loop with routes whose modules are isolated. Tests drive the loop themselves, so whatever blocks it would block them.
struct IsolationTest : plugins::testing::WithStaging {
  IsolationTest() : IsolationTest(quick_options()) {}
  explicit IsolationTest(Supervisor::Options options);
  ~IsolationTest() override;

  static config::ModuleUse isolated(ModuleKind kind, std::string type, boost::json::object config = {});
  static config::ModuleUse in_host(ModuleKind kind, std::string type, boost::json::object config = {});

  /// Publishes routes, each for the model of its own name.
  struct NamedRoute {
    std::string model;
    std::vector<config::ModuleUse> modules;
  };
  void publish(std::vector<NamedRoute> routes);
  /// The faults of an Assembly of one route; nothing is published.
  std::string faults_of(std::vector<config::ModuleUse> modules);

  /// Starts a request; `extra` is more of its body, for example `,"stream":true`.
  std::unique_ptr<Running> start(const std::string& model, const std::string& extra = {}, const std::string& id = "id");
  /// Starts one and runs the loop until its client has its answer.
  std::unique_ptr<Running> answer(const std::string& model, const std::string& extra = {}, const std::string& id = "id");
  /// Runs the loop until something is so; fails the test if it never is.
  void run_until(const std::function<bool()>& so, const char* what);
  void run_until_up() {
    run_until([this] { return !processes().empty() && processes()[0].state == ProcessState::up; }, "the process is up");
  }

  std::vector<ProcessStatus> processes() const { return supervisor->processes(); }
  pid_t pid() const { return processes().at(0).pid; }
  std::uint64_t errors_of(const std::string& type) const;

  // What outlives what, from top to bottom, as in the gateway.
  std::shared_ptr<const plugins::Plugin> plugin = load(plugins::testing::gallery_file("crash-test"));
  std::shared_ptr<const plugins::Plugin> ticker = load(plugins::testing::gallery_file("ticker"));
  std::shared_ptr<const plugins::Plugin> bad_factories = load(plugins::testing::gallery_file("bad-factories"));
  std::optional<Supervisor> supervisor;
  pipeline::ModuleRegistry registry;
  pipeline::StaticInstancePool pool;
  pipeline::AssemblySlot slot;
  pipeline::V2Engine engine{slot, pool};
  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  FakeUpstream upstream;
  pipeline::Worker worker{io, deadlines, upstream};
  std::uint64_t assemblies = 0;
};

/// How many descriptors this process has open.
[[nodiscard]] std::size_t open_descriptors();
/// How many children of this process are there, zombies among them.
[[nodiscard]] std::size_t child_processes();

}  // namespace patchbay::isolation::testing
