#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "environment.hpp"
#include "loading.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

using LoadTest = SettingsTest;

TEST_F(LoadTest, ARouteAloneTakesEveryDefault) {
  const Settings got = settings("");
  EXPECT_EQ(got.server.listen, "127.0.0.1:8080");
  EXPECT_EQ(got.log.level, "info");
  EXPECT_EQ(got.pool.preload, "all");
  EXPECT_EQ(got.upstream.timeouts.connect, std::chrono::seconds(10));
  EXPECT_THAT(got.files, ElementsAre(folder_.path("m.toml")));
}

TEST_F(LoadTest, Server) {
  const ServerSettings got = settings(
                                 "[server]\nlisten = '[::1]:0'\nthreads = 2\napi_keys = ['k']\nallow_unauthenticated = true\n"
                                 "max_body_bytes = 1000\nheader_timeout = '2s'\ncors_origins = ['*']\n")
                                 .server;
  EXPECT_EQ(got.listen, "[::1]:0");
  EXPECT_EQ(got.threads, 2u);
  EXPECT_THAT(got.api_keys, ElementsAre("k"));
  EXPECT_TRUE(got.allow_unauthenticated);
  EXPECT_EQ(got.max_body_bytes, 1000u);
  EXPECT_EQ(got.header_timeout, std::chrono::seconds(2));
  EXPECT_THAT(got.cors_origins, ElementsAre("*"));
}

TEST_F(LoadTest, Log) {
  const LogSettings got = settings("[log]\nlevel = 'debug'\nformat = 'json'").log;
  EXPECT_EQ(got.level, "debug");
  EXPECT_EQ(got.format, "json");
}

TEST_F(LoadTest, PluginFoldersStartAtTheFile) {
  const PluginSettings got = settings("[plugins]\ndirectories = ['../mine', '/opt/p']\nstate_directory = '/var/p'").plugins;
  EXPECT_THAT(got.directories, ElementsAre(std::filesystem::path(folder_.path("../mine")).lexically_normal().string(), "/opt/p"));
  EXPECT_EQ(got.state_directory, "/var/p");
}

TEST_F(LoadTest, Pool) {
  const PoolSettings got = settings("[pool]\npreload = 'none'\nidle_timeout = '1m'\nconnect_timeout = 900\nunhealthy_after = 2").pool;
  EXPECT_EQ(got.preload, "none");
  EXPECT_EQ(got.idle_timeout, std::chrono::minutes(1));
  EXPECT_EQ(got.connect_timeout, std::chrono::milliseconds(900));
  EXPECT_EQ(got.unhealthy_after, 2u);
}

TEST_F(LoadTest, Upstream) {
  const UpstreamSettings got =
      settings(
          "[upstream]\nca_file = 'ca.pem'\nproxy = 'http://p:1'\nno_proxy = ['.internal']\nmax_idle_per_origin = 3\n"
          "keep_alive = '5s'\nmax_reply_bytes = 4096\n[upstream.timeouts]\nidle = '9s'")
          .upstream;
  EXPECT_EQ(got.ca_file, folder_.path("ca.pem"));
  EXPECT_EQ(got.proxy, "http://p:1");
  EXPECT_THAT(got.no_proxy, ElementsAre(".internal"));
  EXPECT_EQ(got.max_idle_per_origin, 3u);
  EXPECT_EQ(got.keep_alive, std::chrono::seconds(5));
  EXPECT_EQ(got.max_reply_bytes, 4096u);
  EXPECT_EQ(got.timeouts.idle, std::chrono::seconds(9));
  EXPECT_EQ(got.timeouts.total, std::chrono::minutes(30));
}

TEST_F(LoadTest, Library) {
  const Settings got = settings("[library.mock]\ntype = 'provider-mock'\nconfig = { text = 'hi' }\n[library.plain]\ntype = 'x'");
  EXPECT_EQ(got.library.at("mock").type, "provider-mock");
  EXPECT_EQ(got.library.at("mock").config.value.at("text"), "hi");
  EXPECT_EQ(got.library.at("plain").config.value, boost::json::object());
}

TEST_F(LoadTest, EnvironmentIsUsedInAnyString) {
  const Environment set("PATCHBAY_TEST_PORT", "9090");
  EXPECT_EQ(settings("[server]\nlisten = '127.0.0.1:${PATCHBAY_TEST_PORT}'").server.listen, "127.0.0.1:9090");
}

TEST_F(LoadTest, UnknownTable) { EXPECT_THAT(faults("[sever]"), ElementsAre("m.toml:1:2: sever: unknown table (did you mean 'server'?)")); }

TEST_F(LoadTest, UnknownKeyOfATable) {
  EXPECT_THAT(faults("[server]\n\n  lisen = ':1'"), ElementsAre("m.toml:3:3: server.lisen: unknown key 'lisen' (did you mean 'listen'?)"));
}

TEST_F(LoadTest, UnknownKeyOfANestedTable) {
  EXPECT_THAT(faults("[upstream.timeouts]\ntotl = 1"),
              ElementsAre("m.toml:2:1: upstream.timeouts.totl: unknown key 'totl' (did you mean 'total'?)"));
}

TEST_F(LoadTest, UnknownKeyOfALibraryEntry) {
  EXPECT_THAT(faults("[library.a]\ntype = 'x'\nconifg = {}"),
              ElementsAre("m.toml:3:1: library.a.conifg: unknown key 'conifg' (did you mean 'config'?)"));
}

TEST_F(LoadTest, MissingKeyStandsAtItsTable) {
  EXPECT_THAT(faults("[library.a]\nconfig = {}"), ElementsAre("m.toml:1:10: library.a.type: 'type' is required"));
}

TEST_F(LoadTest, WrongType) {
  EXPECT_THAT(faults("[server]\nlisten = 8080"), ElementsAre("m.toml:2:1: server.listen: expected a string, found an integer"));
}

TEST_F(LoadTest, ElementOfAWrongTypeStandsAtItsPlace) {
  EXPECT_THAT(faults("[server]\napi_keys = [\n  'a',\n  5,\n]"),
              ElementsAre("m.toml:4:3: server.api_keys[1]: expected a string, found an integer"));
}

TEST_F(LoadTest, TableThatIsNone) {
  EXPECT_THAT(faults("server = 1"), ElementsAre("m.toml:1:1: server: expected a table, found an integer"));
}
TEST_F(LoadTest, LibraryThatIsNone) {
  EXPECT_THAT(faults("library = 1"), ElementsAre("m.toml:1:1: library: expected tables: [library.NAME]"));
}

TEST_F(LoadTest, RoutesThatAreNoArray) {
  EXPECT_THAT(faults_of(folder_, "[routes]\nid = 'r'\n"), ElementsAre("m.toml:1:2: routes: expected an array of tables: [[routes]]"));
}

TEST_F(LoadTest, WordThatIsNoChoice) {
  EXPECT_THAT(faults("[log]\nlevel = 'inof'"),
              ElementsAre("m.toml:2:1: log.level: 'inof' is not one of trace, debug, info, warning, error, off (did you mean 'info'?)"));
}

TEST_F(LoadTest, NoRouteIsAFault) {
  EXPECT_THAT(faults_of(folder_, "[server]\n"), ElementsAre("m.toml:1:1: routes: there is no [[routes]] entry: nothing could be served"));
}

TEST_F(LoadTest, EmptyFileHasNoRoute) {
  EXPECT_THAT(faults_of(folder_, ""), ElementsAre("m.toml:1:1: routes: there is no [[routes]] entry: nothing could be served"));
}

TEST_F(LoadTest, MissingFile) {
  const Loaded loaded = load(folder_.path("gone.toml"));
  EXPECT_EQ(loaded.settings, std::nullopt);
  EXPECT_THAT(texts(loaded.diagnostics, folder_),
              ElementsAre("gone.toml: cannot read 'gone.toml'; does it exist, and may this user read it?"));
}

TEST_F(LoadTest, FolderInsteadOfAFile) {
  EXPECT_THAT(texts(load(folder_.path("")).diagnostics, folder_), ElementsAre(testing::HasSubstr("cannot read")));
}

TEST_F(LoadTest, LinkThatLeadsToItself) {
  std::filesystem::create_symlink("loop.toml", folder_.path("loop.toml"));
  EXPECT_THAT(texts(load(folder_.path("loop.toml")).diagnostics, folder_), ElementsAre(testing::HasSubstr("cannot read 'loop.toml'")));
}

TEST_F(LoadTest, FileThatIsNoToml) {
  EXPECT_THAT(faults_of(folder_, "[server\n"), ElementsAre(StartsWith("m.toml:1:8: not valid TOML: ")));
}

TEST_F(LoadTest, FaultLeavesNoSettings) {
  EXPECT_EQ(load(folder_.write("m.toml", "[sever]\n" + std::string(minimal_route))).settings, std::nullopt);
}

TEST_F(LoadTest, EveryFaultIsFoundAtOnceAndSortedByPlace) {
  EXPECT_THAT(faults_of(folder_,
                        "[[routes]]\n"
                        "id = 'a'\n"
                        "modules = [{ type = 'provider', config = 'moc' }]\n"
                        "[pool]\n"
                        "preload = 'some'\n"
                        "[server]\n"
                        "threads = 2000\n"
                        "listne = ''\n"
                        "[library.mock]\n"
                        "type = 'm'\n"),
              ElementsAre("m.toml:3:33: routes[0].modules[0].config: there is no [library.moc] (did you mean 'mock'?)",
                          "m.toml:5:1: pool.preload: 'some' is not one of all, routes, none (did you mean 'none'?)",
                          "m.toml:7:1: server.threads: must be at most 1024",
                          "m.toml:8:1: server.listne: unknown key 'listne' (did you mean 'listen'?)"));
}

TEST_F(LoadTest, SoundFileLeavesNoDraft) { EXPECT_EQ(load(folder_.write("m.toml", minimal_route)).draft, std::nullopt); }

/// What is read of faulty files, in which more faults are looked for.
class DraftTest : public SettingsTest {
 protected:
  Settings draft(const std::string& text) {
    Loaded loaded = load(folder_.write("m.toml", text));
    EXPECT_EQ(loaded.settings, std::nullopt);
    EXPECT_TRUE(loaded.draft);
    return loaded.draft.value_or(Settings{});
  }
};

TEST_F(DraftTest, HasWhatIsSoundOfAFaultyTable) {
  EXPECT_THAT(draft("[server]\nlistne = ''\napi_keys = ['k']\n" + std::string(minimal_route)).server.api_keys, ElementsAre("k"));
}

TEST_F(DraftTest, HasTheModulesOfAFaultyRoute) {
  const Settings got =
      draft("[[routes]]\nid = 'r'\npriorty = 3\nmodules = [\n{ type = 'provider', cofnig = 1, config = { type = 'p' } }]\n");
  EXPECT_EQ(got.routes.at(0).targets.at(0).modules.at(0).type, "p");
}

TEST_F(DraftTest, HasARouteWhoseModulesCannotBeReadByItsName) {
  const Settings got = draft("[[routes]]\nid = 'r'\nmodules = 3\n");
  EXPECT_EQ(got.routes.at(0).id, "r");
  EXPECT_THAT(got.routes.at(0).targets, IsEmpty());
}

TEST_F(DraftTest, HasTheTypeOfAModuleWithoutItsFaultyConfiguration) {
  const Settings got =
      draft("[[routes]]\nid = 'r'\nmodules = [\n{ type = 'provider', config = { type = 'p', config = { key = '${GONE}' } } }]\n");
  const ModuleUse& use = got.routes.at(0).targets.at(0).modules.at(0);
  EXPECT_EQ(use.type, "p");
  EXPECT_TRUE(use.config.value.is_null());
}

TEST_F(DraftTest, HasAModuleThatTheLibraryLacksWithoutAType) {
  const Settings got = draft("[[routes]]\nid = 'r'\nmodules = [{ type = 'provider', config = 'gone' }]\n");
  const ModuleUse& use = got.routes.at(0).targets.at(0).modules.at(0);
  EXPECT_EQ(use.type, "");
  EXPECT_TRUE(use.config.value.is_null());
}

TEST_F(LoadTest, FaultyRouteIsNoReasonToSayThatOthersNameNoRoute) {
  EXPECT_THAT(faults_of(folder_, "[[keys]]\nname = 'k'\nkey_hash = 'sha256:" + std::string(64, 'a') + "'\nroutes = ['r']\n" +
                                     "[[routes]]\nid = 'r'\npriorty = 1\nmodules = [{ type = 'provider', config = { type = 'p' } }]\n"),
              ElementsAre("m.toml:7:1: routes[0].priorty: unknown key 'priorty' (did you mean 'priority'?)"));
}

TEST_F(LoadTest, WhatHasButAKeyGetsItsPlace) {
  const Loaded loaded = load(folder_.write("m.toml", "[server]\nlisten = '127.0.0.1:0'\n" + std::string(minimal_route)));
  const std::string file = folder_.path("m.toml");
  std::vector<Diagnostic> told = {{{file, 0, 0}, "server.listen", "a", {}},
                                  {{file, 0, 0}, "server.tls", "b", {}},
                                  {{file, 0, 0}, "routes[0].id", "c", {}},
                                  {{file, 9, 9}, "server.listen", "d", {}},
                                  {{"other.toml", 0, 0}, "server.listen", "e", {}}};
  place(told, loaded.document);
  std::vector<std::uint32_t> lines;
  for (const Diagnostic& one : told) lines.push_back(one.at.line);
  EXPECT_THAT(lines, ElementsAre(2u, 1u, 4u, 9u, 0u));
}

}  // namespace
}  // namespace patchbay::config
