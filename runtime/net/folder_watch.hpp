#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::net {

/// Tells which files of some folders were written, or moved there (inotify(7)). [one thread]
class FolderWatch {
 public:
  using OnFile = std::function<void(const std::string& folder, std::string_view name)>;

  /// Throws std::system_error if the system has no inotify instance left.
  FolderWatch(boost::asio::io_context& io, OnFile on_file);
  FolderWatch(const FolderWatch&) = delete;

  /// Replaces the set of folders. Those that cannot be watched are returned, with the reason.
  std::vector<std::string> watch(const std::set<std::string>& folders);

 private:
  void read();

  boost::asio::posix::stream_descriptor inotify_;
  OnFile on_file_;
  std::map<int, std::string> folders_;  // watch descriptor → folder
  alignas(8) char buffer_[4096];
};

}  // namespace patchbay::net
