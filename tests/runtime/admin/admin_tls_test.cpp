// The admin API over TLS: what it shows, and whom its client believes.
#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <optional>
#include <thread>

#include "admin/admin_client.hpp"
#include "admin/admin_server.hpp"
#include "gallery.hpp"
#include "test_certificates.hpp"

namespace patchbay::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using upstream::testing::Authority;
using upstream::testing::Identity;

struct AdminTls : ::testing::Test {
  AdminTls() {
    use(authority.issue("IP:127.0.0.1"));
    settings.listen = "127.0.0.1:0";
    settings.token = "secret";
  }
  ~AdminTls() override {
    io.stop();
    if (thread.joinable()) thread.join();
  }

  /// Puts a certificate and its key where the settings say.
  void use(const Identity& identity) {
    settings.tls.certificate = files.write("server.pem", identity.certificate_pem());
    settings.tls.private_key = files.write("server.key", identity.key_pem());
  }
  void start() {
    server.emplace(io, settings, [](const AdminRequest& request, const Respond& respond) {
      respond({200, "asked for " + request.target});
    });
    settings.listen = server->address().substr(std::string("https://").size());
    thread = std::thread([this] { io.run(); });
  }
  /// As the host does, on the thread of the server.
  void apply() {
    std::promise<void> applied;
    boost::asio::post(io, [&] {
      server->apply(settings);
      applied.set_value();
    });
    applied.get_future().wait();
  }
  std::string refusal(const Contact& contact) {
    try {
      (void)ask(contact, {"GET", "/admin/plugins", ""});
    } catch (const NotTrusted& error) {
      return error.what();
    }
    return "it was trusted";
  }

  Authority authority;
  plugins::testing::TemporaryDirectory files;
  config::AdminSettings settings;
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::optional<AdminServer> server;
  std::thread thread;
};

TEST_F(AdminTls, WhoHasTheConfigurationTrustsTheCertificateThatItNames) {
  use(authority.issue("DNS:somewhere.else"));
  start();
  EXPECT_THAT(server->address(), StartsWith("https://127.0.0.1:"));
  EXPECT_EQ(ask(contact_of(settings), {"GET", "/admin/plugins", ""}).body, "asked for /admin/plugins");
}

TEST_F(AdminTls, AnotherCertificateIsNotThePinnedOne) {
  start();
  Contact contact = contact_of(settings);
  contact.trust.pinned = files.write("other.pem", authority.issue("IP:127.0.0.1").certificate_pem());
  EXPECT_THAT(refusal(contact), HasSubstr("it shows another certificate than the one in '" + contact.trust.pinned + "'"));
}

TEST_F(AdminTls, ACertificateOfANamedAuthorityIsTrustedForItsHost) {
  start();
  EXPECT_EQ(ask({server->address(), "secret", {.ca_file = authority.ca_file()}}, {"GET", "/", ""}).status, 200u);
}

TEST_F(AdminTls, ACertificateForAnotherHostIsNotTrusted) {
  use(authority.issue("DNS:somewhere.else"));
  start();
  EXPECT_THAT(refusal({server->address(), "secret", {.ca_file = authority.ca_file()}}), HasSubstr("IP address mismatch"));
}

TEST_F(AdminTls, AnUnknownAuthorityIsNotTrustedAndTheCureIsTold) {
  start();
  EXPECT_THAT(refusal({server->address(), "secret"}), HasSubstr("name its authority with --ca FILE"));
}

TEST_F(AdminTls, WantsItsTokenAsWell) {
  start();
  Contact contact = contact_of(settings);
  contact.token = "wrong";
  EXPECT_EQ(ask(contact, {"GET", "/admin/plugins", ""}).status, 401u);
}

TEST_F(AdminTls, DoesNotAnswerWithoutTls) {
  start();
  EXPECT_THROW((void)ask({"http://" + settings.listen, "secret"}, {"GET", "/", ""}), std::runtime_error);
}

TEST_F(AdminTls, ARenewedCertificateIsShownToTheNextClient) {
  start();
  const Contact before = contact_of(settings);
  EXPECT_EQ(ask(before, {"GET", "/", ""}).status, 200u);
  use(authority.issue("IP:127.0.0.1"));
  apply();
  EXPECT_EQ(ask(contact_of(settings), {"GET", "/", ""}).status, 200u);
}

TEST_F(AdminTls, ACertificateThatCannotBeUsedLeavesTheOneInForce) {
  start();
  const std::string key = files.write("other.key", authority.issue("IP:127.0.0.1").key_pem());
  settings.tls.private_key = key;
  apply();
  EXPECT_EQ(ask(contact_of(settings), {"GET", "/", ""}).status, 200u);
}

TEST_F(AdminTls, WithClientCaOnlyAnIdentityOfItIsLetIn) {
  settings.tls.client_ca = authority.ca_file();
  start();
  EXPECT_THROW((void)ask(contact_of(settings), {"GET", "/", ""}), std::runtime_error);
  const Identity operator_of_it = authority.issue("DNS:operator");
  Contact contact = contact_of(settings);
  contact.trust.identity = files.write("operator.pem", operator_of_it.certificate_pem() + operator_of_it.key_pem());
  EXPECT_EQ(ask(contact, {"GET", "/", ""}).status, 200u);
}

TEST_F(AdminTls, AKeyOfAnotherCertificateIsRefusedBeforeItListens) {
  settings.tls.private_key = files.write("other.key", authority.issue("IP:127.0.0.1").key_pem());
  try {
    start();
    ADD_FAILURE() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), StartsWith("[admin.tls] private_key = "));
  }
}

}  // namespace
}  // namespace patchbay::admin
