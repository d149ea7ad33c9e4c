#include "v1/read_file.hpp"

#include <filesystem>

#include "v1/reader.hpp"
#include "v1/unused_parts.hpp"

namespace patchbay::v1 {

namespace {

const char* const give_instead = "give a user's configuration, with `virtualrouter.providers` and `virtualrouter.routing`";

/// What a file is that cannot serve; empty if it may.
std::string other_kind(const Node& root) {
  if (!root.is_object()) return std::string("this is no V1 configuration: an object was expected; ") + give_instead;
  if (root["virtualPipelines"])
    return "this is a configuration of RouteCodex's own V2 (`virtualPipelines`), which names neither keys nor an order of targets, and "
           "which no release of it could run; write Patchbay's TOML, or give the V1 file that it was made from";
  if (root["provider"].is_object() && !root["virtualrouter"] && !root["pipelines"] && !root["providers"])
    return std::string("this file describes one provider and no routing; ") + give_instead;
  return {};
}

/// Where the router's own settings are, however deep.
Node router_of(const Node& root) {
  for (const Node& place :
       {root["modules"].any({"virtualrouter", "virtualRouter"})["config"], root.any({"virtualrouter", "virtualRouter"})})
    if (place.is_object()) return place["config"].is_object() && !place["providers"] ? place["config"] : place;
  return {};
}

/// What the pipeline assembler of a file is told, wherever it stands.
Node assembler_of(const Node& root) {
  for (const Node& place : {root["pipeline_assembler"], root["modules"]["pipeline_assembler"], root})
    if (place["config"]["routePools"]) return place["config"];
  return {};
}

void read_servers(const Reading& reading, const Node& root) {
  for (const Node& place :
       {root["httpserver"], root["server"], root["modules"]["httpserver"]["config"], root["modules"]["server"]["config"], root})
    if (place) read_server(reading, place);
}

void read_classifiers(const Reading& reading, const Node& root, const Node& router) {
  for (const Node& place : {router["classificationConfig"], root["classifier"], router["classifier"]})
    if (place) read_classification(reading, place);
  for (const Node& place : {root["loadBalancing"]["strategy"], router["loadBalancing"]["strategy"]}) {
    const std::string word = place.text();
    if (word != "sticky") continue;
    for (auto& [category, pools] : reading.into.pools)
      for (Pool& pool : pools)
        if (pool.balance == "round-robin") pool.balance = "sticky";
  }
}

/// Reads by what is there, from the most exact description to the least; returns a word for it.
std::string read_parts(const Reading& reading, const Node& root) {
  const Node router = router_of(root);
  const Node assembler = assembler_of(root);
  for (const Node& place : {router, router["classificationConfig"]}) {
    if (!place["routeTargets"]) continue;
    read_merged_pipelines(reading, place["pipelineConfigs"], place["authMappings"]);
    read_routing(reading, place["routeTargets"]);
    return "merged configuration";
  }
  if (router["providers"]) {
    read_providers(reading, router["providers"], root["keyVault"]);
    read_overrides(reading, root["pipelineConfigs"]);
    read_pipelines(reading, root["pipelines"], root["routeMeta"]);
    read_routing(reading, router["routing"]);
    return "user configuration";
  }
  if (assembler) {
    read_providers(reading, root["providers"], root["keyVault"]);
    read_pipelines(reading, assembler["pipelines"], assembler["routeMeta"]);
    read_routing(reading, assembler["routePools"]);
    return "pipeline assembler's configuration";
  }
  read_providers(reading, root["providers"], root["keyVault"]);
  read_pipelines(reading, root["pipelines"], root["routeMeta"]);
  if (root["routing"]) read_routing(reading, root["routing"]);
  if (root["dynamicRouting"]) read_routing(reading, root["dynamicRouting"]);
  return root["pipelines"] ? "pipelines" : "providers and routing";
}

/// Files of the first weeks name providers and nothing more: they take turns, and the client's model stands.
void add_default_pool(const Reading& reading, const Node& root) {
  Configuration& into = reading.into;
  if (into.pools.find("default") != into.pools.end()) return;
  Pool pool{.id = "default", .targets = {}, .pointer = ""};
  for (const Provider& provider : into.providers) {
    if (root["pipelines"])
      for (const Model& model : provider.models) pool.targets.push_back({provider.id, model.id, "", 1, model.pointer});
    else
      pool.targets.push_back({provider.id, "", "", 1, provider.pointer});
  }
  if (pool.targets.empty()) return;
  into.notes.push_back({Fate::defaulted, "/routing", "no pool `default`: every provider takes its turn"});
  into.pools["default"].push_back(std::move(pool));
}

}  // namespace

std::optional<Configuration> read_configuration(const config::Located& document, std::vector<config::Diagnostic>& diagnostics) {
  Used used;
  const Node root(document.value, used);
  const auto refuse = [&](std::string_view pointer, std::string message) {
    diagnostics.push_back({document.find(pointer), config::key_of(pointer), std::move(message), {}});
    return std::nullopt;
  };
  if (std::string kind = other_kind(root); !kind.empty()) return refuse("", std::move(kind));

  Configuration configuration;
  const Reading reading{configuration, std::filesystem::path(document.at.file).parent_path().string()};
  configuration.dialect = read_parts(reading, root);
  if (configuration.providers.empty()) {
    if (root["modules"].is_object())
      return refuse(
          "/modules",
          std::string("this is a system configuration: settings of parts of the program, without providers and routing; ") + give_instead);
    return refuse(root["providers"] ? "/providers" : "", std::string("there is no provider; ") + give_instead);
  }
  add_default_pool(reading, root);
  read_servers(reading, root);
  read_classifiers(reading, root, router_of(root));

  if (std::string reasons = why_nothing_serves(configuration); !reasons.empty())
    return refuse(configuration.providers.front().pointer, std::move(reasons));
  note_unused(document.value, used, configuration.notes);
  return configuration;
}

}  // namespace patchbay::v1
