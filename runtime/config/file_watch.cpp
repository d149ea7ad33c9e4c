#include "config/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace patchbay::config {

namespace {

constexpr std::chrono::milliseconds settle_time{100};

int open_inotify() {
  const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "inotify is not available");
  return descriptor;
}

}  // namespace

FileWatch::FileWatch(boost::asio::io_context& io, std::function<void()> on_change)
    : inotify_(io, open_inotify()), settled_(io), on_change_(std::move(on_change)) {
  read();
}

std::vector<std::string> FileWatch::watch(const std::vector<std::string>& files) {
  for (const auto& [descriptor, folder] : folders_) inotify_rm_watch(inotify_.native_handle(), descriptor);
  folders_.clear();
  files_.clear();
  std::vector<std::string> failures;
  std::set<std::string> folders;
  for (const std::string& file : files) {
    const std::filesystem::path path = std::filesystem::absolute(file).lexically_normal();
    files_.insert(path.string());
    folders.insert(path.parent_path().string());
  }
  for (const std::string& folder : folders) {
    const int descriptor = inotify_add_watch(inotify_.native_handle(), folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO);
    if (descriptor < 0)
      failures.push_back(folder + ": " + std::strerror(errno));
    else
      folders_[descriptor] = folder;
  }
  return failures;
}

void FileWatch::read() {
  inotify_.async_read_some(boost::asio::buffer(buffer_), [this](const boost::system::error_code& error, std::size_t size) {
    if (error) return;
    bool ours = false;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
      inotify_event event;
      std::memcpy(&event, buffer_ + at, sizeof event);
      const auto folder = folders_.find(event.wd);
      if (folder != folders_.end() && event.len > 0) {
        const char* const name = buffer_ + at + sizeof event;
        // "..data" is the link that Kubernetes swaps when a mounted ConfigMap changes.
        ours = ours || std::strcmp(name, "..data") == 0 || files_.contains((std::filesystem::path(folder->second) / name).string());
      }
      at += sizeof event + event.len;
    }
    if (ours) settle();
    read();
  });
}

void FileWatch::settle() {
  settled_.expires_after(settle_time);
  settled_.async_wait([this](const boost::system::error_code& error) {
    if (!error) on_change_();
  });
}

}  // namespace patchbay::config
