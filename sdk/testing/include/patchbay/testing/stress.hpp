#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace patchbay::testing {

/// What a stress run found. At most the first few differences are kept.
struct Stressed {
  std::size_t runs = 0;
  std::size_t wrong = 0;
  std::vector<std::string> differences;  ///< "connection 3: … instead of …"
};

/// Runs `connection(0)` … `connection(connections - 1)` once alone, as the reference, and then all of them on every one of so many threads
/// at once, each thread beginning at another one. `connection` returns what came of it as text, or throws; its text must depend on nothing
/// but its number and the modules that it goes through:
///
///     const Stressed result = stress(4, 50, [&](std::size_t i) { return client(i).talk(chain)[0].client.transcript(); });
[[nodiscard]] Stressed stress(std::size_t threads, std::size_t connections, const std::function<std::string(std::size_t)>& connection);

}  // namespace patchbay::testing
