#include "doctor/socket_owner.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace patchbay::doctor {

namespace fs = std::filesystem;

namespace {

/// The inodes of the listening sockets of a port, as the links in /proc/PID/fd name them (proc(5), /proc/net/tcp).
void add_listening(const char* table, std::uint16_t port, std::set<std::string>& sockets) {
  constexpr std::string_view listening = "0A";
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // titles
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::vector<std::string> fields;
    for (std::string word; words >> word;) fields.push_back(std::move(word));
    if (fields.size() < 10 || fields[3] != listening) continue;
    const std::size_t colon = fields[1].rfind(':');
    if (std::strtoul(fields[1].c_str() + colon + 1, nullptr, 16) == port) sockets.insert("socket:[" + fields[9] + "]");
  }
}

bool has_one_of(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code hidden;
  for (fs::directory_iterator it(process / "fd", hidden), end; !hidden && it != end; it.increment(hidden)) {
    std::error_code gone;
    if (sockets.contains(fs::read_symlink(it->path(), gone).string())) return true;
  }
  return false;
}

}  // namespace

std::string owner_of(std::uint16_t port) {
  std::set<std::string> sockets;
  for (const char* const table : {"/proc/net/tcp", "/proc/net/tcp6"}) add_listening(table, port, sockets);
  std::error_code ended;
  for (fs::directory_iterator it("/proc", ended), end; !sockets.empty() && !ended && it != end; it.increment(ended)) {
    const std::string id = it->path().filename().string();
    if (!std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; }) || !has_one_of(it->path(), sockets)) continue;
    std::string name;
    std::getline(std::ifstream(it->path() / "comm"), name);
    return name + ", process " + id;
  }
  return {};
}

}  // namespace patchbay::doctor
