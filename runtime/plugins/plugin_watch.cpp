#include "plugins/plugin_watch.hpp"

#include <set>

namespace patchbay::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds settle_time{200};
constexpr std::chrono::milliseconds tick_time{20};
constexpr std::chrono::seconds sweep_time{5};
constexpr std::string_view signature_suffix = ".sig";

bool is_plugin(std::string_view name) { return !name.starts_with('.') && name.ends_with(".so"); }

}  // namespace

PluginWatch::PluginWatch(boost::asio::io_context& io, std::vector<std::string> directories,
                         std::function<void(const std::vector<std::string>&)> on_settled)
    : directories_(std::move(directories)),
      on_settled_(std::move(on_settled)),
      tick_timer_(io),
      sweep_timer_(io),
      folders_(io, [this](const std::string& folder, std::string_view name) {
        if (name.ends_with(signature_suffix)) name.remove_suffix(signature_suffix.size());
        if (is_plugin(name)) expect((fs::path(folder) / name).string());
      }) {
  look_around(false);
  watch_folders();
  sweep();
}

std::optional<PluginWatch::Look> PluginWatch::look_at(const std::string& file) {
  std::error_code gone;
  Look look;
  look.size = fs::file_size(file, gone);
  if (gone) return std::nullopt;
  look.changed = fs::last_write_time(file, gone);
  return gone ? std::nullopt : std::optional(look);
}

void PluginWatch::look_around(bool report) {
  for (const std::string& directory : directories_) {
    std::error_code failed;
    for (fs::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
      if (!is_plugin(it->path().filename().string())) continue;
      const std::string file = it->path().string();
      const std::optional<Look> look = look_at(file);
      if (!look) continue;
      if (!report)
        known_[file] = *look;
      else if (const auto known = known_.find(file); known == known_.end() || known->second != *look)
        expect(file);
    }
  }
}

void PluginWatch::watch_folders() {
  std::set<std::string> folders;
  std::error_code failed;
  for (const std::string& directory : directories_)
    if (fs::is_directory(directory, failed)) folders.insert(directory);
  (void)folders_.watch(folders);  // what cannot be watched is swept
}

void PluginWatch::expect(const std::string& file) {
  const std::optional<Look> look = look_at(file);
  if (!look) return;
  const bool idle = waiting_.empty();
  waiting_[file] = {*look, Clock::now()};
  if (idle) tick();
}

void PluginWatch::tick() {
  tick_timer_.expires_after(tick_time);
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    std::vector<std::string> settled;
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      const auto& [file, waiting] = *it;
      const std::optional<Look> look = look_at(file);
      if (look && *look != waiting.look) it->second = {*look, Clock::now()};
      const bool done = !look || Clock::now() - waiting.since >= settle_time;
      if (!look) known_.erase(file);
      if (look && done) {
        known_[file] = *look;
        settled.push_back(file);
      }
      it = done ? waiting_.erase(it) : std::next(it);
    }
    if (!waiting_.empty()) tick();
    if (!settled.empty()) on_settled_(settled);
  });
}

void PluginWatch::sweep() {
  sweep_timer_.expires_after(sweep_time);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    std::erase_if(known_, [](const auto& known) { return !look_at(known.first); });
    look_around(true);
    watch_folders();
    sweep();
  });
}

}  // namespace patchbay::plugins
