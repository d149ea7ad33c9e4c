#include "plugins/signature.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

#include "config/file_text.hpp"
#include "plugins/load_failure.hpp"

namespace patchbay::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t signature_size = 64;
constexpr std::string_view white_space = " \t\r\n";

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Bytes = std::unique_ptr<BIO, Free<BIO_free>>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// The bytes of a Base64 text (RFC 4648 section 4), white space around it aside; nothing if it is none.
std::optional<std::string> from_base64(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(white_space) - first + 1);
  std::string decoded(text.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()), bytes(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

bool is_signed_by(const PublicKey& key, std::string_view content, std::string_view signature) {
  const Key parsed(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Digest digest(EVP_MD_CTX_new());
  return parsed && EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, parsed.get()) == 1 &&
         EVP_DigestVerify(digest.get(), bytes(signature), signature.size(), bytes(content), content.size()) == 1;
}

}  // namespace

PublicKey parse_public_key(std::string_view text) {
  PublicKey key{};
  if (text.find("-----BEGIN") != std::string_view::npos) {
    const Bytes source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const Key parsed(PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr));
    std::size_t size = key.size();
    if (!parsed || EVP_PKEY_id(parsed.get()) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(parsed.get(), key.data(), &size) != 1)
      throw std::invalid_argument("this PEM text is not an Ed25519 public key; `openssl pkey -in KEY.pem -pubout` writes one");
    return key;
  }
  const std::optional<std::string> raw = from_base64(text);
  if (!raw || raw->size() != key.size())
    throw std::invalid_argument("an Ed25519 public key is 32 bytes in Base64, or PEM text (\"file:KEY.pem\" reads it from a file)");
  std::copy(raw->begin(), raw->end(), key.begin());
  return key;
}

fs::path signature_file(const fs::path& plugin) { return plugin.string() + ".sig"; }

bool SignaturePolicy::exempts(const std::string& origin) const {
  std::error_code unknown;
  const fs::path folder = fs::weakly_canonical(origin, unknown).parent_path();
  return std::find(exempt.begin(), exempt.end(), folder) != exempt.end();
}

void SignaturePolicy::check(const std::string& origin, const fs::path& staged) const {
  if (exempts(origin)) return;
  const std::string file = signature_file(origin).string();
  const std::optional<std::string> text = config::file_text(file);
  if (!text) {
    if (required)
      throw LoadFailure(
          FailureCode::signature_missing, origin,
          "[plugins] require_signed is set and there is no signature " + file + "; sign the plugin with a key of trusted_keys");
    return;
  }
  if (keys.empty()) return;  // nobody to ask
  const std::optional<std::string> decoded = text->size() == signature_size ? *text : from_base64(*text);
  if (!decoded || decoded->size() != signature_size)
    throw LoadFailure(FailureCode::signature_invalid, origin, file + " is not a signature: 64 bytes of Ed25519, or those in Base64");
  const std::optional<std::string> content = config::file_text(staged.string());
  if (!content || std::none_of(keys.begin(), keys.end(), [&](const PublicKey& key) { return is_signed_by(key, *content, *decoded); }))
    throw LoadFailure(FailureCode::signature_invalid, origin,
                      "no key of [plugins] trusted_keys has signed it; sign it anew, or add the key if you trust whoever signed it");
}

}  // namespace patchbay::plugins
