#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "net/folder_watch.hpp"

namespace patchbay::config {

/// Calls back when any of a set of files was saved. Watches their folders, so that editors that replace a file by renaming are seen as
/// well, and waits until the writing has settled. [one thread]
class FileWatch {
 public:
  /// Throws what FolderWatch throws.
  FileWatch(boost::asio::io_context& io, std::function<void()> on_change);
  FileWatch(const FileWatch&) = delete;

  /// Replaces the set of files. Folders that cannot be watched are returned, with the reason.
  std::vector<std::string> watch(const std::vector<std::string>& files);

 private:
  void settle();

  boost::asio::steady_timer settled_;
  std::function<void()> on_change_;
  std::set<std::string> files_;
  net::FolderWatch folders_;
};

}  // namespace patchbay::config
