#include "config/file_watch.hpp"

#include <filesystem>

namespace patchbay::config {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds settle_time{100};

}  // namespace

FileWatch::FileWatch(boost::asio::io_context& io, std::function<void()> on_change)
    : settled_(io), on_change_(std::move(on_change)), folders_(io, [this](const std::string& folder, std::string_view name) {
        // "..data" is the link that Kubernetes swaps when a mounted ConfigMap changes.
        if (name == "..data" || files_.contains((fs::path(folder) / name).string())) settle();
      }) {}

std::vector<std::string> FileWatch::watch(const std::vector<std::string>& files) {
  files_.clear();
  std::set<std::string> folders;
  for (const std::string& file : files) {
    const fs::path path = fs::absolute(file).lexically_normal();
    files_.insert(path.string());
    folders.insert(path.parent_path().string());
  }
  return folders_.watch(folders);
}

void FileWatch::settle() {
  settled_.expires_after(settle_time);
  settled_.async_wait([this](const boost::system::error_code& error) {
    if (!error) on_change_();
  });
}

}  // namespace patchbay::config
