#include <gmock/gmock.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <thread>

#include "admin/admin_api.hpp"
#include "admin/admin_client.hpp"
#include "admin/admin_server.hpp"
#include "gallery.hpp"

namespace patchbay::admin {
namespace {

namespace fs = std::filesystem;
using plugins::testing::gallery_file;
using ::testing::HasSubstr;

/// A host without listener and routes' traffic: what its operator sees of it.
struct Admin : ::testing::Test {
  void start(const std::string& listen, const std::string& token) {
    const std::string file =
        files.write("gateway.toml",
                    "[[routes]]\nid = \"echo\"\nmodules = [{ type = \"provider\", config = { type = \"gallery-echo\", config = {} } }]\n");
    config::Settings settings = config::load(file).settings.value();
    settings.plugins.state_directory = state.path().string();
    fs::copy_file(gallery_file("echo"), files.path() / "echo.so");
    plane.emplace(control::ControlPlane::Sources{[file] { return config::load(file); }, {files.path().string()}, {}}, settings, hooks);
    ASSERT_TRUE(plane->start(std::move(settings)));
    changes.emplace(io, *plane);
    api.emplace(*plane, *changes, metrics, [this](const control::Outcome&) { ++told; });
    server.emplace(io, config::AdminSettings{listen, token, {}, {}},
                   [this](const AdminRequest& request, const Respond& respond) { api->handle(request, respond); });
    thread = std::thread([this] { io.run(); });
  }
  ~Admin() override {
    io.stop();
    if (thread.joinable()) thread.join();
  }
  AdminReply ask(const std::string& method, const std::string& target, const std::string& body = {}) const {
    return admin::ask({server->address(), "secret"}, {method, target, body});
  }
  std::string version() const { return plane->inventory().live().at(0)->info().version; }

  plugins::testing::TemporaryDirectory files;
  plugins::testing::TemporaryDirectory state;
  std::string socket = "unix:" + (files.path() / "admin.sock").string();
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  hooks::HookBus hooks;
  std::optional<control::ControlPlane> plane;
  std::optional<control::ChangeQueue> changes;
  monitoring::MetricsPage metrics;
  std::optional<AdminApi> api;
  std::optional<AdminServer> server;
  std::atomic<int> told{0};
  std::thread thread;
};

TEST_F(Admin, ListsPlugins) {
  start(socket, "");
  const AdminReply reply = ask("GET", "/admin/plugins");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(boost::json::parse(reply.body).at("plugins").at(0).at("id"), "dev.patchbay.gallery-echo");
}

TEST_F(Admin, AUnixSocketIsForThisUserAlone) {
  start(socket, "");
  EXPECT_EQ(fs::status(files.path() / "admin.sock").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Admin, TakesTheSocketFileOfADeadProcess) {
  boost::asio::io_context dead;
  { boost::asio::local::stream_protocol::acceptor left(dead, (files.path() / "admin.sock").string()); }
  start(socket, "");
  EXPECT_EQ(ask("GET", "/admin/plugins").status, 200u);
}

TEST_F(Admin, OverTcpWantsItsToken) {
  start("127.0.0.1:0", "secret");
  EXPECT_EQ(ask("GET", "/admin/plugins").status, 200u);
  EXPECT_EQ(admin::ask({server->address(), "wrong"}, {"GET", "/admin/plugins", ""}).status, 401u);
  EXPECT_EQ(admin::ask({server->address(), ""}, {"GET", "/metrics", ""}).status, 401u);
}

TEST_F(Admin, DoesNotListenOnTcpWithoutAToken) { EXPECT_THROW(start("127.0.0.1:0", ""), std::runtime_error); }

TEST_F(Admin, AddsAPlugin) {
  start(socket, "");
  const AdminReply reply = ask("POST", "/admin/plugins", R"({"path":")" + gallery_file("echo2") + R"("})");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_THAT(reply.body, HasSubstr("dev.patchbay.gallery-echo 2.0.0 serves as generation 2"));
  EXPECT_EQ(version(), "2.0.0");
  EXPECT_EQ(told, 1);
}

TEST_F(Admin, ReloadsAndRollsBack) {
  start(socket, "");
  EXPECT_EQ(ask("POST", "/admin/plugins/gallery-echo/reload").status, 200u);
  EXPECT_EQ(ask("POST", "/admin/plugins", R"({"path":")" + gallery_file("echo2") + R"("})").status, 200u);
  EXPECT_EQ(ask("POST", "/admin/plugins/dev.patchbay.gallery-echo/rollback").status, 200u);
  EXPECT_EQ(version(), "1.0.0");
}

TEST_F(Admin, AChangeThatIsRefusedIsAConflict) {
  start(socket, "");
  const AdminReply reply = ask("DELETE", "/admin/plugins/gallery-echo");
  EXPECT_EQ(reply.status, 409u);
  EXPECT_THAT(reply.body, HasSubstr("the configuration needs it"));
}

TEST_F(Admin, ReloadsTheConfiguration) {
  start(socket, "");
  EXPECT_EQ(ask("POST", "/admin/configuration/reload").status, 200u);
  EXPECT_EQ(plane->slot().current()->generation, 2u);
}

TEST_F(Admin, SaysWhatABodyLacks) {
  start(socket, "");
  EXPECT_THAT(ask("POST", "/admin/plugins", "{}").body, HasSubstr("path"));
  EXPECT_THAT(ask("POST", "/admin/plugins", "{").body, HasSubstr("the body is not JSON"));
}

TEST_F(Admin, ListsWhatItHasForAPathThatItDoesNotKnow) {
  start(socket, "");
  const AdminReply reply = ask("GET", "/admin/nothing");
  EXPECT_EQ(reply.status, 404u);
  EXPECT_THAT(reply.body, HasSubstr("GET /admin/plugins, POST /admin/plugins"));
  EXPECT_EQ(ask("PATCH", "/admin/plugins").status, 405u);
}

TEST_F(Admin, OffersMetrics) {
  metrics.add([](monitoring::PrometheusText& text) {
    text.metric("a_gauge", "gauge", "Something.");
    text.sample({}, std::uint64_t{7});
  });
  start(socket, "");
  const AdminReply reply = ask("GET", "/metrics");
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr("\na_gauge 7\n"));
}

TEST(AdminClient, SaysThatNobodyAnswers) {
  try {
    (void)ask({"unix:/nowhere/admin.sock", ""}, {"GET", "/", ""});
    ADD_FAILURE() << "somebody answered";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "no admin API answers at unix:/nowhere/admin.sock: No such file or directory; is the host running, with "
                 "[admin] listen set to this address?");
  }
}

TEST(AdminClient, SaysWhatAnAddressIs) {
  EXPECT_THROW((void)ask({"unix:", ""}, {"GET", "/", ""}), std::invalid_argument);
  EXPECT_THROW((void)ask({"nowhere", ""}, {"GET", "/", ""}), std::invalid_argument);
}

}  // namespace
}  // namespace patchbay::admin
