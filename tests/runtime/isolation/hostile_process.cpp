// Is started in place of the process of a plugin and says what no such process says: $HOSTILE names what.

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <list>
#include <string>

#include "isolation/codec.hpp"
#include "isolation/control_socket.hpp"
#include "isolation/frames.hpp"

using namespace patchbay::isolation;

namespace {

std::string empty_frame(FrameKind kind, std::uint64_t connection) {
  std::string bytes;
  { const FrameWriter writer(bytes, kind, connection); }
  return bytes;
}

const std::string garbage(2'000, '\xee');
const std::string huge("\xff\xff\xff\xff and more", 13);

struct Hostile {
  std::string what = std::getenv("HOSTILE") != nullptr ? std::getenv("HOSTILE") : "";
  boost::asio::io_context io;
  std::list<ControlSocket> channels;
  ControlSocket control{io, OwnedDescriptor(3), [this](Frame& asked) { on_control(asked); }, [](const std::string&) {}};

  void on_control(Frame& asked) {
    if (asked.kind == FrameKind::channel) {
      channels.emplace_back(
          io, control.take_descriptor(), [this](Frame& opened) { on_channel(opened); }, [](const std::string&) {});
      return;
    }
    if (asked.kind == FrameKind::bridges) return control.send(bridged(asked.connection));
    if (asked.kind != FrameKind::make) return;
    if (what == "garbage") return control.send(garbage);
    if (what == "huge-frame") return control.send(huge);
    if (what == "unasked-answer") return control.send(made(asked.connection + 77));
    if (what == "wrong-answer") return control.send(empty_frame(FrameKind::bridged, asked.connection));
    if (what == "torn-answer") return control.send(empty_frame(FrameKind::made, asked.connection));
    if (what == "silence") return;
    if (what == "hang-up") {
      close(3);
      sleep(600);
    }
    control.send(made(asked.connection));
  }

  static std::string made(std::uint64_t query) {
    std::string bytes;
    {
      FrameWriter out(bytes, FrameKind::made, query);
      put(out, ModuleAnswers());
    }
    return bytes;
  }

  static std::string bridged(std::uint64_t query) {
    std::string bytes;
    FrameWriter(bytes, FrameKind::bridged, query).flag(true);
    return bytes;
  }

  static std::string forward(std::uint64_t connection) {
    std::string bytes;
    {
      FrameWriter out(bytes, FrameKind::forward, connection);
      out.flag(true);
      out.flag(true);
      put(out, patchbay::Request(), false);
    }
    return bytes;
  }

  static std::string taken(std::uint64_t frames) {
    std::string bytes;
    FrameWriter(bytes, FrameKind::taken, 0).number(frames);
    return bytes;
  }

  void on_channel(Frame& opened) {
    const std::uint64_t connection = opened.connection;
    ControlSocket& channel = channels.back();
    if (what == "channel-garbage") channel.send(garbage);
    if (what == "channel-huge-frame") channel.send(huge);
    if (what == "channel-torn-forward") channel.send(empty_frame(FrameKind::forward, connection));
    if (what == "channel-forward-twice") channel.send(forward(connection) + forward(connection));
    if (what == "channel-call") channel.send(empty_frame(FrameKind::call, connection));
    if (what == "channel-unknown-connection") channel.send(empty_frame(FrameKind::end, connection + 1'000));
    if (what == "channel-too-many-taken") channel.send(taken(1'000));
    if (what == "channel-control-frame") channel.send(made(connection));
    if (what == "channel-hang-up") channels.clear();
  }
};

}  // namespace

int main() {
  Hostile hostile;
  hostile.control.send(empty_frame(FrameKind::ready, 0));
  hostile.io.run();
}
