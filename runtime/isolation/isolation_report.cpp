#include "isolation/isolation_report.hpp"

#include <boost/json/object.hpp>

namespace patchbay::isolation {

boost::json::array describe(const Supervisor& supervisor) {
  boost::json::array processes;
  for (const ProcessStatus& one : supervisor.processes()) {
    boost::json::object shown{
        {"plugin", one.plugin},   {"version", one.version}, {"generation", one.generation},        {"state", name_of(one.state)},
        {"modules", one.modules}, {"deaths", one.deaths},   {"resident_bytes", one.resident_bytes}};
    if (one.pid != 0) shown["pid"] = one.pid;
    if (!one.last_death.empty()) shown["last_death"] = one.last_death;
    processes.push_back(std::move(shown));
  }
  return processes;
}

std::string list_text(const Supervisor& supervisor) {
  std::string text;
  for (const ProcessStatus& one : supervisor.processes()) {
    text += "process of " + one.plugin + " " + one.version + ", generation " + std::to_string(one.generation) + ": " +
            std::string(name_of(one.state)) + (one.pid != 0 ? ", pid " + std::to_string(one.pid) : "") + ", " +
            std::to_string(one.modules) + " modules";
    if (one.deaths > 0) text += ", died " + std::to_string(one.deaths) + " times; the last one " + one.last_death;
    text += "\n";
  }
  return text;
}

void add_metrics(const Supervisor& supervisor, monitoring::PrometheusText& text) {
  const std::vector<ProcessStatus> processes = supervisor.processes();
  const auto metric = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    text.metric(name, type, help);
    for (const ProcessStatus& one : processes)
      text.sample({{"plugin", one.plugin}, {"generation", std::to_string(one.generation)}}, value(one));
  };
  metric("patchbay_plugin_process_up", "gauge", "1 if the process of an isolated plugin serves.",
         [](const ProcessStatus& one) { return one.state == ProcessState::up ? 1u : 0u; });
  metric("patchbay_plugin_process_deaths_total", "counter", "How often it died.", [](const ProcessStatus& one) { return one.deaths; });
  metric("patchbay_plugin_process_resident_bytes", "gauge", "Memory that it takes.",
         [](const ProcessStatus& one) { return one.resident_bytes; });
}

}  // namespace patchbay::isolation
