#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loading.hpp"

namespace patchbay::config {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class SecretsTest : public SettingsTest {
 protected:
  std::string write_secret(std::string_view name, std::string_view text) {
    const std::string path = folder_.write(name, text);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    return path;
  }
};

TEST_F(SecretsTest, AKeyOfTheServerIsRead) {
  write_secret("key", "s3cret");
  EXPECT_THAT(settings("[server]\napi_keys = ['plain', 'file:key']").server.api_keys, ElementsAre("plain", "s3cret"));
}

TEST_F(SecretsTest, TheProxyIsRead) {
  write_secret("proxy", "http://u:p@h:1");
  EXPECT_EQ(settings("[upstream]\nproxy = 'file:proxy'").upstream.proxy, "http://u:p@h:1");
}

TEST_F(SecretsTest, AModulesConfigIsReadAtAnyDepth) {
  write_secret("key", "s3cret");
  const Settings got = settings("[library.x]\ntype = 'p'\nconfig = { api_keys = ['file:key'], headers = { X = 'file:key' } }");
  EXPECT_EQ(got.library.at("x").config.value.at_pointer("/api_keys/0"), "s3cret");
  EXPECT_EQ(got.library.at("x").config.value.at_pointer("/headers/X"), "s3cret");
}

TEST_F(SecretsTest, APointerIsATextWithinAFile) {
  write_secret("token.json", R"({"access_token":"t0ken"})");
  EXPECT_THAT(settings("[server]\napi_keys = ['file:token.json#/access_token']").server.api_keys, ElementsAre("t0ken"));
}

TEST_F(SecretsTest, APointerToNothingIsAFault) {
  write_secret("token.json", "{}");
  EXPECT_THAT(faults("[server]\napi_keys = ['file:token.json#/access_token']"),
              ElementsAre(testing::HasSubstr("is no JSON with a text at /access_token")));
}

TEST_F(SecretsTest, AnInlineConfigIsRead) {
  write_secret("key", "s3cret");
  const Loaded loaded = load(folder_.write(
      "m.toml", "[[routes]]\nid = 'r'\nmodules = [{ type = 'provider', config = { type = 'p', config = { key = 'file:key' } } }]\n"));
  ASSERT_TRUE(loaded.settings.has_value());
  EXPECT_EQ(loaded.settings->routes[0].targets[0].modules[0].config.value.at("key"), "s3cret");
}

TEST_F(SecretsTest, OtherStringsAreLeftAsTheyAre) {
  EXPECT_EQ(settings("[plugins]\nstate_directory = 'file:x'").plugins.state_directory, "file:x");
}

TEST_F(SecretsTest, ATrailingLineBreakIsNoPartOfIt) {
  write_secret("unix", " a b \n");
  write_secret("dos", "ab\r\n");
  EXPECT_THAT(settings("[server]\napi_keys = ['file:unix', 'file:dos']").server.api_keys, ElementsAre(" a b ", "ab"));
}

TEST_F(SecretsTest, ARelativePathStartsAtTheFileThatNamesIt) {
  write_secret("sub/key", "s3cret");
  folder_.write("sub/a.toml", "[library.x]\ntype = 'p'\nconfig = { key = 'file:key' }\n");
  EXPECT_EQ(settings("include = ['sub/a.toml']").library.at("x").config.value.at("key"), "s3cret");
}

TEST_F(SecretsTest, AnAbsolutePathIsTakenAsItIs) {
  const std::string path = write_secret("elsewhere/key", "s3cret");
  EXPECT_THAT(settings("[server]\napi_keys = ['file:" + path + "']").server.api_keys, ElementsAre("s3cret"));
}

TEST_F(SecretsTest, TheFileIsListedForTheWatch) {
  const std::string path = write_secret("key", "s3cret");
  EXPECT_THAT(settings("[server]\napi_keys = ['file:key']").files, ElementsAre(folder_.path("m.toml"), path));
}

TEST_F(SecretsTest, AMissingFileIsAFault) {
  EXPECT_THAT(
      faults("[server]\napi_keys = ['file:gone']"),
      ElementsAre("m.toml:2:13: server.api_keys[0]: cannot read the secret file 'gone'; does it exist, and may this user read it?"));
}

TEST_F(SecretsTest, AFolderIsAFault) {
  fs::create_directory(folder_.path("keys"));
  EXPECT_THAT(
      faults("[server]\napi_keys = ['file:keys']"),
      ElementsAre("m.toml:2:13: server.api_keys[0]: cannot read the secret file 'keys'; does it exist, and may this user read it?"));
}

TEST_F(SecretsTest, AFileThatEverybodyMayReadIsAWarningOnly) {
  fs::permissions(write_secret("key", "s3cret"), fs::perms::others_read, fs::perm_options::add);
  const Loaded loaded = load(folder_.write("m.toml", "[server]\napi_keys = ['file:key']\n" + std::string(minimal_route)));
  EXPECT_THAT(texts(loaded.diagnostics, folder_),
              ElementsAre("m.toml:2:13: warning: server.api_keys[0]: everybody may read the secret file 'key'; chmod 600 it"));
  ASSERT_TRUE(loaded.settings.has_value());
  EXPECT_THAT(loaded.settings->server.api_keys, ElementsAre("s3cret"));
}

}  // namespace
}  // namespace patchbay::config
