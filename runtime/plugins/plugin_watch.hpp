#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/folder_watch.hpp"

namespace patchbay::plugins {

/// Reports plugin files of some directories that are new or were changed since this object was made, each once its writing has settled: its
/// size and time of change stayed the same for 200 ms. Hears of files through inotify, and looks by itself every few seconds, for file
/// systems that do not tell and for directories that were not there yet. A changed `FILE.so.sig` reports `FILE.so`. A file that goes is
/// not reported. [control thread]
class PluginWatch {
 public:
  /// `on_settled` gets the files that settled together, sorted by path. Throws what FolderWatch throws.
  PluginWatch(boost::asio::io_context& io, std::vector<std::string> directories,
              std::function<void(const std::vector<std::string>& files)> on_settled);
  PluginWatch(const PluginWatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  struct Look {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type changed;
    friend bool operator==(const Look&, const Look&) = default;
  };
  struct Waiting {
    Look look;
    Clock::time_point since;
  };

  static std::optional<Look> look_at(const std::string& file);
  void look_around(bool report);
  void watch_folders();
  void expect(const std::string& file);
  void tick();
  void sweep();

  const std::vector<std::string> directories_;
  std::function<void(const std::vector<std::string>&)> on_settled_;
  std::map<std::string, Look> known_;
  std::map<std::string, Waiting> waiting_;
  boost::asio::steady_timer tick_timer_;
  boost::asio::steady_timer sweep_timer_;
  net::FolderWatch folders_;
};

}  // namespace patchbay::plugins
