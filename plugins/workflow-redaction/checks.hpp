#pragma once

#include <cstddef>
#include <string_view>

/// What digits and letters must add up to, so that an order number is not taken for a card. [thread-safe]
namespace patchbay::redaction {

/// The Luhn sum (ISO/IEC 7812-1, annex B) over 13 to 19 digits that begin as those of a card scheme do; spaces and hyphens are passed over.
[[nodiscard]] bool is_card(std::string_view text);

/// How many bytes of `text` are an IBAN (ISO 13616): country, its length, and the remainder 97; 0 if it is none. Single spaces are passed
/// over.
[[nodiscard]] std::size_t iban_length(std::string_view text);

/// Between 7 and 15 digits (ITU-T E.164).
[[nodiscard]] bool is_phone(std::string_view text);

/// Addresses that name a machine: not unspecified, not loopback.
[[nodiscard]] bool is_ipv4(std::string_view text);
[[nodiscard]] bool is_ipv6(std::string_view text);

// Numbers that a state gives to a person, each with its check characters.
[[nodiscard]] bool is_spanish_id(std::string_view text);    ///< DNI and NIE: number modulo 23
[[nodiscard]] bool is_italian_id(std::string_view text);    ///< codice fiscale: the sixteenth character
[[nodiscard]] bool is_french_id(std::string_view text);     ///< NIR: 97 minus number modulo 97
[[nodiscard]] bool is_chinese_id(std::string_view text);    ///< GB 11643: ISO 7064 MOD 11-2
[[nodiscard]] bool is_brazilian_id(std::string_view text);  ///< CPF: two digits modulo 11
[[nodiscard]] bool is_finnish_id(std::string_view text);    ///< henkilötunnus: number modulo 31

}  // namespace patchbay::redaction
