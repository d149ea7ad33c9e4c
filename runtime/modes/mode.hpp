#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// V1 and V2 side by side: who answers, what is compared, and when it is taken back.
namespace patchbay::modes {

enum class Mode : std::uint16_t { v1, v2, shadow, gradual };

[[nodiscard]] std::string_view name_of(Mode mode);
/// Nothing if there is no mode of that name.
[[nodiscard]] std::optional<Mode> mode_of(std::string_view name);

/// One of the two engines.
enum class Side : std::uint8_t { v1, v2 };

/// All of the clients, in hundredths of a percent.
inline constexpr std::uint16_t whole = 10'000;

/// Whom new requests go to; small enough to be read and replaced as one machine word.
struct Decision {
  Mode mode = Mode::v2;
  std::uint16_t share = 0;  ///< of the clients that V2 answers, with `gradual`; out of `whole`
  std::uint32_t epoch = 0;  ///< rises with each decision

  friend bool operator==(const Decision&, const Decision&) = default;
};
static_assert(sizeof(Decision) == 8);

[[nodiscard]] std::uint16_t share_of(double percentage);

/// Where a caller stands among `whole`: always the same for the same salt, on every host and in every version. Who stands below the share
/// is answered by V2, so a share that rises takes nobody back.
[[nodiscard]] std::uint16_t place_of(std::string_view caller, std::string_view salt);

}  // namespace patchbay::modes
