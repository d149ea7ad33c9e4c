#pragma once

#include <sys/types.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "isolation/channel.hpp"
#include "isolation/codec.hpp"
#include "pipeline/engine.hpp"
#include "plugins/plugin.hpp"

namespace patchbay::isolation {

class Supervisor;

/// Why a process is ended by us.
struct Cause {
  enum class Kind : std::uint8_t {
    timeout,    ///< it took too long over a message; the text says how long that is
    memory,     ///< it took too much; the text says how much
    malformed,  ///< it sent what is no frame; the text says what
    hung_up,    ///< it closed a socket
    refused,    ///< it could not load its plugin; the text says why
    stopped,    ///< nobody needs it any more
  };
  Kind kind = Kind::stopped;
  std::string text;
};

enum class ProcessState : std::uint8_t { idle, starting, up, down, stopped };

[[nodiscard]] std::string_view name_of(ProcessState state);

/// What is known of a process, for lists and metrics.
struct ProcessStatus {
  std::string plugin;
  std::string version;
  std::uint64_t generation = 0;
  ProcessState state = ProcessState::idle;
  pid_t pid = 0;                     ///< 0 if there is none
  std::uint64_t deaths = 0;          ///< how often it died
  std::string last_death;            ///< how; empty if never
  std::size_t modules = 0;           ///< made in it
  std::uint64_t resident_bytes = 0;  ///< as of the last look
};

/// The process of one plugin: started when a module is made in it, started anew, with its modules, whenever it dies. Its life is run by the
/// supervisor's thread; others ask.
class PluginProcess : public std::enable_shared_from_this<PluginProcess> {
 public:
  PluginProcess(Supervisor& supervisor, std::shared_ptr<const plugins::Plugin> plugin);
  ~PluginProcess();

  struct Made {
    std::uint64_t module = 0;
    ModuleAnswers answers;
  };
  /// Makes a module; blocks until it is made and checked. Throws config::Error for a configuration that it cannot take,
  /// std::runtime_error for any other reason, also if the process dies over it. [init]
  [[nodiscard]] Made make(std::size_t index, const boost::json::value& config);
  /// Asks a Transform that was made; blocks. Throws std::runtime_error if the process cannot answer. [init]
  [[nodiscard]] bool bridges(std::uint64_t module, std::string_view client_protocol, std::string_view provider_protocol);
  /// Destroys a module. [thread-safe]
  void drop(std::uint64_t module);

  /// The channel for a connection to a module on a worker's thread; null, and the error for the client, while there is no process.
  /// Never blocks. [request: concurrent]
  [[nodiscard]] std::shared_ptr<Channel> channel(const pipeline::Worker& worker, std::uint64_t module, Error& refusal);

  /// Ends a life and starts the next one. Nothing if that life is over already. [thread-safe]
  void break_off(std::uint64_t life, Cause cause);
  /// A channel's other end is closed. [thread-safe]
  void hung_up(std::uint64_t life);

  /// Ends the process for good. [supervisor's thread]
  void stop();
  [[nodiscard]] bool is_over() const;
  /// Looks how much memory the process takes, and ends it if that is too much. [supervisor's thread]
  void watch_memory(std::uint64_t limit);

  [[nodiscard]] ProcessStatus status() const;
  [[nodiscard]] const std::string& plugin_id() const { return info_.id; }

 private:
  struct Query;
  struct Life;
  /// What a module was made of, to make it again.
  struct Recipe {
    std::size_t index;
    std::string config;
  };

  // All of these on the supervisor's thread.
  void ask(std::shared_ptr<Query> query);
  void send(const std::shared_ptr<Query>& query);
  void start();
  /// Throws std::system_error.
  void spawn(Life& life);
  void on_control(Frame& frame);
  void on_ready();
  void end_life(Cause cause);
  void on_exit();
  void start_later();

  /// Asks and blocks until there is an answer. Throws std::runtime_error if there is none.
  struct Answer;
  [[nodiscard]] Answer wait_for(const std::shared_ptr<Query>& query);
  void fail_queries(const std::string& why);
  void died(const std::string& how, bool timeout, std::chrono::steady_clock::duration lived);

  Supervisor& supervisor_;
  const plugins::PluginInfo info_;
  std::shared_ptr<const plugins::Plugin> plugin_;  // until `stop`

  // The supervisor's thread alone touches these.
  std::unique_ptr<Life> life_;
  std::map<std::uint64_t, Recipe> recipes_;
  std::vector<std::shared_ptr<Query>> waiting_;
  boost::asio::steady_timer restart_;
  std::chrono::milliseconds backoff_;
  std::uint64_t next_query_ = 1;
  bool stopping_ = false;

  mutable std::mutex mutex_;  // guards what follows
  ProcessStatus status_;
  std::uint64_t life_number_ = 0;
  std::uint64_t next_module_ = 1;
  std::map<boost::asio::io_context*, std::weak_ptr<Channel>> channels_;
  std::map<std::uint64_t, std::string> absent_;  // modules that could not be made again, and why
  std::chrono::steady_clock::time_point not_before_{};
};

}  // namespace patchbay::isolation
