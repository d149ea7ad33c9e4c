#include "plugins/signature.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "gallery.hpp"

namespace patchbay::plugins {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

/// A key pair made for one test.
class Signer {
 public:
  Signer() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free) {}

  PublicKey public_key() const {
    PublicKey raw{};
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size);
    return raw;
  }
  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
  std::string sign(const std::string& content) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(content.data()), content.size());
    return signature;
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

std::string base64(std::string_view bytes) {
  std::string text(bytes.size() / 3 * 4 + 5, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

struct Signatures : ::testing::Test {
  void sign(std::string signature) { (void)files.write("thing.so.sig", std::move(signature)); }
  void check(const SignaturePolicy& policy) const { policy.check(plugin, plugin); }
  std::string refusal(const SignaturePolicy& policy) const {
    try {
      check(policy);
      return "accepted";
    } catch (const LoadFailure& failure) {
      return std::string(name_of(failure.code())) + ": " + failure.what();
    }
  }

  testing::TemporaryDirectory files;
  const std::string plugin = files.write("thing.so", "the content");
  Signer signer;
  const SignaturePolicy trusting{.keys = {signer.public_key()}, .required = true};
};

TEST_F(Signatures, ATrustedKeysIsAccepted) {
  sign(signer.sign("the content"));
  EXPECT_NO_THROW(check(trusting));
}

TEST_F(Signatures, MayBeInBase64) {
  sign(base64(signer.sign("the content")) + "\n");
  EXPECT_NO_THROW(check(trusting));
}

TEST_F(Signatures, OfOtherContentIsRefused) {
  sign(signer.sign("other content"));
  EXPECT_THAT(refusal(trusting), HasSubstr("signature_invalid: " + plugin + ": no key of [plugins] trusted_keys has signed it"));
}

TEST_F(Signatures, OfAnotherKeyIsRefused) {
  sign(Signer().sign("the content"));
  EXPECT_THAT(refusal(trusting), HasSubstr("signature_invalid"));
}

TEST_F(Signatures, ThatIsNoneIsRefused) {
  sign("yes");
  EXPECT_THAT(refusal(trusting), EndsWith("thing.so.sig is not a signature: 64 bytes of Ed25519, or those in Base64"));
}

TEST_F(Signatures, MissingIsRefusedWhereRequired) { EXPECT_THAT(refusal(trusting), HasSubstr("signature_missing")); }

TEST_F(Signatures, MissingIsFineWhereNotRequired) { EXPECT_NO_THROW(check({.keys = {signer.public_key()}})); }

TEST_F(Signatures, ABadOneIsRefusedAlsoWhereNoneIsRequired) {
  sign(Signer().sign("the content"));
  EXPECT_THAT(refusal({.keys = {signer.public_key()}}), HasSubstr("signature_invalid"));
}

TEST_F(Signatures, PluginsOfAnExemptDirectoryNeedNone) {
  SignaturePolicy policy = trusting;
  policy.exempt = {std::filesystem::canonical(files.path())};
  EXPECT_NO_THROW(check(policy));
}

TEST_F(Signatures, AnUnsignedPluginIsNotLoadedWhereTheyAreRequired) {
  StagingDirectory staging(files.path().string());
  const std::string echo = files.write("echo.so", testing::content_of(testing::gallery_file("echo")));
  EXPECT_THROW((void)Plugin::load(echo, staging, 1, trusting), LoadFailure);
  (void)files.write("echo.so.sig", signer.sign(testing::content_of(echo)));
  EXPECT_NO_THROW((void)Plugin::load(echo, staging, 2, trusting));
}

TEST(PublicKeys, AreReadFromPemAndFromBase64) {
  const Signer signer;
  const PublicKey key = signer.public_key();
  EXPECT_EQ(parse_public_key(signer.pem()), key);
  EXPECT_EQ(parse_public_key(base64({reinterpret_cast<const char*>(key.data()), key.size()})), key);
}

TEST(PublicKeys, SayWhatTheyShouldBe) {
  EXPECT_THROW((void)parse_public_key("secret"), std::invalid_argument);
  EXPECT_THROW((void)parse_public_key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), std::invalid_argument);
}

}  // namespace
}  // namespace patchbay::plugins
