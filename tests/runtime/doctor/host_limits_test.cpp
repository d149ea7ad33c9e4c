#include "doctor/host_limits.hpp"

#include "findings.hpp"

namespace patchbay::doctor {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;

struct HostLimits : ::testing::Test {
  HostLimits() {
    server.max_connections = 1000;
    server.threads = 2;
    host.open_files = 4096;
    host.most_open_files = 4096;
    host.cores = 2;
    host.clock_is_disciplined = true;
    host.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);
  }
  HostFacts host;
  config::ServerSettings server;
};

TEST_F(HostLimits, AreInOrderWhenThereIsEnough) { EXPECT_THAT(examine_host(host, server), Each(Field(&Finding::level, Level::ok))); }

TEST_F(HostLimits, TwoFilesAreNeededForEachConnection) {
  host.open_files = 2127;
  EXPECT_THAT(examine_host(host, server),
              Contains(AllOf(Found(Level::warning, "2127 are allowed to this process, and [server] max_connections = 1000 may need 2128"),
                             Cured("`ulimit -n 2128` before the gateway is started, or LimitNOFILE=2128 in its unit; or [server] "
                                   "max_connections = 999"))));
}

TEST_F(HostLimits, WhatTheUserMayNotRaiseTheUnitMust) {
  host.open_files = host.most_open_files = 1024;
  EXPECT_THAT(examine_host(host, server),
              Contains(Cured(HasSubstr("LimitNOFILE=2128 in the gateway's unit; or [server] max_connections = 448"))));
}

TEST_F(HostLimits, AsManyThreadsAsCoresAreTakenUnlessToldOtherwise) {
  server.threads = 0;
  host.cores = 4;
  EXPECT_THAT(examine_host(host, server), Contains(Found(Level::ok, "4 threads for requests, 4 cores")));
}

TEST_F(HostLimits, AQuotaOfTheControlGroupCounts) {
  server.threads = 0;
  host.cores = 8;
  host.cpu_quota = 1.5;
  EXPECT_THAT(examine_host(host, server), Contains(AllOf(Found(Level::note, "8 threads for requests have 1.5 cores to share"),
                                                         Cured(HasSubstr("[server] threads = 2")))));
}

TEST_F(HostLimits, AClockThatNobodySetIsAnError) {
  host.now = {};
  EXPECT_THAT(examine_host(host, server), Contains(Found(Level::error, "the time is before 2025")));
}

TEST_F(HostLimits, AClockThatNobodyKeepsIsANote) {
  host.clock_is_disciplined = false;
  EXPECT_THAT(examine_host(host, server),
              Contains(AllOf(Found(Level::note, HasSubstr("nothing keeps the time")), Cured(HasSubstr("chrony")))));
}

TEST_F(HostLimits, OfThisHostAreKnown) {
  const HostFacts facts = facts_of_this_host();
  EXPECT_GT(facts.open_files, 0u);
  EXPECT_GT(facts.cores, 0u);
  EXPECT_GT(facts.now, host.now - std::chrono::years(2));
}

}  // namespace
}  // namespace patchbay::doctor
