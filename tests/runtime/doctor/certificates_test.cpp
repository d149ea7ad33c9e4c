#include "doctor/certificates.hpp"

#include <filesystem>

#include "../config/temporary_folder.hpp"
#include "findings.hpp"
#include "test_certificates.hpp"

namespace patchbay::doctor {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
using upstream::testing::Authority;
using upstream::testing::Identity;

struct DoctorCertificates : ::testing::Test {
  config::ListenerTls files_of(const Identity& identity, const std::string& more = {}) {
    config::ListenerTls tls;
    tls.certificate = folder.write("server.pem", identity.certificate_pem() + more);
    tls.private_key = folder.write("server.key", identity.key_pem());
    fs::permissions(tls.private_key, fs::perms::owner_read);
    return tls;
  }
  Findings examine(const config::ListenerTls& tls) { return examine_certificates(tls, "server.tls"); }

  Authority authority;
  config::TemporaryFolder folder;
};

TEST_F(DoctorCertificates, WithoutTlsThereIsNothingToSay) { EXPECT_THAT(examine({}), IsEmpty()); }

TEST_F(DoctorCertificates, SayWhoTheyAreForAndHowLong) {
  const Findings findings = examine(files_of(authority.issue("DNS:localhost,IP:127.0.0.1,IP:::1", 90)));
  EXPECT_THAT(findings, Contains(Found(Level::ok, "made out to localhost, 127.0.0.1, ::1")));
  EXPECT_THAT(findings, Contains(Found(Level::ok, MatchesRegex("good until 20[0-9]{2}-[0-9]{2}-[0-9]{2}, for 90 days"))));
  EXPECT_THAT(findings, Contains(Found(Level::ok, HasSubstr("the key belongs to the certificate"))));
  EXPECT_THAT(findings, Not(Contains(Field(&Finding::level, Level::error))));
}

TEST_F(DoctorCertificates, ThatEndSoonAreAWarning) {
  EXPECT_THAT(examine(files_of(authority.issue("DNS:localhost", 20))),
              Contains(AllOf(Found(Level::warning, HasSubstr("for 20 days")), Cured(StartsWith("renew it")))));
}

TEST_F(DoctorCertificates, OfThreeWeeksAreInOrder) {
  EXPECT_THAT(examine(files_of(authority.issue("DNS:localhost", 21))), Contains(Found(Level::ok, HasSubstr("for 21 days"))));
}

TEST_F(DoctorCertificates, ThatHaveExpiredAreAnError) {
  EXPECT_THAT(examine(files_of(authority.issue("DNS:localhost", -3))),
              Contains(AllOf(Found(Level::error, HasSubstr("3 days ago")), Cured(StartsWith("renew it")))));
}

TEST_F(DoctorCertificates, WithoutNamesAreOfNoUse) {
  EXPECT_THAT(examine(files_of(authority.issue("email:nobody@localhost"))),
              Contains(AllOf(Found(Level::warning, HasSubstr("no host name")), Cured(HasSubstr("subjectAltName")))));
}

TEST_F(DoctorCertificates, AKeyOfAnotherIsAnError) {
  config::ListenerTls tls = files_of(authority.issue("DNS:localhost"));
  tls.private_key = folder.write("other.key", authority.issue("DNS:localhost").key_pem());
  EXPECT_THAT(examine(tls), Contains(AllOf(Field(&Finding::level, Level::error), Field(&Finding::found, HasSubstr("private_key")))));
}

TEST_F(DoctorCertificates, AFileThatIsNotThereIsAnError) {
  config::ListenerTls tls = files_of(authority.issue("DNS:localhost"));
  tls.certificate = folder.path("nowhere.pem");
  EXPECT_THAT(examine(tls), Contains(AllOf(Field(&Finding::level, Level::error), Field(&Finding::found, HasSubstr("nowhere.pem")))));
}

TEST_F(DoctorCertificates, AKeyThatEverybodyMayReadIsAWarning) {
  const config::ListenerTls tls = files_of(authority.issue("DNS:localhost"));
  fs::permissions(tls.private_key, fs::perms::owner_read | fs::perms::others_read);
  EXPECT_THAT(examine(tls), Contains(AllOf(Found(Level::warning, HasSubstr("every user of this machine may read the private key")),
                                           Cured("chmod 600 " + tls.private_key))));
}

TEST_F(DoctorCertificates, AnAuthorityThatThisSystemDoesNotKnowIsNamed) {
  EXPECT_THAT(examine(files_of(authority.issue("DNS:localhost"))),
              Contains(AllOf(Found(Level::note, HasSubstr("does not know its authority 'CN=Patchbay test CA'")),
                             Cured(HasSubstr("clients need")))));
}

TEST_F(DoctorCertificates, AChainInTheWrongOrderIsAWarning) {
  const Authority another;
  EXPECT_THAT(examine(files_of(another.issue("DNS:localhost"), authority.issue("DNS:elsewhere").certificate_pem())),
              Contains(AllOf(Found(Level::warning, HasSubstr("does not follow it")), Cured(StartsWith("put the certificate first")))));
}

TEST_F(DoctorCertificates, TheAuthoritiesOfClientsAreLookedAt) {
  config::ListenerTls tls = files_of(authority.issue("DNS:localhost"));
  tls.client_ca = authority.ca_file();
  EXPECT_THAT(examine(tls), Contains(AllOf(Field(&Finding::subject, authority.ca_file() + " (CN=Patchbay test CA)"),
                                           Field(&Finding::found, HasSubstr("for 1 day")))));
}

}  // namespace
}  // namespace patchbay::doctor
