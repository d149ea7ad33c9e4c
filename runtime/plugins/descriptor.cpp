#include "plugins/descriptor.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstddef>

#include "config/schema_validator.hpp"
#include "patchbay/c_plugin.hpp"
#include "patchbay/config.hpp"
#include "plugins/barrier.hpp"
#include "plugins/load_failure.hpp"

namespace patchbay::plugins {

namespace {

constexpr std::uint32_t max_modules = 256;
constexpr std::size_t max_text = 1u << 20;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "dev.example.shout": at least two labels of lower case letters, digits and '-', each beginning with a letter.
bool is_reverse_dns(std::string_view id) {
  std::size_t labels = 0;
  while (!id.empty()) {
    const std::string_view label = id.substr(0, id.find('.'));
    if (label.empty() || !is_lower(label.front())) return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; })) return false;
    ++labels;
    if (label.size() + 1 == id.size()) return false;  // ends with a dot
    id.remove_prefix(std::min(label.size() + 1, id.size()));
  }
  return labels >= 2;
}

/// MAJOR.MINOR.PATCH with anything after '-' or '+' (semver.org 2.0.0, clause 2).
bool is_version(std::string_view version) {
  version = version.substr(0, version.find_first_of("-+"));
  for (int part = 0; part < 3; ++part) {
    const std::string_view number = version.substr(0, version.find('.'));
    if (number.empty() || !std::all_of(number.begin(), number.end(), is_digit)) return false;
    version.remove_prefix(number.size());
    if (part < 2) {
      if (version.empty()) return false;
      version.remove_prefix(1);
    }
  }
  return version.empty();
}

bool is_type_name(std::string_view type) {
  return !type.empty() && is_lower(type.front()) &&
         std::all_of(type.begin(), type.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

class DescriptorReader {
 public:
  explicit DescriptorReader(const std::string& path) : path_(path) {}

  [[noreturn]] void refuse(const std::string& field, const std::string& reason) const {
    throw LoadFailure(FailureCode::descriptor_invalid, path_, "descriptor field " + field + ": " + reason);
  }

  std::string text(const char* value, const std::string& field) const {
    if (value == nullptr) refuse(field, "is null; every text must be set");
    const std::string_view whole(value, strnlen(value, max_text));
    if (whole.size() == max_text) refuse(field, "is longer than a mebibyte");
    return std::string(whole);
  }

  /// What both kinds of plugin say of themselves.
  template <class Descriptor>
  void plugin(const Descriptor* descriptor, PluginInfo& info, std::uint32_t abi, std::uint32_t wanted_abi,
              const std::string& abi_field) const {
    if (abi != wanted_abi)
      refuse(abi_field, "is " + std::to_string(abi) + ", this host has " + std::to_string(wanted_abi) + "; rebuild the plugin");
    info.id = text(descriptor->id, "id");
    if (!is_reverse_dns(info.id)) refuse("id", "is '" + info.id + "'; write it like dev.example.my-plugin");
    info.version = text(descriptor->version, "version");
    if (!is_version(info.version)) refuse("version", "is '" + info.version + "'; write it like 1.2.3");
    info.vendor = text(descriptor->vendor, "vendor");
    info.license = text(descriptor->license, "license");
    if (descriptor->module_count == 0 || descriptor->modules == nullptr) refuse("modules", "there is none");
    if (descriptor->module_count > max_modules)
      refuse("module_count", "is " + std::to_string(descriptor->module_count) + ", at most are " + std::to_string(max_modules));
  }

  template <class Descriptor>
  void size(const Descriptor* descriptor, const std::string& field, std::size_t least = sizeof(Descriptor)) const {
    if (descriptor == nullptr) refuse(field, "is null");
    if (descriptor->struct_size < least)
      refuse(field + ".struct_size", "is " + std::to_string(descriptor->struct_size) + ", this SDK ABI has " + std::to_string(least));
  }

  ModuleInfo module(const patchbay_module_descriptor* descriptor, const std::string& field) const {
    size(descriptor, field);
    ModuleInfo info = description(*descriptor, field);
    if (descriptor->create == nullptr) refuse(field + ".create", "is null");
    if (descriptor->config_schema == nullptr) refuse(field + ".config_schema", "is null");
    const char* json = nullptr;
    if (const auto thrown = barrier([&] { json = descriptor->config_schema(); })) refuse(field + ".config_schema", "threw: " + *thrown);
    info.schema = schema(json, field + ".config_schema");
    return info;
  }

  ModuleInfo module(const patchbay_c_module* descriptor, const std::string& field) const {
    size(descriptor, field, offsetof(patchbay_c_module, wants));  // what the first release of this C ABI had
    ModuleInfo info = description(*descriptor, field);
    info.schema = schema(descriptor->config_schema, field + ".config_schema");
    const auto need = [&](bool there, const char* function) {
      if (!there) refuse(field + "." + function, "is null");
    };
    need(descriptor->create != nullptr, "create");
    need(descriptor->destroy != nullptr, "destroy");
    if (info.kind == ModuleKind::provider) {
      need(descriptor->protocol != nullptr, "protocol");
      need(descriptor->describe != nullptr, "describe");
      need(descriptor->role != nullptr, "role");
    } else if (info.kind == ModuleKind::hook) {
      need(descriptor->struct_size >= offsetof(patchbay_c_module, probe) && descriptor->on != nullptr, "on");
    } else {
      need(descriptor->connect != nullptr, "connect");
      need(descriptor->close != nullptr, "close");
    }
    return info;
  }

 private:
  template <class Descriptor>
  ModuleInfo description(const Descriptor& descriptor, const std::string& field) const {
    ModuleInfo info;
    info.kind = static_cast<ModuleKind>(descriptor.kind);
    if (name_of(info.kind).empty())
      refuse(field + ".kind",
             "is " + std::to_string(descriptor.kind) + "; known are 1 llmSwitch, 2 workflow, 3 compatibility, 4 provider, 5 hook");
    info.type = text(descriptor.type, field + ".type");
    if (!is_type_name(info.type))
      refuse(field + ".type", "is '" + info.type + "'; lower case letters, digits and '-' are allowed, a letter first");
    info.summary = text(descriptor.summary, field + ".summary");
    info.status = text(descriptor.status, field + ".status");
    if (info.status != "experimental" && info.status != "stable")
      refuse(field + ".status", "is '" + info.status + "'; known are experimental and stable");
    info.manual = text(descriptor.manual, field + ".manual");
    return info;
  }

  boost::json::value schema(const char* json, const std::string& field) const {
    boost::json::error_code fault;
    boost::json::value parsed = boost::json::parse(text(json, field), fault);
    if (fault || !parsed.is_object()) refuse(field, "is not a JSON object");
    if (const boost::json::value* const properties = parsed.get_object().if_contains("properties")) {
      if (!properties->is_object()) refuse(field, "'properties' is not a JSON object");
      for (const auto& property : properties->get_object())
        if (!property.value().is_object()) refuse(field, "property '" + std::string(property.key()) + "' is not a JSON object");
    }
    return parsed;
  }

  const std::string& path_;
};

ModuleFactory factory_of(const patchbay_module_descriptor& descriptor, const boost::json::value&) {
  return
      [&descriptor](const boost::json::value& config, const Host& host) { return static_cast<Module*>(descriptor.create(&config, &host)); };
}

/// A module in C++ refuses by itself what its schema forbids; one in C is promised that it never sees it.
ModuleFactory factory_of(const patchbay_c_module& descriptor, const boost::json::value& schema) {
  return [&descriptor, schema](const boost::json::value& config, const Host& host) {
    if (std::vector<config::Fault> faults = config::validate(config, schema); !faults.empty()) throw config::Error(std::move(faults));
    return c_plugin::make(descriptor, config, host).release();
  };
}

template <class Descriptor>
std::vector<ModuleFactory> read_modules(const DescriptorReader& reader, const Descriptor& descriptor, PluginInfo& info) {
  std::vector<ModuleFactory> factories;
  for (std::uint32_t i = 0; i < descriptor.module_count; ++i) {
    const std::string field = "modules[" + std::to_string(i) + "]";
    ModuleInfo module = reader.module(descriptor.modules[i], field);
    for (const ModuleInfo& other : info.modules)
      if (other.type == module.type) reader.refuse(field + ".type", "'" + module.type + "' is there twice");
    factories.push_back(factory_of(*descriptor.modules[i], module.schema));
    info.modules.push_back(std::move(module));
  }
  return factories;
}

}  // namespace

std::vector<ModuleFactory> read_descriptor(const patchbay_plugin_descriptor* descriptor, const std::string& path, PluginInfo& info) {
  const DescriptorReader reader(path);
  if (descriptor == nullptr) reader.refuse("(all)", "the entry returned null");
  if (descriptor->struct_size < sizeof(patchbay_plugin_descriptor))
    reader.refuse("struct_size", "is " + std::to_string(descriptor->struct_size) + ", this SDK ABI has " +
                                     std::to_string(sizeof(patchbay_plugin_descriptor)));
  reader.plugin(descriptor, info, descriptor->sdk_abi, PATCHBAY_SDK_ABI, "sdk_abi");
  return read_modules(reader, *descriptor, info);
}

std::vector<ModuleFactory> read_descriptor(const patchbay_c_plugin* descriptor, const std::string& path, PluginInfo& info) {
  const DescriptorReader reader(path);
  if (descriptor == nullptr) reader.refuse("(all)", "the entry returned null");
  if (descriptor->struct_size < sizeof(patchbay_c_plugin))
    reader.refuse("struct_size",
                  "is " + std::to_string(descriptor->struct_size) + ", this C ABI has " + std::to_string(sizeof(patchbay_c_plugin)));
  reader.plugin(descriptor, info, descriptor->c_abi, PATCHBAY_C_ABI, "c_abi");
  return read_modules(reader, *descriptor, info);
}

}  // namespace patchbay::plugins
