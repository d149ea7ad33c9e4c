#include "doctor/stores.hpp"

#include <filesystem>

#include "../config/temporary_folder.hpp"
#include "doctor/writable.hpp"
#include "findings.hpp"
#include "scripted_server.hpp"
#include "state/sqlite_store.hpp"

namespace patchbay::doctor {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using upstream::testing::closed_port;
using upstream::testing::Peer;
using upstream::testing::ScriptedServer;

struct DoctorSqlite : ::testing::Test {
  config::TemporaryFolder folder;
  std::string file = folder.path("state.sqlite");
};

TEST_F(DoctorSqlite, CanBeMade) { EXPECT_THAT(examine_sqlite(file), ElementsAre(Found(Level::ok, StartsWith("it can be made, and ")))); }

TEST_F(DoctorSqlite, NeedsAFolder) {
  EXPECT_THAT(examine_sqlite(folder.path("none/state.sqlite")),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("there is no folder")), Cured("mkdir -p " + folder.path("none")))));
}

TEST_F(DoctorSqlite, IsSound) {
  {
    state::SqliteStore store(file);
    EXPECT_TRUE(store.add_key("team", "{}"));
  }
  EXPECT_THAT(examine_sqlite(file),
              Contains(Found(Level::ok, "sound, with the tables of this version and 1 keys that were made at run time")));
}

TEST_F(DoctorSqlite, OfARunningGatewayIsLeftAlone) {
  const state::SqliteStore store(file);
  EXPECT_THAT(examine_sqlite(file), Contains(Found(Level::ok, HasSubstr("a process has it open"))));
}

TEST_F(DoctorSqlite, ThatIsNoneIsAnError) {
  folder.write("state.sqlite", std::string(4096, 'x'));
  EXPECT_THAT(examine_sqlite(file), Contains(AllOf(Found(Level::error, HasSubstr("not a database")), Cured(StartsWith("move it away")))));
}

TEST_F(DoctorSqlite, LookingDoesNotMakeIt) {
  (void)examine_sqlite(file);
  EXPECT_FALSE(std::filesystem::exists(file));
}

/// Speaks just enough of Redis: every command is one read here, and gets the next reply.
ScriptedServer::Script redis(std::vector<std::string> replies) {
  return [replies = std::move(replies)](Peer& peer, int) {
    for (const std::string& reply : replies) {
      // "*N\r\n", then "$SIZE\r\nWORD\r\n" for each word
      std::string head;
      while (!head.ends_with("\r\n")) head += peer.read_exactly(1);
      for (int words = std::stoi(head.substr(1)); words > 0; --words) {
        std::string size;
        while (!size.ends_with("\r\n")) size += peer.read_exactly(1);
        (void)peer.read_exactly(std::stoul(size.substr(1)) + 2);
      }
      peer.send(reply);
    }
    (void)peer.sees_close();
  };
}

std::string bulk(const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }

config::StateSettings state_at(std::uint16_t port, const std::string& user = {}) {
  config::StateSettings state;
  state.url = "redis://" + user + "127.0.0.1:" + std::to_string(port);
  return state;
}

TEST(DoctorRedis, IsInOrderIfItAnswersAndForgetsNothing) {
  const ScriptedServer server(redis({"+PONG\r\n", bulk("# Memory\r\nmaxmemory_policy:noeviction\r\n# Persistence\r\naof_enabled:1\r\n")}));
  EXPECT_THAT(examine_redis(state_at(server.port()), 5s), ElementsAre(Found(Level::ok, StartsWith("connected and answered in"))));
}

TEST(DoctorRedis, APolicyThatForgetsIsAWarning) {
  const ScriptedServer server(redis({"+PONG\r\n", bulk("# Memory\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:1\r\n")}));
  EXPECT_THAT(examine_redis(state_at(server.port()), 5s),
              Contains(AllOf(Found(Level::warning, StartsWith("maxmemory-policy is allkeys-lru")),
                             Cured(StartsWith("CONFIG SET maxmemory-policy noeviction")))));
}

TEST(DoctorRedis, AReplicaTakesNoWrites) {
  const ScriptedServer server(redis({"+PONG\r\n", bulk("# Replication\r\nrole:slave\r\n")}));
  EXPECT_THAT(examine_redis(state_at(server.port()), 5s), Contains(Found(Level::error, HasSubstr("a replica"))));
}

TEST(DoctorRedis, AWrongPasswordIsAnErrorAndNotShown) {
  const ScriptedServer server(redis({"-WRONGPASS invalid username-password pair\r\n"}));
  const Findings findings = examine_redis(state_at(server.port(), ":sesame-of-redis@"), 5s);
  EXPECT_THAT(findings, ElementsAre(Found(Level::error, HasSubstr("WRONGPASS"))));
  EXPECT_THAT(findings.front().subject + findings.front().cure, Not(HasSubstr("sesame")));
}

TEST(DoctorRedis, ThatIsNotThereIsAnErrorWithWhatItMeans) {
  EXPECT_THAT(examine_redis(state_at(closed_port()), 5s),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("Connection refused")),
                                Cured(HasSubstr("meanwhile requests with limits are refused")))));
}

TEST(DoctorRedis, ThatSaysNothingIsGivenUp) {
  const ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  EXPECT_THAT(examine_redis(state_at(server.port()), 50ms), ElementsAre(Found(Level::error, HasSubstr("no answer in time"))));
}

TEST(DoctorState, OfflineAsksNoRedis) {
  EXPECT_THAT(examine_state(state_at(closed_port()), true, 5s), ElementsAre(Found(Level::note, HasSubstr("--offline"))));
}

TEST(DoctorState, FilesThatAreWrittenBesidesAreLookedAt) {
  const config::TemporaryFolder folder;
  config::Settings settings;
  settings.mode.state_file = folder.path("none/mode.json");
  settings.access_log.path = folder.path("access.log");
  EXPECT_THAT(examine_written_files(settings),
              ElementsAre(Found(Level::error, HasSubstr("there is no folder")), Found(Level::ok, StartsWith("it can be made"))));
}

}  // namespace
}  // namespace patchbay::doctor
