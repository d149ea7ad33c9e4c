#include "doctor/writable.hpp"

#include <unistd.h>

#include <filesystem>

namespace patchbay::doctor {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t little_room = 256u << 20;

}  // namespace

Finding examine_writable(const std::string& file, const std::string& key) {
  std::error_code unknown;
  const fs::path folder = fs::path(file).parent_path().empty() ? fs::path(".") : fs::path(file).parent_path();
  const std::string elsewhere = ", or set " + key + " to a place that it may write";
  if (!fs::is_directory(folder, unknown))
    return {Level::error, file, "there is no folder '" + folder.string() + "'", "mkdir -p " + folder.string()};
  const bool exists = fs::exists(file, unknown);
  if (exists && access(file.c_str(), W_OK) != 0)
    return {Level::error, file, "this user may not write it", "give it to the user of the gateway with chown" + elsewhere};
  if (access(folder.c_str(), W_OK) != 0)
    return {Level::error, file, "this user may not write to its folder",
            "give the folder to the user of the gateway with chown" + elsewhere};
  const fs::space_info space = fs::space(folder, unknown);
  const std::string room = std::to_string(space.available >> 20) + " MiB are free on its disk";
  if (!unknown && space.available < little_room) return {Level::warning, file, room, "make room there" + elsewhere};
  return {Level::ok, file, std::string(exists ? "it is there" : "it can be made") + (unknown ? "" : ", and " + room), {}};
}

}  // namespace patchbay::doctor
