#include "net/folder_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace patchbay::net {

namespace {

int open_inotify() {
  const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "inotify is not available");
  return descriptor;
}

}  // namespace

FolderWatch::FolderWatch(boost::asio::io_context& io, OnFile on_file) : inotify_(io, open_inotify()), on_file_(std::move(on_file)) {
  read();
}

std::vector<std::string> FolderWatch::watch(const std::set<std::string>& folders) {
  std::vector<std::string> failures;
  std::map<int, std::string> watched;  // a folder that was watched already keeps its descriptor, and what it has to tell
  for (const std::string& folder : folders) {
    const int descriptor = inotify_add_watch(inotify_.native_handle(), folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO);
    if (descriptor < 0)
      failures.push_back(folder + ": " + std::strerror(errno));
    else
      watched[descriptor] = folder;
  }
  for (const auto& [descriptor, folder] : folders_)
    if (!watched.contains(descriptor)) inotify_rm_watch(inotify_.native_handle(), descriptor);
  folders_ = std::move(watched);
  return failures;
}

void FolderWatch::read() {
  inotify_.async_read_some(boost::asio::buffer(buffer_), [this](const boost::system::error_code& error, std::size_t size) {
    if (error) return;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
      inotify_event event;
      std::memcpy(&event, buffer_ + at, sizeof event);
      const auto folder = folders_.find(event.wd);
      if (folder != folders_.end() && event.len > 0) on_file_(folder->second, buffer_ + at + sizeof event);
      at += sizeof event + event.len;
    }
    read();
  });
}

}  // namespace patchbay::net
