#include "isolation_fixture.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace patchbay::isolation::testing {

namespace fs = std::filesystem;

fs::path patchbay_executable() { return plugins::testing::environment("PATCHBAY_BIN"); }

Supervisor::Options quick_options() {
  Supervisor::Options options;
  options.executable = patchbay_executable();
  options.first_backoff = milliseconds(5);
  options.longest_backoff = milliseconds(20);
  options.timeout = milliseconds(30'000);
  options.log_level = "off";
  return options;
}

IsolationTest::IsolationTest(Supervisor::Options options) {
  supervisor.emplace(std::move(options));
  registry = pipeline::registry_of(
      {plugin, ticker, bad_factories}, nullptr,
      [this](const auto& from, std::size_t index, const boost::json::value& config) { return supervisor->make(from, index, config); });
}

IsolationTest::~IsolationTest() { supervisor->stop(); }

config::ModuleUse IsolationTest::in_host(ModuleKind kind, std::string type, boost::json::object config) {
  return pipeline::testing::use(kind, std::move(type), std::move(config));
}

config::ModuleUse IsolationTest::isolated(ModuleKind kind, std::string type, boost::json::object config) {
  config::ModuleUse use = in_host(kind, std::move(type), std::move(config));
  use.isolated = true;
  return use;
}

void IsolationTest::publish(std::vector<NamedRoute> routes) {
  config::Settings settings;
  for (NamedRoute& one : routes) {
    config::Route route = pipeline::testing::route(one.model, std::move(one.modules));
    route.pattern.model = "^" + one.model + "$";
    // What one attempt is like, not what may follow from it.
    route.failover.attempts = 1;
    route.failover.fail_fast = false;
    settings.routes.push_back(std::move(route));
  }
  pipeline::Assembled assembled = pipeline::PipelineAssembler(registry, pool).assemble(std::move(settings), ++assemblies);
  for (const config::Diagnostic& fault : assembled.diagnostics) ADD_FAILURE() << to_string(fault);
  slot.publish(std::move(assembled.assembly));
}

std::string IsolationTest::faults_of(std::vector<config::ModuleUse> modules) {
  config::Settings settings;
  settings.routes.push_back(pipeline::testing::route("faulty", std::move(modules)));
  std::string faults;
  for (const config::Diagnostic& fault :
       pipeline::PipelineAssembler(registry, pool).assemble(std::move(settings), ++assemblies).diagnostics)
    faults += to_string(fault) + "\n";
  return faults;
}

std::unique_ptr<Running> IsolationTest::start(const std::string& model, const std::string& extra, const std::string& id) {
  auto running = std::make_unique<Running>();
  Request request;
  request.id = id;
  request.protocol = protocols::openai_chat;
  request.body = Document("{\"model\":\"" + model + "\"" + extra + "}");
  running->connection = engine.start(worker, std::move(request), running->client);
  return running;
}

std::unique_ptr<Running> IsolationTest::answer(const std::string& model, const std::string& extra, const std::string& id) {
  auto running = start(model, extra, id);
  run_until([&] { return running->client.finished; }, "the client has its answer");
  return running;
}

void IsolationTest::run_until(const std::function<bool()>& so, const char* what) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!so()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "not so after a long time: " << what;
    io.restart();
    io.run_one_for(milliseconds(10));
  }
}

std::uint64_t IsolationTest::errors_of(const std::string& type) const {
  std::uint64_t errors = 0;
  for (const auto& instance : pool.instances())
    if (instance->key().type == type) errors += instance->counters().errors;
  return errors;
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
}

std::size_t child_processes() {
  std::size_t children = 0;
  for (const fs::directory_entry& process : fs::directory_iterator("/proc")) {
    std::ifstream stat(process.path() / "stat");
    std::string line;
    if (!std::getline(stat, line)) continue;
    // After the name in parentheses: the state, and then the parent's number (proc(5)).
    std::istringstream rest(line.substr(line.rfind(')') + 1));
    std::string state;
    pid_t parent = 0;
    if (rest >> state >> parent && parent == getpid()) ++children;
  }
  return children;
}

}  // namespace patchbay::isolation::testing
