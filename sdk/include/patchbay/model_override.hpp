#pragma once

#include <string>
#include <string_view>

namespace patchbay {

/// Puts another model into a request's body; every other byte stays as it came, numbers and all. `quoted` is the model as JSON text.
/// False, and the body as it was, if it is not a JSON object by its outline. [thread-safe]
[[nodiscard]] bool override_model(std::string& body, std::string_view quoted);

}  // namespace patchbay
