#include "doctor/listeners.hpp"

#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>

#include "../config/temporary_folder.hpp"
#include "doctor/binding.hpp"
#include "findings.hpp"
#include "scripted_server.hpp"

namespace patchbay::doctor {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using upstream::testing::closed_port;
using upstream::testing::Peer;
using upstream::testing::ScriptedServer;

std::string reply(const std::string& head, const std::string& body) {
  return "HTTP/1.1 " + head + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

ScriptedServer::Script answering(std::string text) {
  return [text = std::move(text)](Peer& peer, int) {
    if (!peer.read_request().empty()) peer.send(text);
  };
}

std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

Findings examine_server(const std::string& listen) {
  config::ServerSettings server;
  server.listen = listen;
  return examine_server_listener(server, 5s);
}

Findings examine_admin(const std::string& listen, const std::string& token = "sesame", std::chrono::milliseconds timeout = 5s) {
  config::AdminSettings admin;
  admin.listen = listen;
  admin.token = token;
  return examine_admin_listener(admin, nullptr, {timeout});
}

TEST(DoctorServerListener, AnAddressThatNobodyHasIsFree) {
  EXPECT_THAT(examine_server(at(closed_port())), ElementsAre(Found(Level::ok, "free")));
}

TEST(DoctorServerListener, PortZeroIsAnyFreeOne) {
  EXPECT_THAT(examine_server("127.0.0.1:0"), ElementsAre(Found(Level::ok, "any free port will be taken")));
}

TEST(DoctorServerListener, AGatewayThatRunsIsRecognised) {
  const ScriptedServer gateway(answering(reply("200 OK\r\nServer: patchbay", R"({"status":"ok","mode":"v2","generation":3,"routes":2})")));
  EXPECT_THAT(examine_server(at(gateway.port())), ElementsAre(Found(Level::ok, "a gateway serves here: mode v2, routes 2, generation 3")));
}

TEST(DoctorServerListener, AnotherProgramIsNamedWithItsProcess) {
  const ScriptedServer other(answering(reply("200 OK\r\nServer: another", "{}")));
  EXPECT_THAT(examine_server(at(other.port())),
              ElementsAre(AllOf(Found(Level::error, "another program listens here: doctor-test, process " + std::to_string(getpid())),
                                Cured("stop it, or set [server] listen to another address"))));
}

TEST(DoctorServerListener, AProgramThatSaysNothingIsGivenUp) {
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  config::ServerSettings server;
  server.listen = at(silent.local_endpoint().port());
  EXPECT_THAT(examine_server_listener(server, 50ms), ElementsAre(Found(Level::error, StartsWith("another program listens here"))));
}

TEST(DoctorServerListener, AnAddressOfAnotherMachineCannotBeListenedOn) {
  const boost::system::error_code not_ours(EADDRNOTAVAIL, boost::system::system_category());
  EXPECT_THAT(not_bound("server.listen", not_ours, "[server] listen"),
              AllOf(Found(Level::error, HasSubstr("cannot be listened on")), Cured(HasSubstr("to an address of this machine"))));
}

TEST(DoctorServerListener, AReservedPortNeedsAPrivilege) {
  const boost::system::error_code denied = boost::asio::error::access_denied;
  EXPECT_THAT(not_bound("server.listen", denied, "[server] listen"), Cured(HasSubstr("a port from 1024 on")));
}

TEST(DoctorAdminListener, NoneIsWorthKnowing) {
  EXPECT_THAT(examine_admin(""), ElementsAre(Found(Level::note, HasSubstr("there is no admin API"))));
}

TEST(DoctorAdminListener, OverTcpItNeedsAToken) {
  EXPECT_THAT(examine_admin(at(closed_port()), ""),
              Contains(AllOf(Found(Level::error, HasSubstr("not started without a token")), Cured(HasSubstr("unix:PATH")))));
}

TEST(DoctorAdminListener, AHostThatRunsSaysItsVersion) {
  const ScriptedServer host(answering(reply("200 OK\r\nServer: patchbay", R"({"version":"patchbay 9.9.9","generation":7,"routes":[]})")));
  EXPECT_THAT(examine_admin(at(host.port())),
              ElementsAre(Found(Level::ok, "patchbay 9.9.9 runs here, with generation 7 of its configuration")));
}

TEST(DoctorAdminListener, AHostThatServesAnotherConfigurationIsAWarning) {
  const ScriptedServer host(answering(
      reply("200 OK\r\nServer: patchbay", R"({"version":"patchbay 9.9.9","generation":7,"routes":[{"id":"old","targets":[]}]})")));
  const pipeline::Assembly nothing;
  const pipeline::StaticInstancePool pool(1);
  const Candidate candidate{nothing, pool};
  config::AdminSettings admin;
  admin.listen = at(host.port());
  admin.token = "sesame";
  EXPECT_THAT(examine_admin_listener(admin, &candidate, {5s}),
              ElementsAre(AllOf(Found(Level::warning, HasSubstr("its routes are not those of this file: old is gone")),
                                Cured(HasSubstr("SIGHUP")))));
}

TEST(DoctorAdminListener, AHostWithAnotherTokenIsAWarning) {
  const ScriptedServer host(answering(reply("401 Unauthorized\r\nServer: patchbay", R"({"error":"the admin API wants its token"})")));
  EXPECT_THAT(examine_admin(at(host.port())),
              ElementsAre(AllOf(Found(Level::warning, HasSubstr("refuses the token of this file")), Cured(HasSubstr("restarted")))));
}

TEST(DoctorAdminListener, AnotherProgramIsAnError) {
  const ScriptedServer other(answering(reply("200 OK", "{}")));
  EXPECT_THAT(examine_admin(at(other.port())),
              ElementsAre(AllOf(Field(&Finding::level, Level::error), Field(&Finding::found, StartsWith("another program listens here")))));
}

struct DoctorAdminSocket : ::testing::Test {
  config::TemporaryFolder folder;
};

TEST_F(DoctorAdminSocket, IsFree) { EXPECT_THAT(examine_admin("unix:" + folder.path("s"), ""), ElementsAre(Found(Level::ok, "free"))); }

TEST_F(DoctorAdminSocket, OfADeadProcessWillBeReplaced) {
  boost::asio::io_context io;
  { const boost::asio::local::stream_protocol::acceptor dead(io, {folder.path("s")}); }
  EXPECT_THAT(examine_admin("unix:" + folder.path("s"), ""), ElementsAre(Found(Level::ok, HasSubstr("will be replaced"))));
}

TEST_F(DoctorAdminSocket, NeedsAFolder) {
  EXPECT_THAT(examine_admin("unix:" + folder.path("none/s"), ""),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("there is no folder")), Cured("mkdir -p " + folder.path("none")))));
}

TEST_F(DoctorAdminSocket, IsNoOrdinaryFile) {
  EXPECT_THAT(examine_admin("unix:" + folder.write("s", "text"), ""),
              ElementsAre(Found(Level::error, HasSubstr("a file that is no socket"))));
}

}  // namespace
}  // namespace patchbay::doctor
