#include "access/key_hash.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <charconv>
#include <memory>
#include <stdexcept>

namespace patchbay::access {

namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::string_view digits = "0123456789abcdef";
constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// SHA256() looks the algorithm up and makes a context at each call, which takes longer than the hash of a key.
class Sha256 {
 public:
  Sha256() {
    if (!algorithm_ || !context_) throw std::bad_alloc();
  }

  KeyHash operator()(std::string_view text) {
    KeyHash hash{};
    if (EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), text.data(), text.size()) != 1 || EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) != 1)
      throw std::runtime_error("SHA-256 failed");
    return hash;
  }

 private:
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

}  // namespace

KeyHash hash_of(std::string_view key) {
  thread_local Sha256 hash;
  return hash(key);
}

std::string to_hex(const KeyHash& hash) {
  std::string text;
  text.reserve(2 * hash.size());
  for (const unsigned char byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string to_text(const KeyHash& hash) { return std::string(prefix) + to_hex(hash); }

KeyHash parse_hash(std::string_view text) {
  KeyHash hash{};
  if (text.size() != prefix.size() + 2 * hash.size()) return hash;
  text.remove_prefix(prefix.size());
  for (std::size_t i = 0; i < hash.size(); ++i) std::from_chars(&text[2 * i], &text[2 * i] + 2, hash[i], 16);
  return hash;
}

std::string new_key() {
  std::array<unsigned char, 33> random{};  // 32 bytes; the last one fills up the Base64
  if (RAND_bytes(random.data(), 32) != 1) throw std::runtime_error("the system gives no random bytes");
  std::string key = "pb-";
  for (std::size_t i = 0; i < random.size(); i += 3) {
    const unsigned bits = static_cast<unsigned>(random[i]) << 16 | static_cast<unsigned>(random[i + 1]) << 8 | random[i + 2];
    for (const unsigned shift : {18u, 12u, 6u, 0u}) key += base64url[bits >> shift & 63];
  }
  key.pop_back();  // of the byte that is none
  return key;
}

}  // namespace patchbay::access
