// HTTPS: whom the client trusts, and what it says about those it does not.
#include <fstream>

#include "client_fixture.hpp"

namespace patchbay::upstream::testing {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ClientTest {
 protected:
  /// Answers every request over TLS with the server name that the client asked for.
  ScriptedServer::Script answer_with(Identity identity) {
    return [identity = std::move(identity)](Peer& peer, int number) {
      if (!peer.accept_tls(identity)) return;
      while (!peer.read_request().empty()) peer.send(reply_with(std::to_string(number)));
    };
  }

  static std::string url(const ScriptedServer& server, std::string_view host) {
    return "https://" + std::string(host) + ":" + std::to_string(server.port()) + "/";
  }

  void expect_tls_failure(const Recorder& recorder, std::string_view message) {
    ASSERT_TRUE(recorder.failure);
    EXPECT_EQ(name_of(recorder.failure->kind), "tls");
    EXPECT_TRUE(recorder.failure->replay_safe);
    EXPECT_THAT(recorder.failure->message, HasSubstr(message));
  }

  Authority authority;
};

TEST_F(TlsTest, ACertificateOfTheNamedAuthorityIsTrusted) {
  ScriptedServer server(answer_with(authority.issue("DNS:localhost")));
  settings.ca_file = authority.ca_file();

  const Recorder reply = fetch(post(url(server, "localhost"), "x"));

  EXPECT_EQ(reply.body, "0") << reply.message();
}

TEST_F(TlsTest, ConnectionsAreKeptAlive) {
  ScriptedServer server(answer_with(authority.issue("DNS:localhost")));
  settings.ca_file = authority.ca_file();

  for (int i = 0; i < 3; ++i) EXPECT_TRUE(fetch(post(url(server, "localhost"), "x")).completed);

  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TlsTest, AnAddressIsComparedWithTheCertificatesAddresses) {
  ScriptedServer server(answer_with(authority.issue("IP:127.0.0.1")));
  settings.ca_file = authority.ca_file();

  const Recorder reply = fetch(get(url(server, "127.0.0.1")));

  EXPECT_TRUE(reply.completed) << reply.message();
}

TEST_F(TlsTest, AnUnknownAuthorityIsRefusedWithACure) {
  ScriptedServer server(answer_with(authority.issue("DNS:localhost")));

  const Recorder reply = fetch(get(url(server, "localhost")));

  expect_tls_failure(reply, "the server's certificate was refused: ");
  expect_tls_failure(reply, "name its CA in [upstream] ca_file");
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefused) {
  ScriptedServer server(answer_with(authority.issue("DNS:other.example")));
  settings.ca_file = authority.ca_file();

  expect_tls_failure(fetch(get(url(server, "localhost"))), "hostname mismatch");
}

TEST_F(TlsTest, ACertificateForAnotherAddressIsRefused) {
  ScriptedServer server(answer_with(authority.issue("IP:127.0.0.2,DNS:127.0.0.1")));
  settings.ca_file = authority.ca_file();

  expect_tls_failure(fetch(get(url(server, "127.0.0.1"))), "IP address mismatch");
}

TEST_F(TlsTest, AServerThatDoesNotSpeakTlsIsATlsFailure) {
  ScriptedServer server([](Peer& peer, int) { peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });

  expect_tls_failure(fetch(get(url(server, "127.0.0.1"))), "TLS handshake failed: ");
}

TEST_F(TlsTest, AServerThatHangsUpDuringTheHandshakeIsATlsFailure) {
  ScriptedServer server([](Peer& peer, int) { peer.close(); });

  expect_tls_failure(fetch(get(url(server, "127.0.0.1"))), "TLS handshake failed: ");
}

TEST_F(TlsTest, ABodyThatEndsWithoutCloseNotifyIsTruncated) {
  const Identity identity = authority.issue("DNS:localhost");
  ScriptedServer server([&](Peer& peer, int) {
    if (!peer.accept_tls(identity)) return;
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
    peer.hang_up();
  });
  settings.ca_file = authority.ca_file();

  const Recorder reply = fetch(get(url(server, "localhost")));

  ASSERT_TRUE(reply.failure);
  EXPECT_EQ(name_of(reply.failure->kind), "reset");
  EXPECT_THAT(reply.failure->message, HasSubstr("without TLS close_notify"));
}

TEST_F(TlsTest, ABodyThatEndsWithCloseNotifyIsComplete) {
  const Identity identity = authority.issue("DNS:localhost");
  ScriptedServer server([&](Peer& peer, int) {
    if (!peer.accept_tls(identity)) return;
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
  });
  settings.ca_file = authority.ca_file();

  const Recorder reply = fetch(get(url(server, "localhost")));

  EXPECT_TRUE(reply.completed) << reply.message();
  EXPECT_EQ(reply.body, "all of it");
}

TEST_F(TlsTest, LargeBodiesPassBothWays) {
  const Identity identity = authority.issue("DNS:localhost");
  const std::string body(5u << 20, 'b');
  std::string request;
  ScriptedServer server([&](Peer& peer, int) {
    if (!peer.accept_tls(identity)) return;
    request = peer.read_request();
    peer.send(reply_with(body));
    peer.sees_close();
  });
  settings.ca_file = authority.ca_file();

  const Recorder reply = fetch(post(url(server, "localhost"), body));

  EXPECT_TRUE(reply.body == body) << reply.body.size();
  EXPECT_TRUE(request.ends_with(body)) << request.size();
}

TEST_F(TlsTest, AnUnreadableCaFileIsRefusedWithItsNameAndACure) {
  settings.ca_file = "/nonexistent/ca.pem";

  try {
    client();
    FAIL() << "accepted";
  } catch (const SetupError& error) {
    EXPECT_THAT(error.what(), HasSubstr("[upstream] ca_file: cannot read certificates from '/nonexistent/ca.pem'"));
    EXPECT_THAT(error.what(), HasSubstr("readable PEM file"));
  }
}

TEST_F(TlsTest, ACaFileWithoutCertificateIsRefused) {
  std::ofstream(authority.ca_file()) << "not a certificate\n";
  settings.ca_file = authority.ca_file();

  EXPECT_THROW(client(), SetupError);
}

}  // namespace
}  // namespace patchbay::upstream::testing
