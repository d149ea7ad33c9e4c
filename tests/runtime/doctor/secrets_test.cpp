#include <boost/json/parse.hpp>
#include <filesystem>

#include "../config/environment.hpp"
#include "../config/temporary_folder.hpp"
#include "config/load.hpp"
#include "doctor/clear_secrets.hpp"
#include "findings.hpp"

namespace patchbay::doctor {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* secret = "sk-planted-in-the-file";

struct ClearSecrets : ::testing::Test {
  ClearSecrets() {
    pipeline::ModuleFactory factory;
    factory.type = "provider-test";
    factory.schema = boost::json::parse(
        R"({"type":"object","properties":{"api_keys":{"type":"array","items":{"type":"string"},"writeOnly":true},"base_url":{"type":"string"}}})");
    registry.add(std::move(factory));
  }
  Findings examine(const std::string& toml, fs::perms permissions = fs::perms::owner_read | fs::perms::owner_write) {
    const std::string file = folder.write(
        "my.toml",
        "[[routes]]\nid = \"r\"\nmodules = [{ type = \"provider\", config = \"p\" }]\n[library.p]\ntype = \"provider-test\"\n" + toml);
    fs::permissions(file, permissions);
    return examine_secrets(config::load(file).settings.value(), registry);
  }
  config::TemporaryFolder folder;
  pipeline::ModuleRegistry registry;
};

TEST_F(ClearSecrets, WhatTheSchemaOfAModuleCallsSecretMustNotStandInTheFile) {
  const Findings findings = examine(std::string("config = { base_url = \"http://127.0.0.1:9/v1\", api_keys = [\"") + secret + "\"] }\n");
  EXPECT_THAT(findings, ElementsAre(AllOf(Found(Level::note, HasSubstr("a secret stands here as it is")),
                                          Cured(HasSubstr("write ${VARIABLE}, or file:PATH")),
                                          Field(&Finding::subject, EndsWith("my.toml:6: library.p.config.api_keys[0]")))));
}

TEST_F(ClearSecrets, AreWorseIfEverybodyMayReadThem) {
  EXPECT_THAT(examine(std::string("config = { api_keys = [\"") + secret + "\"] }\n", fs::perms::owner_all | fs::perms::others_read),
              ElementsAre(Found(Level::warning, HasSubstr("every user of this machine may read the file"))));
}

TEST_F(ClearSecrets, AreNeverShown) {
  for (const Finding& finding : examine(std::string("config = { api_keys = [\"") + secret + "\"] }\n"))
    EXPECT_THAT(finding.subject + finding.found + finding.cure, Not(HasSubstr(secret)));
}

TEST_F(ClearSecrets, AVariableIsTheRightWay) {
  const config::Environment variable("PATCHBAY_TEST_SECRET", secret);
  EXPECT_THAT(examine("config = { api_keys = [\"${PATCHBAY_TEST_SECRET}\"] }\n"),
              ElementsAre(Found(Level::ok, "no secret stands in it as it is")));
}

TEST_F(ClearSecrets, AFileIsTheRightWay) {
  fs::permissions(folder.write("key", secret), fs::perms::owner_read);
  EXPECT_THAT(examine("config = { api_keys = [\"file:key\"] }\n"), ElementsAre(Found(Level::ok, "no secret stands in it as it is")));
}

TEST_F(ClearSecrets, AVariablesDefaultIsOne) {
  EXPECT_THAT(examine(std::string("config = { api_keys = [\"${PATCHBAY_UNSET:") + secret + "}\"] }\n"),
              ElementsAre(Found(Level::note, HasSubstr("a secret stands here"))));
}

TEST_F(ClearSecrets, AWordThatHasToBeThereIsNone) {
  EXPECT_THAT(examine("config = { api_keys = [\"ollama\"] }\n"), ElementsAre(Found(Level::ok, "no secret stands in it as it is")));
}

TEST_F(ClearSecrets, TokensAndKeysOfTheGatewayItselfAreLookedAt) {
  EXPECT_THAT(
      examine("[server]\napi_keys = [\"sk-of-a-client\"]\n[admin]\nlisten = \"127.0.0.1:0\"\ntoken = \"sesame-of-admin\"\n"),
      ElementsAre(Field(&Finding::subject, EndsWith(":7: server.api_keys[0]")), Field(&Finding::subject, EndsWith(":10: admin.token"))));
}

TEST_F(ClearSecrets, ThePasswordOfAnAddressIsLookedAt) {
  EXPECT_THAT(examine("[state]\nurl = \"redis://:sesame-of-redis@127.0.0.1:1\"\n"),
              ElementsAre(Field(&Finding::subject, EndsWith("state.url"))));
}

}  // namespace
}  // namespace patchbay::doctor
