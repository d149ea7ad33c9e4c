#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/classification_settings.hpp"

/// The configuration of the static architecture (V1) in all its dialects, as one typed model. Strings that may refer to something are
/// written as Patchbay's TOML writes them: `${VAR}`, `${VAR:default}`, `file:PATH`.
namespace patchbay::v1 {

/// What became of a part of the file.
enum class Fate : std::uint8_t {
  mapped,
  defaulted,   ///< the file does not say it, and Patchbay's default is not what one might expect
  changed,     ///< it means something else now
  unmappable,  ///< there is nothing like it
  unknown,     ///< no dialect of the format that is known has it
};

[[nodiscard]] std::string_view name_of(Fate fate);

/// A line of the report.
struct Note {
  Fate fate;
  std::string pointer;  ///< into the V1 file
  std::string text;
  bool drops = false;  ///< pipelines are missing because of it
};

/// What a provider speaks.
enum class Wire : std::uint8_t { chat, responses, messages, gemini };

/// One key of a provider.
struct Key {
  std::string alias;      ///< "key1", or what the file calls it
  std::string reference;  ///< what stands in the TOML; empty for a provider that needs none
  std::string obstacle;   ///< why it cannot be used; empty if it can
  std::string pointer;
  std::string sign_in;  ///< V1 got it by signing in, and why that cannot be done here; empty if it did not
};

/// A module that one vendor's dialect wants.
struct ModuleConfig {
  std::string type;
  boost::json::object config;
};

struct Model {
  std::string id;
  std::uint64_t max_context = 0;  ///< tokens; 0 is unknown
  std::uint64_t max_tokens = 0;
  std::string base_url;                      ///< its own; empty: the provider's
  std::optional<std::string> compatibility;  ///< a V1 name; nothing: the provider's
  std::optional<bool> thinking;              ///< asked of every request that does not say
  std::optional<bool> streams;               ///< false: never ask it for a stream
  std::string pointer;
};

struct Provider {
  std::string id;
  Wire wire = Wire::chat;
  std::string base_url;
  std::string key_header;  ///< empty: the usual one of the protocol
  bool bearer = true;      ///< Messages: `Authorization: Bearer` and not `x-api-key`
  std::map<std::string, std::string> headers;
  std::vector<Key> keys;
  std::vector<Model> models;
  std::string compatibility;     ///< a V1 name; empty: none
  std::uint64_t timeout_ms = 0;  ///< 0: the file does not say
  std::string streaming;         ///< "always", "never", or anything else
  std::string obstacle;          ///< why none of it can be used; empty if it can
  std::string pointer;

  [[nodiscard]] const Model* find_model(std::string_view id) const;
  [[nodiscard]] const Key* find_key(std::string_view alias) const;
  /// Why a key of it, or with an empty alias all of them, cannot be used; empty if it can.
  [[nodiscard]] std::string obstacle_to(std::string_view alias) const;
};

/// A pipeline, or all that differ only in their keys.
struct Target {
  std::string provider;
  std::string model;
  std::string alias;  ///< empty: all keys in turn
  std::uint32_t weight = 1;
  std::string pointer;
};

struct Pool {
  std::string id;
  std::int64_t priority = 0;  ///< higher first
  bool backup = false;        ///< after those that are none
  std::string balance = "round-robin";
  std::vector<Target> targets;
  std::string pointer;
};

struct Server {
  std::string host;
  std::uint64_t port = 0;  ///< 0: the file does not say
  std::string api_key;     ///< as a reference; empty: none
  std::string pointer;
};

struct Configuration {
  std::string dialect;  ///< a word for people
  Server server;
  std::vector<Provider> providers;                 ///< in the order of the file
  std::map<std::string, std::vector<Pool>> pools;  ///< category → pools, the first to be asked first
  std::map<std::string, Target> names;             ///< what a client may name as model beside `provider.model`
  config::ClassificationSettings classification;
  std::map<std::string, std::string> secrets;  ///< variable that the TOML names → the key that stands in the V1 file
  std::map<std::string, std::string> wanted;   ///< variable that the TOML names → pointer to what only a sign-in could have filled
  std::vector<Note> notes;

  [[nodiscard]] const Provider* find_provider(std::string_view id) const;
};

/// Keys in variables that are not set cannot be used; says so in the keys.
void check_environment(Configuration& configuration);

/// Why no pool has a pipeline that could serve; empty if one has.
[[nodiscard]] std::string why_nothing_serves(const Configuration& configuration);

}  // namespace patchbay::v1
