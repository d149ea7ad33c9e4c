#include "config/access.hpp"

#include "loading.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

const std::string hash = "sha256:" + std::string(64, 'a');
const std::string other_hash = "sha256:" + std::string(64, 'b');

std::string key(const std::string& name, const std::string& lines = {}, const std::string& key_hash = hash) {
  return "[[keys]]\nname = '" + name + "'\nkey_hash = '" + key_hash + "'\n" + lines + "\n";
}

class AccessTest : public SettingsTest {};

TEST_F(AccessTest, AKeyHasItsLimits) {
  const AccessTables got = settings(key("team",
                                        "expires = 2027-01-31\nroutes = ['r']\nmodels = ['gpt-*']\nrequests_per_minute = 60\n"
                                        "tokens_per_minute = 1000\nconcurrency = 4\n"
                                        "budgets = [{ per = 'day', tokens = 5 }, { cost = 2.5 }]") +
                                    "[[prices]]\nmodel = '*'\n")
                               .access;
  ASSERT_EQ(got.keys.size(), 1u);
  const KeySettings& team = got.keys[0];
  EXPECT_EQ(team.expires, "2027-01-31");
  EXPECT_EQ(team.requests_per_minute, 60u);
  EXPECT_EQ(team.tokens_per_minute, 1'000u);
  EXPECT_EQ(team.concurrency, 4u);
  ASSERT_EQ(team.budgets.size(), 2u);
  EXPECT_EQ(team.budgets[0].tokens, 5u);
  EXPECT_EQ(team.budgets[1].per, "month");
  EXPECT_EQ(team.budgets[1].cost, 2.5);
}

TEST_F(AccessTest, WhatIsWrongWithAKeyIsSaidWhereItStands) {
  EXPECT_THAT(faults("[[keys]]\nname = 'a b'\nkey_hash = 'sha256:xyz'\nexpires = 'soon'\nroutes = ['rr']\nbudgets = [{ per = 'day' }]\n"),
              ElementsAre("m.toml:2:1: keys[0].name: a name has 1 to 64 visible ASCII characters without quotes",
                          HasSubstr("m.toml:3:1: keys[0].key_hash: expected 'sha256:' and 64 lower case hexadecimal digits"),
                          "m.toml:4:1: keys[0].expires: write it as 2027-01-31 or 2027-01-31T12:00:00Z",
                          HasSubstr("keys[0].routes[0]: there is no route 'rr' (did you mean 'r'?)"),
                          HasSubstr("keys[0].budgets[0]: a budget has `tokens`, `cost`, or both")));
}

TEST_F(AccessTest, NamesAndHashesAreUnique) {
  EXPECT_THAT(faults(key("a") + key("a", "", other_hash)), ElementsAre(HasSubstr("keys[1].name: key 'a' is there already")));
  EXPECT_THAT(faults(key("a") + key("b")), ElementsAre(HasSubstr("keys[1].key_hash: key 'a' has the same hash")));
}

TEST_F(AccessTest, OneBudgetForEachSpanOfTime) {
  EXPECT_THAT(faults(key("a", "budgets = [{ per = 'day', tokens = 1 }, { per = 'day', tokens = 2 }]")),
              ElementsAre(HasSubstr("keys[0].budgets[1]: there is a budget per day already")));
}

TEST_F(AccessTest, ABudgetInMoneyWithoutPricesIsAWarning) {
  EXPECT_THAT(faults(key("a", "budgets = [{ cost = 1 }]")),
              ElementsAre(HasSubstr("warning: keys[0].budgets: a budget in money needs [[prices]]")));
}

TEST_F(AccessTest, TheStateIsBesideTheFile) {
  EXPECT_EQ(settings("").access.state.url, "sqlite:" + folder_.path("patchbay-state.sqlite"));
  EXPECT_EQ(settings("[state]\nurl = 'sqlite:/var/lib/s'").access.state.url, "sqlite:/var/lib/s");
}

TEST_F(AccessTest, TheStatesUrlMayBeAFile) {
  folder_.write("url", "redis://:secret@h\n");
  std::filesystem::permissions(folder_.path("url"), std::filesystem::perms::owner_read);
  EXPECT_EQ(settings("[state]\nurl = 'file:url'").access.state.url, "redis://:secret@h");
}

TEST_F(AccessTest, AnyOtherStateIsRefused) {
  EXPECT_THAT(faults("[state]\nurl = 'postgres://h'"), ElementsAre(HasSubstr("state.url: write it as sqlite:PATH or redis://")));
}

TEST_F(AccessTest, PricesKeepTheirOrder) {
  const AccessTables got = settings("[[prices]]\nmodel = 'b'\ninput = 1\n[[prices]]\nmodel = 'a*'\noutput = 2.5\n").access;
  ASSERT_EQ(got.prices.size(), 2u);
  EXPECT_EQ(got.prices[0].model, "b");
  EXPECT_EQ(got.prices[1].output, 2.5);
}

TEST_F(AccessTest, ACertificateHasItsKey) {
  const ListenerTls tls = settings("[server]\ntls = { certificate = 'c.pem', private_key = '/k.pem' }").server.tls;
  EXPECT_THAT(tls.certificate, EndsWith("/c.pem"));
  EXPECT_EQ(tls.private_key, "/k.pem");
  EXPECT_THAT(faults("[server]\ntls = { certificate = 'c.pem' }"),
              ElementsAre(HasSubstr("server.tls: `certificate` and `private_key` belong together")));
}

}  // namespace
}  // namespace patchbay::config
