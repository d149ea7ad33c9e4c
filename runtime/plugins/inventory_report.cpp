#include "plugins/inventory_report.hpp"

#include <fmt/chrono.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plugins/plugin_report.hpp"

namespace patchbay::plugins {

namespace json = boost::json;

namespace {

/// As RFC 3339 has it, in UTC.
std::string text_of(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

json::object describe(const LoadFailure& failure) {
  return {{"path", failure.path()}, {"code", name_of(failure.code())}, {"message", failure.what()}};
}

std::uint64_t count_of(const Holders& holders, std::uint64_t generation) {
  const auto found = holders.find(generation);
  return found == holders.end() ? 0 : found->second;
}

std::string held_by(std::uint64_t requests) { return "held by " + std::to_string(requests) + (requests == 1 ? " request" : " requests"); }

std::string refusal_text(const LoadFailure& failure) {
  return "refused (" + std::string(name_of(failure.code())) + "): " + failure.what() + "\n";
}

}  // namespace

json::value describe(const PluginInventory& inventory, const Holders& holders) {
  json::array live, refused, retired;
  for (const PluginRecord& record : inventory.records()) {
    if (record.refused) refused.push_back(describe(*record.refused));
    if (!record.live) continue;
    json::object plugin = describe(record.live->info()).as_object();
    plugin["generation"] = record.live->info().generation;
    plugin["since"] = text_of(record.since);
    plugin["requests"] = count_of(holders, record.live->info().generation);
    if (record.before) plugin["version_before"] = record.version_before;
    live.push_back(std::move(plugin));
  }
  for (const RetiredPlugin& one : inventory.retired())
    retired.push_back(json::object{{"id", one.id},
                                   {"version", one.version},
                                   {"generation", one.generation},
                                   {"since", text_of(one.since)},
                                   {"requests", count_of(holders, one.generation)}});
  return json::object{{"plugins", std::move(live)},
                      {"refused", std::move(refused)},
                      {"retired", std::move(retired)},
                      {"libraries", json::object{{"loaded", loaded_libraries()}, {"pinned", pinned_libraries()}}}};
}

std::string list_text(const PluginInventory& inventory, const Holders& holders) {
  std::string text, refused;
  for (const PluginRecord& record : inventory.records()) {
    if (record.refused) refused += refusal_text(*record.refused);
    if (!record.live) continue;
    const PluginInfo& info = record.live->info();
    text += entry_text(info) + "  generation " + std::to_string(info.generation) + ", since " + text_of(record.since) +
            (record.before ? ", before it " + record.version_before : "") + ", " + held_by(count_of(holders, info.generation)) + "\n";
  }
  if (text.empty()) text = "no plugin is loaded\n";
  for (const RetiredPlugin& one : inventory.retired())
    text += "retired: " + one.id + " " + one.version + ", generation " + std::to_string(one.generation) + ", replaced at " +
            text_of(one.since) + ", " + held_by(count_of(holders, one.generation)) + "\n";
  return text + refused;
}

void add_metrics(const PluginInventory& inventory, const Holders& holders, monitoring::PrometheusText& text) {
  const std::vector<PluginRecord> records = inventory.records();
  text.metric("patchbay_plugin_generation", "gauge", "Generation of each plugin that serves; rises each time it is loaded anew.");
  for (const PluginRecord& record : records)
    if (record.live)
      text.sample({{"plugin", record.live->info().id}, {"version", record.live->info().version}}, record.live->info().generation);
  text.metric("patchbay_plugin_refused", "gauge", "1 for each file whose newest content does not serve, by the reason.");
  for (const PluginRecord& record : records)
    if (record.refused) text.sample({{"path", record.path}, {"reason", name_of(record.refused->code())}}, 1);
  text.metric("patchbay_plugin_refusals_total", "counter", "How often the content of a file was refused.");
  for (const PluginRecord& record : records)
    if (record.refusals > 0) text.sample({{"path", record.path}}, record.refusals);
  text.metric("patchbay_plugins_retired", "gauge", "Replaced versions of plugins that still serve running requests.");
  text.sample({}, inventory.retired().size());
  text.metric("patchbay_plugin_requests", "gauge", "Requests that hold each plugin, in the version that serves and in those it replaced.");
  std::map<std::string, std::uint64_t> retired;
  for (const RetiredPlugin& one : inventory.retired()) retired[one.id] += count_of(holders, one.generation);
  for (const PluginRecord& record : records)
    if (record.live)
      text.sample({{"plugin", record.live->info().id}, {"state", "live"}}, count_of(holders, record.live->info().generation));
  for (const auto& [id, requests] : retired) text.sample({{"plugin", id}, {"state", "retired"}}, requests);
  text.metric("patchbay_plugin_libraries", "gauge", "Libraries of plugins that are mapped.");
  text.sample({}, loaded_libraries());
  text.metric("patchbay_plugin_libraries_pinned", "gauge", "Those of them that stayed mapped after their last use.");
  text.sample({}, pinned_libraries());
}

}  // namespace patchbay::plugins
