#include "doctor/upstreams.hpp"

#include "doctor/key_check.hpp"
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
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using upstream::testing::Authority;
using upstream::testing::closed_port;
using upstream::testing::Identity;
using upstream::testing::Peer;
using upstream::testing::reply_with;
using upstream::testing::ScriptedServer;

std::string origin(const char* scheme, const char* host, std::uint16_t port) {
  return std::string(scheme) + "://" + host + ":" + std::to_string(port);
}

ScriptedServer::Script tls_with(Identity identity) {
  return [identity = std::move(identity)](Peer& peer, int) {
    if (peer.accept_tls(identity)) (void)peer.sees_close();
  };
}

struct DoctorUpstreams : ::testing::Test {
  DoctorUpstreams() { settings.ca_file = authority.ca_file(); }
  /// Without what is said of keys.
  Findings examine(const std::string& url, bool serves = true, std::chrono::milliseconds timeout = 5s) {
    Findings findings = examine_upstreams({{url, "route r", serves}}, settings, timeout);
    std::erase_if(findings, [](const Finding& finding) { return finding.subject == "keys"; });
    return findings;
  }
  /// What the provider's answer to a probe says of a key.
  Findings examine_key(const std::string& reply) {
    const ScriptedServer server([reply](Peer& peer, int) {
      if (!peer.read_request().empty()) peer.send(reply);
    });
    Destination destination{origin("http", "127.0.0.1", server.port()), "route r"};
    HttpCall& call = destination.asks.emplace_back();
    call.method = "GET";
    call.url = destination.url + "/v1/models?key=sk-planted-in-the-path";
    call.headers.add("Authorization", "Bearer sk-planted-in-the-head");
    return examine_keys(destination, settings, 5s);
  }
  Authority authority;
  config::UpstreamSettings settings;
};

TEST_F(DoctorUpstreams, ThatAreReachedSayWhereAndHowSoon) {
  const ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  EXPECT_THAT(examine(origin("http", "localhost", server.port())),
              ElementsAre(Found(Level::ok, MatchesRegex("reached in [0-9]+ ms at .*127\\.0\\.0\\.1.* \\(route r\\)"))));
}

TEST_F(DoctorUpstreams, OverTlsSayWhoSignedTheirCertificateAndHowLongItIsGood) {
  const ScriptedServer server(tls_with(authority.issue("DNS:localhost", 90)));
  EXPECT_THAT(examine(origin("https", "localhost", server.port())),
              ElementsAre(Found(Level::ok, StartsWith("reached in")),
                          Found(Level::ok, MatchesRegex("its certificate of 'CN=Patchbay test CA' is good until .*, for 90 days"))));
}

TEST_F(DoctorUpstreams, ACertificateThatEndsSoonIsAWarning) {
  const ScriptedServer server(tls_with(authority.issue("DNS:localhost", 5)));
  EXPECT_THAT(examine(origin("https", "localhost", server.port())), Contains(Found(Level::warning, HasSubstr("for 5 days"))));
}

TEST_F(DoctorUpstreams, ACertificateThatHasExpiredIsAnErrorAndSaysSince) {
  const ScriptedServer server(tls_with(authority.issue("DNS:localhost", -2)));
  EXPECT_THAT(examine(origin("https", "localhost", server.port())),
              ElementsAre(Found(Level::error, HasSubstr("certificate has expired")), Found(Level::error, HasSubstr("2 days ago"))));
}

TEST_F(DoctorUpstreams, AnAuthorityThatNobodyKnowsIsAnErrorWithItsCure) {
  const Authority unknown;
  const ScriptedServer server(tls_with(unknown.issue("DNS:localhost")));
  EXPECT_THAT(
      examine(origin("https", "localhost", server.port())),
      Contains(AllOf(Found(Level::error, HasSubstr("the server's certificate was refused")), Cured(HasSubstr("[upstream] ca_file")))));
}

TEST_F(DoctorUpstreams, ThatDoNotSpeakTlsAreToldApart) {
  const ScriptedServer server([](Peer& peer, int) {
    (void)peer.read_exactly(1);
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    (void)peer.sees_close();
  });
  EXPECT_THAT(examine(origin("https", "localhost", server.port())),
              ElementsAre(AllOf(Found(Level::error, StartsWith("TLS handshake failed")), Cured(HasSubstr("write http://")))));
}

TEST_F(DoctorUpstreams, ThatRefuseAreAnError) {
  EXPECT_THAT(examine(origin("http", "127.0.0.1", closed_port())),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("Connection refused")), Cured(HasSubstr("does it run")))));
}

TEST_F(DoctorUpstreams, ThatOnlyObserveAreAWarning) {
  EXPECT_THAT(examine(origin("http", "127.0.0.1", closed_port()), false), ElementsAre(Field(&Finding::level, Level::warning)));
}

TEST_F(DoctorUpstreams, ANameThatNobodyKnowsIsAnError) {
  EXPECT_THAT(examine("http://nobody.invalid:80"),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("cannot resolve host name 'nobody.invalid'")),
                                Cured(HasSubstr("getent hosts nobody.invalid")))));
}

TEST_F(DoctorUpstreams, ThatSayNothingAreGivenUpWithWhatWasWaitedFor) {
  const ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  EXPECT_THAT(examine(origin("https", "127.0.0.1", server.port()), true, 100ms),
              ElementsAre(Found(Level::error, HasSubstr("no connection within 100 ms, waiting for the TLS handshake"))));
}

TEST_F(DoctorUpstreams, AreReachedThroughTheProxy) {
  const ScriptedServer proxy([](Peer& peer, int) { (void)peer.sees_close(); });
  settings.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  EXPECT_THAT(examine("http://model.invalid:80"), ElementsAre(Found(Level::ok, HasSubstr("through proxy 127.0.0.1:"))));
}

TEST_F(DoctorUpstreams, AProxyThatRefusesIsAnError) {
  const ScriptedServer proxy([](Peer& peer, int) {
    (void)peer.read_head();
    peer.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  settings.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  EXPECT_THAT(examine("https://model.invalid:443"),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("status 407")), Cured(HasSubstr("[upstream] proxy")))));
}

TEST_F(DoctorUpstreams, ACaFileThatCannotBeReadIsAnErrorOfTheConfiguration) {
  settings.ca_file = "/nowhere/ca.pem";
  EXPECT_THAT(examine("https://127.0.0.1:1"),
              ElementsAre(AllOf(Field(&Finding::subject, "[upstream]"), Found(Level::error, HasSubstr("/nowhere/ca.pem")))));
}

TEST_F(DoctorUpstreams, OfWhichNobodyKnowsWhetherTheyTakeTheirKeysSaySo) {
  const ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  EXPECT_THAT(examine_upstreams({{origin("http", "127.0.0.1", server.port()), "route r"}}, settings, 5s),
              Contains(AllOf(Field(&Finding::subject, "keys"), Cured(HasSubstr("[probe] kind = \"get\"")))));
}

TEST_F(DoctorUpstreams, AKeyIsAcceptedIfTheProbeIsAnswered) {
  EXPECT_THAT(examine_key(reply_with("{}")),
              ElementsAre(Found(Level::ok, "GET /v1/models with key 1 was answered with status 200: the key is accepted")));
}

TEST_F(DoctorUpstreams, AKeyThatIsRefusedIsAnErrorAndNotShown) {
  const Findings findings = examine_key("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(findings, ElementsAre(AllOf(Found(Level::error, HasSubstr("the key is refused")), Cured(StartsWith("replace the key")))));
  EXPECT_THAT(findings.front().found + findings.front().subject, ::testing::Not(HasSubstr("planted")));
}

TEST_F(DoctorUpstreams, APathThatIsNotThereSaysNothingOfAKey) {
  EXPECT_THAT(examine_key("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
              ElementsAre(Found(Level::note, HasSubstr("says nothing of the key"))));
}

}  // namespace
}  // namespace patchbay::doctor
