#include "admin/offer_patchbay.hpp"

#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>

#include "admin/patchbay_report.hpp"

namespace patchbay::admin {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

/// A name that means a file in the directory and nothing else.
bool is_upload_name(std::string_view name) {
  const std::string_view stem = name.ends_with(".so")       ? name.substr(0, name.size() - 3)
                                : name.ends_with(".so.sig") ? name.substr(0, name.size() - 7)
                                                            : "";
  return !stem.empty() && stem.front() != '.' &&
         stem.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string_view::npos;
}

/// Complete or not at all: nobody sees half a plugin. Throws std::system_error or std::ios_base::failure.
void save(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  const fs::path temporary = file.string() + ".tmp";
  {
    std::ofstream out;
    out.exceptions(std::ios::failbit | std::ios::badbit);
    out.open(temporary, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  fs::rename(temporary, file);
}

}  // namespace

void offer_patchbay(AdminApi& api, const control::ControlPlane& plane, std::string version, std::function<std::string()> address) {
  api.offer("GET", "/admin/patchbay", [&plane, version = std::move(version), address = std::move(address)](const AdminCall& call) {
    json::value shown = describe(*plane.slot().current(), plane.pool());
    shown.as_object()["version"] = version;
    shown.as_object()["address"] = address();
    call.answer(200, shown);
  });
}

void offer_plugin_upload(AdminApi& api, const control::ControlPlane& plane) {
  api.offer("PUT", "/admin/plugins/*", [&api, &plane](const AdminCall& call) {
    const std::string directory = plane.slot().current()->settings.admin.uploads;
    if (directory.empty()) {
      call.refuse(403, "uploads are off; set [admin] uploads to the directory that they shall be saved in");
      return;
    }
    if (!is_upload_name(call.name)) {
      call.refuse(
          400, "'" + call.name + "' is no name of a plugin: letters, digits, '.', '_' and '-', ending in .so, or .so.sig for a signature");
      return;
    }
    const fs::path file = fs::path(directory) / call.name;
    try {
      save(file, call.request.body);
    } catch (const std::exception& fault) {
      call.refuse(507, "cannot save " + file.string() + ": " + fault.what());
      return;
    }
    if (call.name.ends_with(".sig"))
      call.answer(200, json::object{{"message", "the signature is saved; now the plugin"}});
    else
      api.change(call, "adding the uploaded plugin " + call.name,
                 [path = file.string()](control::ControlPlane& changed) { return changed.add_plugin(path, false); });
  });
}

}  // namespace patchbay::admin
