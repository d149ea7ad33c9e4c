#pragma once

#include <string>

#include "v1/configuration.hpp"
#include "v1/node.hpp"

/// The parts of a V1 file that its dialects have in common. What they read they mark as used. [init]
namespace patchbay::v1 {

/// What is being read, and where it goes.
struct Reading {
  Configuration& into;
  std::string folder;  ///< of the file: where relative paths start

  void note(Fate fate, const Node& at, std::string text) const { into.notes.push_back({fate, at.pointer(), std::move(text)}); }
  /// A pipeline that is wanted there cannot be.
  void drop(const Node& at, std::string why) const { into.notes.push_back({Fate::unmappable, at.pointer(), std::move(why), true}); }
};

/// `{ port, host, apikey }`, as far as it is there and not said before.
void read_server(const Reading& reading, const Node& server);

/// `{ NAME: { type, baseURL, apiKey, auth, models, … } }`; `vault` has more keys by provider.
void read_providers(const Reading& reading, const Node& providers, const Node& vault);

/// The keys of one provider, out of `apiKey`, `auth`, `oauth` and the vault, in the order in which they take turns.
void read_keys(const Reading& reading, const Node& provider, const Node& vault, Provider& into);

/// One key, by its text.
[[nodiscard]] Key read_key(const Reading& reading, const Node& at, std::string alias, const Provider& provider);

/// One key that stands in a file: the whole of it, or a member of a JSON object.
[[nodiscard]] Key read_token_file(const Reading& reading, const Node& at, std::string alias, const std::string& path,
                                  const Provider& provider);

/// Adds a key unless there is one of that name.
void add_key(Provider& provider, Key key);

/// `{ CATEGORY: pools, targets, a name… }`, in any of the forms that there were.
void read_routing(const Reading& reading, const Node& routing);

/// `{ "provider.model[.key]": { llmSwitch, provider, compatibility, workflow } }`, laid over what the providers say.
void read_overrides(const Reading& reading, const Node& overrides);

/// Whole pipelines: `[{ id, provider, modules, … }]`; `meta` says what their names mean.
void read_pipelines(const Reading& reading, const Node& pipelines, const Node& meta);

/// `{ "provider.model.key": { provider, model, keyConfig, … } }` of a merged file; `files` are the key files by name.
void read_merged_pipelines(const Reading& reading, const Node& pipelines, const Node& files);

/// Thresholds, keywords and names of tools.
void read_classification(const Reading& reading, const Node& classifier);

/// The pipelines that a text of `routing` names; nothing, and a note, if it names none.
[[nodiscard]] std::optional<Target> resolve_target(const Reading& reading, const std::string& text, const Node& at);

}  // namespace patchbay::v1
