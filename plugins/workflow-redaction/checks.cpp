#include "checks.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace patchbay::redaction {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
int digit(char c) { return c - '0'; }

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (is_digit(c)) digits += c;
  return digits;
}

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(digit(c));
  return value;
}

bool luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int value = digit(digits[i]) * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

/// Length of an IBAN by country (IBAN registry of SWIFT).
std::size_t iban_length_of(std::string_view country) {
  constexpr std::string_view lengths =
      "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27"
      "GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24"
      "PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";
  for (std::size_t at = 0; at < lengths.size(); at += 4)
    if (lengths.substr(at, 2) == country) return number(lengths.substr(at + 2, 2));
  return 0;
}

/// ISO 7064 MOD 97-10 over the characters, the first four at the end.
bool mod_97_is_1(std::string_view iban) {
  unsigned remainder = 0;
  const std::string turned = std::string(iban.substr(4)) + std::string(iban.substr(0, 4));
  for (const char c : turned) {
    const unsigned value = is_digit(c) ? static_cast<unsigned>(digit(c)) : static_cast<unsigned>(c - 'A' + 10);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder == 1;
}

}  // namespace

bool is_card(std::string_view text) {
  const std::string digits = digits_of(text);
  if (digits.size() < 13 || digits.size() > 19) return false;
  // Mastercard's newer range, Amex/Diners/JCB, Visa, Mastercard, Discover/UnionPay/Maestro
  return digits.front() >= '2' && digits.front() <= '6' && luhn(digits);
}

std::size_t iban_length(std::string_view text) {
  const std::size_t wanted = iban_length_of(text.substr(0, 2));
  if (wanted == 0) return 0;
  std::string iban;
  std::size_t at = 0;
  for (; at < text.size() && iban.size() < wanted; ++at)
    if (text[at] != ' ') iban += text[at];
  return iban.size() == wanted && mod_97_is_1(iban) ? at : 0;
}

bool is_phone(std::string_view text) {
  const std::size_t digits = digits_of(text).size();
  return digits >= 7 && digits <= 15;
}

bool is_ipv4(std::string_view text) {
  std::array<unsigned char, 4> address{};
  if (inet_pton(AF_INET, std::string(text).c_str(), address.data()) != 1) return false;
  return address[0] != 127 && address[0] != 0;
}

bool is_ipv6(std::string_view text) {
  std::array<unsigned char, 16> address{};
  if (text.find_first_of("0123456789") == std::string_view::npos) return false;  // a scope of C++ is none
  if (inet_pton(AF_INET6, std::string(text).c_str(), address.data()) != 1) return false;
  std::array<unsigned char, 16> loopback{};
  const bool unspecified = address == loopback;
  loopback[15] = 1;
  return !unspecified && address != loopback;
}

bool is_spanish_id(std::string_view text) {
  constexpr std::string_view letters = "TRWAGMYFPDXBNJZSQVHLCKE";
  std::string digits(text.substr(0, text.size() - 1));
  std::erase(digits, '-');
  if (digits[0] >= 'X') digits[0] = static_cast<char>('0' + digits[0] - 'X');
  return letters[number(digits) % 23] == text.back();
}

bool is_italian_id(std::string_view text) {
  if (text.size() != 16) return false;
  // Values of characters at odd places, by their place in the alphabet; digits count as the first ten letters.
  constexpr std::array<int, 26> odd{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  int sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const int value = is_digit(text[i]) ? digit(text[i]) : text[i] - 'A';
    sum += i % 2 == 0 ? odd[static_cast<std::size_t>(value)] : value;
  }
  return 'A' + sum % 26 == text[15];
}

bool is_french_id(std::string_view text) {
  std::string id;
  for (const char c : text)
    if (c != ' ') id += c;
  if (id.size() != 15) return false;
  std::uint64_t shift = 0;
  if (id[5] == '2' && (id[6] == 'A' || id[6] == 'B')) {  // Corsica
    shift = id[6] == 'A' ? 1'000'000 : 2'000'000;
    id[6] = '0';
  }
  if (digits_of(id).size() != 15) return false;
  return 97 - (number(id.substr(0, 13)) - shift) % 97 == number(id.substr(13));
}

bool is_chinese_id(std::string_view text) {
  if (text.size() != 18) return false;
  constexpr std::array<int, 17> weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) sum += digit(text[i]) * weights[i];
  return std::string_view("10X98765432")[static_cast<std::size_t>(sum % 11)] == (text[17] == 'x' ? 'X' : text[17]);
}

bool is_brazilian_id(std::string_view text) {
  const std::string id = digits_of(text);
  if (id.size() != 11 || id.find_first_not_of(id[0]) == std::string::npos) return false;
  for (const std::size_t length : {std::size_t{9}, std::size_t{10}}) {
    int sum = 0;
    for (std::size_t i = 0; i < length; ++i) sum += digit(id[i]) * static_cast<int>(length + 1 - i);
    if (sum * 10 % 11 % 10 != digit(id[length])) return false;
  }
  return true;
}

bool is_finnish_id(std::string_view text) {
  if (text.size() != 11) return false;
  constexpr std::string_view signs = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  return signs[number(std::string(text.substr(0, 6)) + std::string(text.substr(7, 3))) % 31] == text[10];
}

}  // namespace patchbay::redaction
