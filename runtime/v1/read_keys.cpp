#include <algorithm>
#include <cstdlib>

#include "v1/reader.hpp"
#include "v1/references.hpp"

namespace patchbay::v1 {

namespace {

bool is_set(const std::string& variable) {
  const char* const value = std::getenv(variable.c_str());
  return value != nullptr && *value != '\0';
}

/// Keys that samples of the format stand for a key with.
bool is_placeholder(std::string_view text) {
  return text.starts_with("YOUR_") || text.starts_with("REPLACE_WITH") || text.starts_with("your-") || text == "REDACTED";
}

Key key_in_file(const Reading& reading, const Node& at, std::string alias, const std::string& path) {
  at.use();
  TokenFile file = token_file(path, reading.folder);
  if (file.obstacle.empty())
    reading.note(Fate::changed, at, "the token is read from the file whenever it changes; nobody renews it from here");
  return {std::move(alias), std::move(file.reference), std::move(file.obstacle), at.pointer()};
}

/// Many files say the same key twice, in `apiKey` and in `auth`.
void add_other_key(Provider& provider, Key key) {
  const bool there = std::any_of(provider.keys.begin(), provider.keys.end(), [&](const Key& other) { return other.reference == key.reference; });
  if (!there) add_key(provider, std::move(key));
}

std::string next_alias(const Provider& provider) { return "key" + std::to_string(provider.keys.size() + 1); }

/// What signs in: types whose keys come out of a dialogue that cannot be held here.
bool signs_in(std::string_view type) {
  return type.find("oauth") != std::string_view::npos || type.ends_with("-account") || type.ends_with("-cookie");
}

const char* const no_sign_in = "it signs in by a dialogue that cannot be held from here, and names no token file; give it an API key";

void read_sign_in(const Reading& reading, const Node& named, const std::string& alias, Provider& into) {
  for (const char* const member : {"clientId", "clientSecret", "authUrl", "tokenUrl", "deviceCodeUrl", "scopes", "enablePKCE", "apiBaseUrl",
                                   "useLegacyCredentials", "credentialsFile", "type"})
    named[member].use();
  if (const Node file = named.any({"tokenFile", "cookieFile"}); file.is_text())
    add_key(into, key_in_file(reading, file, alias, file.text()));
  else
    add_key(into, {alias, "", no_sign_in, named.pointer()});
}

void read_entries(const Reading& reading, const Node& entries, Provider& into) {
  entries.elements([&](const Node& entry) {
    std::string alias = entry["alias"].text();
    if (alias.empty()) alias = next_alias(into);
    const std::string type = entry["type"].text();
    if (const Node key = entry.any({"apiKey", "value", "key"}); key.is_text())
      add_key(into, read_key(reading, key, alias, into));
    else
      read_sign_in(reading, entry, alias, into);
  });
}

void read_auth(const Reading& reading, const Node& auth, Provider& into) {
  if (auth.is_text()) return add_other_key(into, read_key(reading, auth, next_alias(into), into));
  const bool typed = static_cast<bool>(auth["type"]);
  const std::string type = auth["type"].text();
  into.key_header = auth["headerName"].text();
  if (auth["prefix"].is_text() && auth["prefix"].text().empty() && into.key_header.empty()) into.key_header = "Authorization";
  if (type == "x-api-key") into.bearer = false;
  if (type == "authorization" || type == "bearer") into.bearer = true;
  if (const Node key = auth["apiKey"]; key.is_text()) add_other_key(into, read_key(reading, key, next_alias(into), into));
  if (const Node variable = auth["env"]; variable.is_text()) add_other_key(into, {next_alias(into), "${" + variable.text() + "}", "", variable.pointer()});
  if (const Node secret = auth["secretRef"]; secret.is_text()) {
    const std::string text = secret.text();
    const std::optional<std::string> reference = environment_reference(text);
    add_other_key(into, {next_alias(into), reference ? *reference : "${" + text + "}", "", secret.pointer()});
  }
  auth["keys"].members([&](const std::string& alias, const Node& key) {
    add_key(into, read_key(reading, key.is_object() ? key.any({"value", "apiKey"}) : key, alias, into));
  });
  read_entries(reading, auth["entries"], into);
  std::size_t number = 0;
  auth["tokens"].elements([&](const Node& file) {
    add_key(into, key_in_file(reading, file, "token" + std::to_string(++number), file.text()));
  });
  if (const Node inner = auth["oauth"]; inner.is_object() && number == 0) read_sign_in(reading, inner, "default", into);
  auth["oauth"].use();
  if (!typed && !auth["oauth"] && !auth["apiKey"] && !auth["env"])
    auth.members([&](const std::string& alias, const Node& path) {
      if (path.is_text() && alias != "headerName" && alias != "prefix") add_key(into, key_in_file(reading, path, alias, path.text()));
    });
  if (signs_in(type) && !auth["entries"] && !auth["oauth"] && number == 0) read_sign_in(reading, auth, "default", into);
}

}  // namespace

void add_key(Provider& provider, Key key) {
  const bool there = std::any_of(provider.keys.begin(), provider.keys.end(), [&](const Key& other) { return other.alias == key.alias; });
  if (!there) provider.keys.push_back(std::move(key));
}

Key read_key(const Reading& reading, const Node& at, std::string alias, const Provider& provider) {
  const std::string text = at.text();
  Key key{std::move(alias), "", "", at.pointer()};
  if (text.empty()) return key;
  if (text.starts_with("authfile-")) return key_in_file(reading, at, key.alias, "~/.routecodex/auth/" + text.substr(9));
  if (text.starts_with("file:")) {
    key.reference = text;
    return key;
  }
  if (const std::optional<std::string> reference = environment_reference(text)) {
    const std::string variable = variable_of(*reference);
    if (reference->ends_with(":}") && !is_set(variable)) {
      reading.note(Fate::defaulted, at, variable + " is not set and may be empty: requests go out without a key");
      return key;
    }
    key.reference = *reference;
    return key;
  }
  // The same key has the same variable, wherever it stands.
  const auto known = std::find_if(reading.into.secrets.begin(), reading.into.secrets.end(), [&](const auto& secret) { return secret.second == text; });
  std::string variable = known != reading.into.secrets.end() ? known->first : "";
  for (std::size_t number = 1; variable.empty(); ++number)
    if (const std::string name = variable_for(provider.id, number); reading.into.secrets.find(name) == reading.into.secrets.end()) variable = name;
  reading.into.secrets[variable] = text;
  key.reference = "${" + variable + "}";
  reading.note(Fate::mapped, at, "the key itself stays out of the TOML: put it into " + variable);
  if (is_placeholder(text)) reading.note(Fate::defaulted, at, "this looks like a placeholder, not like a key");
  return key;
}

void read_keys(const Reading& reading, const Node& provider, const Node& vault, Provider& into) {
  const Node list = provider.any({"apiKey", "apiKeys", "api_key"});
  if (list.is_text()) add_key(into, read_key(reading, list, "key1", into));
  std::size_t number = 0;
  list.elements([&](const Node& key) { add_key(into, read_key(reading, key, "key" + std::to_string(++number), into)); });
  if (const Node auth = provider["auth"]) read_auth(reading, auth, into);
  provider["oauth"].members([&](const std::string& alias, const Node& named) {
    const bool there = std::any_of(into.keys.begin(), into.keys.end(), [&](const Key& key) { return key.alias == alias; });
    if (there) return named.use();
    read_sign_in(reading, named, alias, into);
  });
  vault.members([&](const std::string& alias, const Node& key) {
    (void)key["type"].text();
    if (!key["enabled"].flag(true)) return key.use();
    if (const Node value = key.is_object() ? key["value"] : key; value.is_text())
      add_key(into, read_key(reading, value, alias, into));
    else
      read_sign_in(reading, key, alias, into);
  });
  if (into.keys.empty()) into.keys.push_back({"key1", "", "", into.pointer});
}

}  // namespace patchbay::v1
