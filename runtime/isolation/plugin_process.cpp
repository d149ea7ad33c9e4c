#include "isolation/plugin_process.hpp"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "isolation/hosted_plugin.hpp"
#include "isolation/process_death.hpp"
#include "isolation/spawn_process.hpp"
#include "isolation/supervisor.hpp"

namespace patchbay::isolation {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds least_start_time{20'000};                        // for exec and dlopen on a busy machine
constexpr milliseconds grace{1'000};                                    // between a polite end and a hard one
constexpr steady_clock::duration long_life = std::chrono::seconds(10);  // after which a death is a first one again

Error process_error(ErrorKind kind, std::string code, std::string message, const std::string& plugin) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = plugin;
  return error;
}

std::chrono::seconds at_least_a_second(steady_clock::duration time) {
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(time));
}

}  // namespace

std::string_view name_of(ProcessState state) {
  switch (state) {
    case ProcessState::idle: return "idle";
    case ProcessState::starting: return "starting";
    case ProcessState::up: return "up";
    case ProcessState::down: return "down";
    case ProcessState::stopped: return "stopped";
  }
  return "unknown";
}

struct PluginProcess::Answer {
  FrameKind kind;
  std::string body;
};

/// A question to the process that somebody waits for, or that makes a module again.
struct PluginProcess::Query {
  FrameKind kind;
  std::string what;  ///< for messages: "making a workflow-x"
  std::uint64_t module = 0;
  std::pair<std::string, std::string> protocols;  ///< to be bridged
  std::optional<Recipe> recipe;                   ///< of the module to be made
  bool again = false;                             ///< it was made before: nobody waits
  std::promise<Answer> answer;
  std::optional<boost::asio::steady_timer> deadline;
};

/// From one start of the process to its end.
struct PluginProcess::Life {
  Life(boost::asio::io_context& io, std::uint64_t number) : number(number), exit(io), start_deadline(io), kill_timer(io) {}

  const std::uint64_t number;
  const steady_clock::time_point begin = steady_clock::now();
  pid_t pid = 0;
  boost::asio::posix::stream_descriptor exit;  // readable once the process has ended (pidfd_open(2))
  std::unique_ptr<ControlSocket> control;
  boost::asio::steady_timer start_deadline;
  boost::asio::steady_timer kill_timer;
  std::map<std::uint64_t, std::shared_ptr<Query>> asked;
  std::optional<Cause> cause;
  bool loaded = false;
  std::size_t to_be_made_again = 0;
};

PluginProcess::PluginProcess(Supervisor& supervisor, std::shared_ptr<const plugins::Plugin> plugin)
    : supervisor_(supervisor),
      info_(plugin->info()),
      plugin_(std::move(plugin)),
      restart_(supervisor.io()),
      backoff_(supervisor.options().first_backoff) {
  status_.plugin = info_.id;
  status_.version = info_.version;
  status_.generation = info_.generation;
}

PluginProcess::~PluginProcess() = default;

// ---- what others ask -------------------------------------------------------------------------------------------------------------

PluginProcess::Answer PluginProcess::wait_for(const std::shared_ptr<Query>& query) {
  std::future<Answer> answer = query->answer.get_future();
  boost::asio::post(supervisor_.io(), [self = shared_from_this(), query] { self->ask(query); });
  while (answer.wait_for(milliseconds(200)) != std::future_status::ready)
    if (supervisor_.stopped() && answer.wait_for(grace) != std::future_status::ready)
      throw std::runtime_error("the host is stopping: no " + query->what + " any more");
  return answer.get();
}

PluginProcess::Made PluginProcess::make(std::size_t index, const boost::json::value& config) {
  Made made;
  {
    const std::lock_guard lock(mutex_);
    made.module = next_module_++;
  }
  auto query = std::make_shared<Query>();
  query->kind = FrameKind::make;
  query->what = "making a " + info_.modules.at(index).type;
  query->module = made.module;
  query->recipe = Recipe{index, boost::json::serialize(config)};
  const Answer answer = wait_for(query);
  FrameReader body(answer.body);
  if (answer.kind == FrameKind::made) {
    made.answers = get<ModuleAnswers>(body);
    return made;
  }
  const std::string why(body.text());
  if (std::vector<config::Fault> faults = get<std::vector<config::Fault>>(body); !faults.empty()) throw config::Error(std::move(faults));
  throw std::runtime_error(why);
}

bool PluginProcess::bridges(std::uint64_t module, std::string_view client_protocol, std::string_view provider_protocol) {
  auto query = std::make_shared<Query>();
  query->kind = FrameKind::bridges;
  query->what = "asking a module which protocols it bridges";
  query->module = module;
  query->protocols = {std::string(client_protocol), std::string(provider_protocol)};
  const Answer answer = wait_for(query);
  return FrameReader(answer.body).flag();
}

void PluginProcess::drop(std::uint64_t module) {
  boost::asio::post(supervisor_.io(), [self = shared_from_this(), module] {
    self->recipes_.erase(module);
    {
      const std::lock_guard lock(self->mutex_);
      self->absent_.erase(module);
      self->status_.modules = self->recipes_.size();
    }
    if (!self->life_ || !self->life_->loaded) return;
    std::string frame;
    FrameWriter(frame, FrameKind::drop, 0).number(module);
    self->life_->control->send(std::move(frame));
  });
}

std::shared_ptr<Channel> PluginProcess::channel(const pipeline::Worker& worker, std::uint64_t module, Error& refusal) {
  const std::lock_guard lock(mutex_);
  if (status_.state == ProcessState::up) {
    if (const auto absent = absent_.find(module); absent != absent_.end()) {
      refusal = process_error(
          ErrorKind::unavailable, "plugin_process_restarting",
          "plugin " + info_.id + ": a module could not be made again after its process " + status_.last_death + ": " + absent->second,
          info_.id);
      return nullptr;
    }
    std::weak_ptr<Channel>& place = channels_[&worker.io];
    std::shared_ptr<Channel> channel = place.lock();
    if (channel && channel->open()) return channel;
    if (!channel) {
      auto [ours, theirs] = make_socket_pair();
      channel =
          std::make_shared<Channel>(worker.io, worker.deadlines, std::move(ours), shared_from_this(), life_number_, supervisor_.timeout());
      channel->start();
      place = channel;
      boost::asio::post(supervisor_.io(), [self = shared_from_this(), life = life_number_, socket = std::move(theirs)]() mutable {
        if (!self->life_ || self->life_->number != life) return;
        std::string frame;
        { const FrameWriter writer(frame, FrameKind::channel, 0); }
        self->life_->control->send(std::move(frame), std::move(socket));
      });
      return channel;
    }
  }
  refusal = process_error(ErrorKind::unavailable, "plugin_process_restarting",
                          "plugin " + info_.id + ": its process is being restarted" +
                              (status_.last_death.empty() ? "" : "; the one before " + status_.last_death),
                          info_.id);
  refusal.retry_after = at_least_a_second(not_before_ - steady_clock::now());
  return nullptr;
}

void PluginProcess::break_off(std::uint64_t life, Cause cause) {
  boost::asio::post(supervisor_.io(), [self = shared_from_this(), life, cause = std::move(cause)]() mutable {
    if (self->life_ && self->life_->number == life) self->end_life(std::move(cause));
  });
}

void PluginProcess::hung_up(std::uint64_t life) {
  boost::asio::post(supervisor_.io(), [self = shared_from_this(), life] {
    if (!self->life_ || self->life_->number != life || self->life_->cause) return;
    // It is most probably dying, and how it died says more than that it hung up.
    self->life_->kill_timer.expires_after(grace);
    self->life_->kill_timer.async_wait([self, life](const boost::system::error_code& cancelled) {
      if (!cancelled && self->life_ && self->life_->number == life) self->end_life({.kind = Cause::Kind::hung_up, .text = {}});
    });
  });
}

ProcessStatus PluginProcess::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool PluginProcess::is_over() const { return stopping_ && !life_; }

// ---- a life -----------------------------------------------------------------------------------------------------------------------

void PluginProcess::ask(std::shared_ptr<Query> query) {
  if (stopping_) {
    query->answer.set_exception(std::make_exception_ptr(std::runtime_error("plugin " + info_.id + ": its process is stopped")));
    return;
  }
  if (life_ && life_->loaded) return send(query);
  const milliseconds wait = std::chrono::ceil<milliseconds>(not_before_ - steady_clock::now());
  if (!life_ && wait > supervisor_.timeout()) {
    query->answer.set_exception(std::make_exception_ptr(std::runtime_error("plugin " + info_.id + ": its process " + status().last_death +
                                                                           " and starts anew in " + std::to_string(wait.count()) + " ms")));
    return;
  }
  waiting_.push_back(std::move(query));
  if (!life_) start_later();
}

void PluginProcess::start_later() {
  restart_.expires_at(std::max(not_before_, steady_clock::now()));
  restart_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled && !self->life_ && !self->stopping_) self->start();
  });
}

void PluginProcess::start() {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++life_number_;
    status_.state = ProcessState::starting;
  }
  life_ = std::make_unique<Life>(supervisor_.io(), number);
  try {
    spawn(*life_);
  } catch (const std::system_error& error) {
    life_.reset();
    died(std::string("could not be started: ") + error.what(), false, {});
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    status_.pid = life_->pid;
  }
  spdlog::debug("plugin {}: its process {} starts", info_.id, life_->pid);
  life_->start_deadline.expires_after(std::max(least_start_time, supervisor_.timeout()));
  life_->start_deadline.async_wait([self = shared_from_this(), number](const boost::system::error_code& cancelled) {
    if (!cancelled && self->life_ && self->life_->number == number)
      self->end_life({.kind = Cause::Kind::refused, .text = "it was not loaded in time"});
  });
  life_->exit.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this(), number](const boost::system::error_code& cancelled) {
                           if (!cancelled && self->life_ && self->life_->number == number) self->on_exit();
                         });
}

void PluginProcess::spawn(Life& life) {
  auto [ours, theirs] = make_socket_pair();
  const Supervisor::Options& options = supervisor_.options();
  const SpawnedProcess spawned = spawn_process(options.executable,
                                               command_of({.parent = getpid(),
                                                           .plugin = plugin_->staged()->path().string(),
                                                           .origin = info_.path,
                                                           .hash = info_.hash,
                                                           .generation = info_.generation,
                                                           .memory = supervisor_.memory(),
                                                           .log_level = options.log_level,
                                                           .log_format = options.log_format}),
                                               theirs.get());
  life.pid = spawned.pid;
  life.exit.assign(spawned.exit);
  life.control = std::make_unique<ControlSocket>(
      supervisor_.io(), std::move(ours), [this](Frame& frame) { on_control(frame); },
      [this, number = life.number](const std::string& malformed) {
        if (malformed.empty())
          hung_up(number);
        else
          break_off(number, {.kind = Cause::Kind::malformed, .text = malformed});
      });
}

void PluginProcess::send(const std::shared_ptr<Query>& query) {
  const std::uint64_t number = next_query_++;
  std::string frame;
  {
    FrameWriter out(frame, query->kind, number);
    out.number(query->module);
    if (query->recipe) {
      out.number(query->recipe->index);
      out.text(query->recipe->config);
    } else {
      out.text(query->protocols.first);
      out.text(query->protocols.second);
    }
  }
  query->deadline.emplace(supervisor_.io(), supervisor_.timeout());
  query->deadline->async_wait([self = shared_from_this(), life = life_->number](const boost::system::error_code& over) {
    if (!over && self->life_ && self->life_->number == life)
      self->end_life({.kind = Cause::Kind::timeout, .text = std::to_string(self->supervisor_.timeout().count()) + " ms"});
  });
  life_->asked.emplace(number, query);
  life_->control->send(std::move(frame));
}

void PluginProcess::on_control(Frame& frame) {
  if (frame.kind == FrameKind::ready && !life_->loaded) {
    frame.body.finish();
    life_->start_deadline.cancel();
    life_->loaded = true;
    // First what was there before, so that what is said of it comes before what is asked now.
    for (const auto& [module, recipe] : recipes_) {
      auto query = std::make_shared<Query>();
      query->kind = FrameKind::make;
      query->what = "making a " + info_.modules.at(recipe.index).type + " again";
      query->module = module;
      query->recipe = recipe;
      query->again = true;
      ++life_->to_be_made_again;
      send(query);
    }
    for (const std::shared_ptr<Query>& query : std::exchange(waiting_, {})) send(query);
    if (life_->to_be_made_again == 0) on_ready();
    return;
  }
  if (frame.kind == FrameKind::refused) return end_life({.kind = Cause::Kind::refused, .text = std::string(frame.body.text())});

  const auto asked = life_->asked.find(frame.connection);
  if (asked == life_->asked.end()) throw MalformedFrame("an answer to what was not asked");
  const std::shared_ptr<Query> query = asked->second;
  const bool fits = query->recipe ? frame.kind == FrameKind::made || frame.kind == FrameKind::not_made : frame.kind == FrameKind::bridged;
  if (!fits) throw MalformedFrame("an answer to something else than was asked");
  FrameReader body = frame.body;
  // Whoever waits reads it again; what cannot be read is this process's fault, not theirs.
  std::string why;
  if (frame.kind == FrameKind::made) {
    (void)get<ModuleAnswers>(body);
  } else if (frame.kind == FrameKind::not_made) {
    why = body.text();
    (void)get<std::vector<config::Fault>>(body);
  } else {
    (void)body.flag();
  }
  body.finish();
  life_->asked.erase(asked);
  query->deadline->cancel();
  if (query->recipe) {
    const std::lock_guard lock(mutex_);
    if (frame.kind == FrameKind::made && !query->again) recipes_.emplace(query->module, *query->recipe);
    if (frame.kind == FrameKind::made)
      absent_.erase(query->module);
    else if (query->again)
      absent_[query->module] = why;
    status_.modules = recipes_.size();
  }
  if (!query->again) return query->answer.set_value({frame.kind, std::string(frame.body.rest())});
  if (!why.empty()) spdlog::error("plugin {}: {} in process {} failed: {}", info_.id, query->what, life_->pid, why);
  if (--life_->to_be_made_again == 0) on_ready();
}

void PluginProcess::on_ready() {
  const std::lock_guard lock(mutex_);
  status_.state = ProcessState::up;
  spdlog::info("plugin {}: process {} is up", info_.id, life_->pid);
}

void PluginProcess::end_life(Cause cause) {
  if (life_->cause) return;
  const bool politely = cause.kind == Cause::Kind::stopped;
  life_->cause = std::move(cause);
  kill(life_->pid, politely ? SIGTERM : SIGKILL);
  if (!politely) return;
  life_->kill_timer.expires_after(grace);
  life_->kill_timer.async_wait([self = shared_from_this(), life = life_->number](const boost::system::error_code& cancelled) {
    if (!cancelled && self->life_ && self->life_->number == life) kill(self->life_->pid, SIGKILL);
  });
}

void PluginProcess::on_exit() {
  int wait_status = 0;
  while (waitpid(life_->pid, &wait_status, 0) < 0 && errno == EINTR) {
  }
  const std::unique_ptr<Life> over = std::move(life_);
  over->start_deadline.cancel();
  over->kill_timer.cancel();
  const std::string how = death_text(wait_status, over->cause);
  died(how, over->cause && over->cause->kind == Cause::Kind::timeout, steady_clock::now() - over->begin);
  for (const auto& [number, query] : over->asked) {
    query->deadline->cancel();
    if (!query->again)
      query->answer.set_exception(
          std::make_exception_ptr(std::runtime_error("plugin " + info_.id + ": its process " + how + " while " + query->what)));
  }
}

void PluginProcess::died(const std::string& how, bool timeout, steady_clock::duration lived) {
  if (lived >= long_life) backoff_ = supervisor_.options().first_backoff;
  std::map<boost::asio::io_context*, std::weak_ptr<Channel>> channels;
  pid_t pid = 0;
  {
    const std::lock_guard lock(mutex_);
    channels.swap(channels_);
    pid = std::exchange(status_.pid, 0);
    status_.resident_bytes = 0;
    status_.state = stopping_ ? ProcessState::stopped : recipes_.empty() ? ProcessState::idle : ProcessState::down;
    if (!stopping_) {
      ++status_.deaths;
      status_.last_death = how;
      not_before_ = steady_clock::now() + backoff_;
    }
  }
  const std::string text = "plugin " + info_.id + ": its process " + how;
  Error ran = process_error(timeout ? ErrorKind::timeout : ErrorKind::internal, timeout ? "plugin_process_timeout" : "plugin_process_died",
                            text + "; it is being restarted", info_.id);
  Error others =
      process_error(ErrorKind::unavailable, "plugin_process_died", text + " over another request; it is being restarted", info_.id);
  others.retry_after = at_least_a_second(backoff_);
  for (const auto& [io, weak] : channels)
    if (std::shared_ptr<Channel> channel = weak.lock())
      boost::asio::post(channel->io(), [channel, ran, others] { channel->fail(ran, others); });
  fail_queries(text);
  if (stopping_) {
    spdlog::debug("plugin {}: process {} has ended", info_.id, pid);
    return supervisor_.forget(*this);
  }
  spdlog::error("plugin {}: its process {} {}{}", info_.id, pid, how,
                recipes_.empty() ? "" : "; it starts anew in " + std::to_string(backoff_.count()) + " ms");
  backoff_ = std::min(backoff_ * 2, supervisor_.options().longest_backoff);
  if (!recipes_.empty()) start_later();
}

void PluginProcess::fail_queries(const std::string& why) {
  for (const std::shared_ptr<Query>& query : std::exchange(waiting_, {}))
    query->answer.set_exception(std::make_exception_ptr(std::runtime_error(why)));
}

void PluginProcess::stop() {
  if (std::exchange(stopping_, true)) return;
  restart_.cancel();
  fail_queries("plugin " + info_.id + ": its process is stopped");
  plugin_.reset();
  if (life_) return end_life({.kind = Cause::Kind::stopped, .text = {}});
  supervisor_.forget(*this);
}

void PluginProcess::watch_memory(std::uint64_t limit) {
  if (!life_) return;
  std::ifstream statistics("/proc/" + std::to_string(life_->pid) + "/statm");
  std::uint64_t size = 0, resident = 0;
  if (!(statistics >> size >> resident)) return;
  resident *= static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  {
    const std::lock_guard lock(mutex_);
    status_.resident_bytes = resident;
  }
  if (limit != 0 && resident > limit)
    end_life({.kind = Cause::Kind::memory,
              .text = std::to_string(resident) + " bytes, more than [plugins] isolation_memory (" + std::to_string(limit) + ")"});
}

}  // namespace patchbay::isolation
