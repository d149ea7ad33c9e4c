#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

/// What outlives the process: how much was used, and the keys that were made at run time.
namespace patchbay::state {

/// The state cannot be read or written now. `what()` says where and why, and never has a password in it.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One change of a counter: what has to be added, and what of it is to be leased on top as long as the limit has room.
struct Charge {
  enum class Kind : std::uint8_t {
    sum,    ///< all that was used, by every host
    slots,  ///< what each host holds now; `must` is all that this one holds, and is forgotten if the host does not say so again in time
  };

  std::string counter;
  Kind kind = Kind::sum;
  std::int64_t must = 0;         ///< added whatever the limit is; negative gives back
  std::int64_t want = 0;         ///< to lease
  std::int64_t need = 0;         ///< less of it than this is of no use
  std::int64_t limit = 0;        ///< of the counter with everything that is leased
  std::chrono::seconds keep{0};  ///< how long the counter is of interest; zero: for ever
};

struct Grant {
  std::int64_t granted = 0;  ///< of `want`
  std::int64_t used = 0;     ///< what the counter says now
};

/// How much of `want` a counter gives that has `left` to give: the less is left, the smaller the leases, so that the last of it is not
/// held by one host while others are refused.
[[nodiscard]] constexpr std::int64_t lease(std::int64_t left, std::int64_t want, std::int64_t need) {
  if (left <= 0 || want <= 0) return 0;
  const std::int64_t share = (left + 3) / 4;
  const std::int64_t most = share > need ? share : need;
  const std::int64_t granted = want < most ? want : most;
  return granted < left ? granted : left;
}

/// Where it is kept. Calls block; each may throw StoreError, and then nothing of a charge was granted. [state thread]
class Store {
 public:
  virtual ~Store() = default;

  /// Works all of them off and says of each what came of it.
  [[nodiscard]] virtual std::vector<Grant> charge(std::span<const Charge> charges) = 0;

  /// The keys that were made at run time, as they were put.
  [[nodiscard]] virtual std::vector<std::string> keys() = 0;
  /// False if there is one of that name.
  [[nodiscard]] virtual bool add_key(const std::string& name, const std::string& record) = 0;
  /// False if there is none.
  [[nodiscard]] virtual bool remove_key(const std::string& name) = 0;
  /// Another number after every change of the keys, whoever made it.
  [[nodiscard]] virtual std::int64_t keys_version() = 0;
};

}  // namespace patchbay::state
