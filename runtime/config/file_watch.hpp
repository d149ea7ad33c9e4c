#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace patchbay::config {

/// Calls back when any of a set of files was saved. Watches their folders (inotify), so that editors that replace a file by renaming are
/// seen as well, and waits until the writing has settled. [one thread]
class FileWatch {
 public:
  FileWatch(boost::asio::io_context& io, std::function<void()> on_change);
  FileWatch(const FileWatch&) = delete;

  /// Replaces the set of files. Folders that cannot be watched are returned, with the reason.
  std::vector<std::string> watch(const std::vector<std::string>& files);

 private:
  void read();
  void settle();

  boost::asio::posix::stream_descriptor inotify_;
  boost::asio::steady_timer settled_;
  std::function<void()> on_change_;
  std::map<int, std::string> folders_;  // watch descriptor → folder
  std::set<std::string> files_;
  alignas(8) char buffer_[4096];
};

}  // namespace patchbay::config
