#include "isolation/hosted_plugin.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>
#include <list>

#include "isolation/control_socket.hpp"
#include "isolation/frames.hpp"
#include "isolation/hosted_channel.hpp"
#include "isolation/hosted_modules.hpp"
#include "isolation/spawn_process.hpp"
#include "monitoring/logging.hpp"
#include "patchbay/config.hpp"
#include "patchbay/stamp.hpp"
#include "pipeline/plugin_registry.hpp"
#include "plugins/barrier.hpp"
#include "plugins/plugin.hpp"

namespace patchbay::isolation {

namespace {

/// The supervisor ends a process that takes too much, but looks only now and then; what asks for very much at once gets std::bad_alloc.
/// Sanitizers need address space for themselves.
void limit_memory(std::uint64_t memory) {
  if (memory == 0 || stamp::sanitizers() != "none") return;
  const rlim_t most = memory + memory / 4 + (64u << 20);
  const rlimit limit{most, most};
  setrlimit(RLIMIT_DATA, &limit);
}

class HostedPlugin {
 public:
  explicit HostedPlugin(const HostedPluginOptions& options)
      : control_(
            io_, OwnedDescriptor(control_descriptor), [this](Frame& frame) { on_frame(frame); },
            [this](const std::string&) { io_.stop(); }) {
    signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
      if (!cancelled) io_.stop();
    });
    try {
      plugin_ = plugins::Plugin::load_elsewhere(options.plugin, options.origin, options.hash, options.generation);
      registry_ = pipeline::registry_of({plugin_});
      tell(FrameKind::ready, 0, [](FrameWriter&) {});
    } catch (const std::exception& failure) {
      tell(FrameKind::refused, 0, [&](FrameWriter& out) { out.text(failure.what()); });
    }
  }

  void run() { io_.run(); }

 private:
  template <class Fill>
  void tell(FrameKind kind, std::uint64_t query, Fill&& fill) {
    std::string frame;
    {
      FrameWriter writer(frame, kind, query);
      fill(writer);
    }
    control_.send(std::move(frame));
  }

  void on_frame(Frame& frame) {
    switch (frame.kind) {
      case FrameKind::make: return make(frame);
      case FrameKind::drop: return modules_.drop(frame.body.number());
      case FrameKind::bridges: return bridges(frame);
      case FrameKind::channel: channels_.emplace_back(control_.take_descriptor(), modules_); return;
      default: throw MalformedFrame("a frame that the control socket does not have");
    }
  }

  void make(Frame& frame) {
    const std::uint64_t number = frame.body.number();
    const plugins::ModuleInfo& module = plugin_->info().modules.at(frame.body.number());
    const boost::json::value config = boost::json::parse(frame.body.text());
    std::vector<config::Fault> faults;
    std::string why;
    try {
      const ModuleAnswers answers = modules_.make(number, *registry_.find(module.type), config);
      return tell(FrameKind::made, frame.connection, [&](FrameWriter& out) { put(out, answers); });
    } catch (const config::Error& error) {
      faults = error.faults();
      why = error.what();
    } catch (const std::exception& error) {
      why = error.what();
    }
    tell(FrameKind::not_made, frame.connection, [&](FrameWriter& out) {
      out.text(why.empty() ? "it threw an exception without text" : why);
      put(out, faults);
    });
  }

  void bridges(Frame& frame) {
    const std::shared_ptr<HostedModule> hosted = modules_.find(frame.body.number());
    const std::string_view client = frame.body.text();
    const std::string_view provider = frame.body.text();
    const pipeline::Instance::Use use = hosted->instance.use();
    bool bridged = false;
    if (const auto thrown = plugins::barrier([&] { bridged = static_cast<const Transform*>(use.module())->bridges(client, provider); }))
      spdlog::error("module {} cannot say which protocols it bridges: {}", hosted->instance.key().type, *thrown);
    tell(FrameKind::bridged, frame.connection, [&](FrameWriter& out) { out.flag(bridged); });
  }

  boost::asio::io_context io_;
  boost::asio::signal_set signals_{io_, SIGTERM};
  std::shared_ptr<const plugins::Plugin> plugin_;
  pipeline::ModuleRegistry registry_;
  HostedModules modules_;
  ControlSocket control_;
  std::list<HostedChannel> channels_;  // the first to go: their threads run modules
};

}  // namespace

std::vector<std::string> command_of(const HostedPluginOptions& options) {
  return {
      "patchbay",
      "plugin-host",  //
      "--parent",
      std::to_string(options.parent),  //
      "--plugin",
      options.plugin,  //
      "--origin",
      options.origin,  //
      "--hash",
      options.hash,  //
      "--generation",
      std::to_string(options.generation),  //
      "--memory",
      std::to_string(options.memory),  //
      "--log-level",
      options.log_level,  //
      "--log-format",
      options.log_format,
  };
}

int run_hosted_plugin(const HostedPluginOptions& options) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != options.parent || fcntl(control_descriptor, F_GETFD) < 0) {
    std::fputs("plugin-host is started by a running Patchbay, not by hand\n", stderr);
    return 2;
  }
  fcntl(control_descriptor, F_SETFD, FD_CLOEXEC);
  monitoring::set_up_logging(options.log_level, options.log_format == "json" ? monitoring::LogFormat::json : monitoring::LogFormat::text);
  limit_memory(options.memory);
  HostedPlugin(options).run();
  return 0;
}

}  // namespace patchbay::isolation
