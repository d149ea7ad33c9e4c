#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "patchbay/hook.hpp"
#include "patchbay/module.hpp"
#include "patchbay/patchbay.h"

/// What crosses the C door, as JSON text in the words of patchbay.h. What a module says and is not so is a std::runtime_error that names
/// the member. [thread-safe]
namespace patchbay::c_plugin {

[[nodiscard]] inline std::string_view view(patchbay_text text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}
[[nodiscard]] inline patchbay_text text(std::string_view view) { return {view.data(), view.size()}; }

/// A body is checked first: throws DocumentError if it is no JSON.
[[nodiscard]] std::string write(const Request& request);
[[nodiscard]] std::string write(const ConnectionInfo& info);
[[nodiscard]] std::string write(const Headers& headers);
[[nodiscard]] std::string write(const Error& error);
[[nodiscard]] std::string write(const Credential& credential);
[[nodiscard]] std::string write(const HookEvent& event);

/// Changes what the text says of a request, and leaves the rest.
void change(Request& request, std::string_view json);
[[nodiscard]] Error read_error(std::string_view json);
[[nodiscard]] HttpCall read_call(std::string_view json);
[[nodiscard]] Exchange read_exchange(std::string_view json);
[[nodiscard]] std::vector<Credential> read_credentials(std::string_view json);
[[nodiscard]] std::vector<std::string> read_models(std::string_view json);

}  // namespace patchbay::c_plugin
