#include <algorithm>
#include <cstdlib>
#include <utility>

#include "v1/reader.hpp"
#include "v1/references.hpp"

namespace patchbay::v1 {

namespace {

bool is_set(const std::string& variable) {
  const char* const value = std::getenv(variable.c_str());
  return value != nullptr && *value != '\0';
}

/// What samples of the format have in place of a key.
bool is_placeholder(std::string_view text) {
  return text.starts_with("YOUR_") || text.starts_with("REPLACE_WITH") || text.starts_with("your-") || text == "REDACTED";
}

/// A variable that no other key has.
std::string free_variable(const Configuration& configuration, const std::string& provider) {
  for (std::size_t number = 1;; ++number)
    if (std::string name = variable_for(provider, number);
        configuration.secrets.find(name) == configuration.secrets.end() && configuration.wanted.find(name) == configuration.wanted.end())
      return name;
}

/// A key that V1 got by signing in: a variable has it instead.
Key signed_in_key(const Reading& reading, const Node& at, std::string alias, const std::string& provider, std::string why) {
  const std::string variable = free_variable(reading.into, provider);
  reading.into.wanted[variable] = at.pointer();
  reading.note(Fate::unmappable, at, why + "; put a token or an API key into " + variable);
  return {std::move(alias), "${" + variable + "}", "", at.pointer(), std::move(why)};
}

std::string next_alias(const Provider& provider) { return "key" + std::to_string(provider.keys.size() + 1); }

/// Types whose keys come out of a dialogue.
bool signs_in(std::string_view type) {
  return type.find("oauth") != std::string_view::npos || type.ends_with("-account") || type.ends_with("-cookie");
}

/// Reads the keys of one provider.
class KeyReader {
 public:
  KeyReader(const Reading& reading, Provider& into) : reading_(reading), into_(into) {}

  void read_list(const Node& list) {
    if (list.is_text()) add_text(list, "key1");
    std::size_t number = 0;
    list.elements([&](const Node& key) { add_text(key, "key" + std::to_string(++number)); });
  }

  void read_auth(const Node& auth) {
    if (!auth) return;
    if (auth.is_text()) return add_unless_known(read_key(reading_, auth, next_alias(into_), into_));
    const std::string type = auth["type"].text();
    read_header(auth, type);
    if (const Node key = auth["apiKey"]; key.is_text()) add_unless_known(read_key(reading_, key, next_alias(into_), into_));
    if (const Node variable = auth["env"]; variable.is_text())
      add_unless_known({next_alias(into_), "${" + variable.text() + "}", "", variable.pointer(), ""});
    if (const Node secret = auth["secretRef"]; secret.is_text()) {
      const std::string text = secret.text();
      add_unless_known({next_alias(into_), environment_reference(text).value_or("${" + text + "}"), "", secret.pointer(), ""});
    }
    auth["keys"].members([&](const std::string& alias, const Node& key) {
      add_text(key.is_object() ? key.any({"value", "apiKey"}) : key, alias);
    });
    auth["entries"].elements([&](const Node& entry) { read_entry(entry); });
    std::size_t number = 0;
    auth["tokens"].elements(
        [&](const Node& file) { add_key(into_, read_token_file(reading_, file, "token" + std::to_string(++number), file.text(), into_)); });
    const Node inner = auth["oauth"];
    if (inner.is_object() && number == 0) read_sign_in(inner, "default");
    inner.use();
    const bool said = inner || auth["entries"] || number != 0;
    if (!auth["type"] && !said && !auth["apiKey"] && !auth["env"]) read_files(auth);
    if (signs_in(type) && !said) read_sign_in(auth, "default");
  }

  /// `{ NAME: { clientId, tokenFile, … } }`
  void read_sign_ins(const Node& names) {
    names.members([&](const std::string& alias, const Node& named) {
      if (into_.find_key(alias) != nullptr) return named.use();
      read_sign_in(named, alias);
    });
  }

  void read_vault(const Node& vault) {
    vault.members([&](const std::string& alias, const Node& key) {
      (void)key["type"].text();
      if (!key["enabled"].flag(true)) return key.use();
      if (const Node value = key.is_object() ? key["value"] : key; value.is_text())
        add_text(value, alias);
      else
        read_sign_in(key, alias);
    });
  }

 private:
  void add_text(const Node& key, std::string alias) {
    if (key.is_text()) add_key(into_, read_key(reading_, key, std::move(alias), into_));
  }

  /// Many files say the same key twice, in `apiKey` and in `auth`.
  void add_unless_known(Key key) {
    const bool known =
        std::any_of(into_.keys.begin(), into_.keys.end(), [&](const Key& other) { return other.reference == key.reference; });
    if (!known) add_key(into_, std::move(key));
  }

  void read_header(const Node& auth, const std::string& type) {
    into_.key_header = auth["headerName"].text();
    if (const Node prefix = auth["prefix"]; prefix.is_text() && prefix.text().empty() && into_.key_header.empty())
      into_.key_header = "Authorization";
    if (type == "x-api-key") into_.bearer = false;
    if (type == "authorization" || type == "bearer") into_.bearer = true;
  }

  void read_entry(const Node& entry) {
    std::string alias = entry["alias"].text();
    if (alias.empty()) alias = next_alias(into_);
    (void)entry["type"].text();
    if (const Node key = entry.any({"apiKey", "value", "key"}); key.is_text())
      add_text(key, alias);
    else
      read_sign_in(entry, alias);
  }

  /// `{ NAME: PATH }`
  void read_files(const Node& files) {
    files.members([&](const std::string& alias, const Node& path) {
      if (path.is_text() && alias != "headerName" && alias != "prefix")
        add_key(into_, read_token_file(reading_, path, alias, path.text(), into_));
    });
  }

  void read_sign_in(const Node& named, const std::string& alias) {
    for (const char* const member : {"clientId", "clientSecret", "authUrl", "tokenUrl", "deviceCodeUrl", "scopes", "enablePKCE",
                                     "apiBaseUrl", "useLegacyCredentials", "credentialsFile", "type"})
      named[member].use();
    if (const Node file = named.any({"tokenFile", "cookieFile"}); file.is_text())
      add_key(into_, read_token_file(reading_, file, alias, file.text(), into_));
    else
      add_key(into_, signed_in_key(reading_, named, alias, into_.id,
                                   "it signs in by a dialogue that cannot be held from here, and names no token file"));
  }

  const Reading& reading_;
  Provider& into_;
};

}  // namespace

void add_key(Provider& provider, Key key) {
  if (provider.find_key(key.alias) == nullptr) provider.keys.push_back(std::move(key));
}

Key read_token_file(const Reading& reading, const Node& at, std::string alias, const std::string& path, const Provider& provider) {
  at.use();
  TokenFile file = token_file(path, reading.folder);
  if (!file.obstacle.empty()) return signed_in_key(reading, at, std::move(alias), provider.id, std::move(file.obstacle));
  reading.note(Fate::changed, at, "the token is read from the file whenever it changes; nobody renews it from here");
  return {std::move(alias), std::move(file.reference), "", at.pointer(), ""};
}

Key read_key(const Reading& reading, const Node& at, std::string alias, const Provider& provider) {
  const std::string text = at.text();
  Key key{std::move(alias), "", "", at.pointer(), ""};
  if (text.empty()) return key;
  if (text.starts_with("authfile-")) return read_token_file(reading, at, key.alias, "~/.routecodex/auth/" + text.substr(9), provider);
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
  // The same key of a provider has the same variable, wherever it stands.
  std::map<std::string, std::string>& secrets = reading.into.secrets;
  std::string own = variable_for(provider.id, 1);
  own.pop_back();
  const auto known = std::find_if(secrets.begin(), secrets.end(),
                                  [&](const auto& secret) { return secret.second == text && secret.first.starts_with(own); });
  const std::string variable = known != secrets.end() ? known->first : free_variable(reading.into, provider.id);
  secrets[variable] = text;
  key.reference = "${" + variable + "}";
  reading.note(Fate::mapped, at, "the key itself stays out of the TOML: put it into " + variable);
  if (is_placeholder(text)) reading.note(Fate::defaulted, at, "this looks like a placeholder, not like a key");
  return key;
}

void read_keys(const Reading& reading, const Node& provider, const Node& vault, Provider& into) {
  KeyReader reader(reading, into);
  reader.read_list(provider.any({"apiKey", "apiKeys", "api_key"}));
  reader.read_auth(provider["auth"]);
  reader.read_sign_ins(provider["oauth"]);
  reader.read_vault(vault);
  if (into.keys.empty()) into.keys.push_back({"key1", "", "", into.pointer, ""});
}

}  // namespace patchbay::v1
