#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Case {
  std::string text;
  std::string redacted;
};

class Entities : public Redaction, public ::testing::WithParamInterface<Case> {};

TEST_P(Entities, AreFoundOrNot) { EXPECT_EQ(redacted(GetParam().text), GetParam().redacted); }

// The table is the specification: what counts as an entity, and what only looks like one.
INSTANTIATE_TEST_SUITE_P(Addresses, Entities,
                         ::testing::Values(Case{"write to ann.lee+x@mail.example.org.", "write to [EMAIL_1]."},
                                           Case{"<Ann@Example.COM>", "<[EMAIL_1]>"},
                                           Case{"ann@localhost and @ann", "ann@localhost and @ann"},
                                           Case{"call +49 30 901820", "call [PHONE_1]"}, Case{"call 0044 20 7946 0958!", "call [PHONE_1]!"},
                                           Case{"call (212) 555-0187", "call [PHONE_1]"}, Case{"call 212-555-0187", "call [PHONE_1]"},
                                           Case{"order 1234567890", "order 1234567890"}, Case{"2 + 22222222 = ?", "2 + 22222222 = ?"}));

INSTANTIATE_TEST_SUITE_P(Money, Entities,
                         ::testing::Values(Case{"card 4111 1111 1111 1111.", "card [CARD_1]."}, Case{"5500-0000-0000-0004", "[CARD_1]"},
                                           Case{"378282246310005", "[CARD_1]"}, Case{"4111 1111 1111 1112", "4111 1111 1111 1112"},
                                           Case{"DE89370400440532013000", "[IBAN_1]"},
                                           Case{"to GB82 WEST 1234 5698 7654 32 AND soon", "to [IBAN_1] AND soon"},
                                           Case{"DE88370400440532013000", "DE88370400440532013000"},
                                           Case{"ZZ89370400440532013000", "ZZ89370400440532013000"}));

INSTANTIATE_TEST_SUITE_P(Machines, Entities,
                         ::testing::Values(Case{"from 203.0.113.9:80", "from [IP_1]:80"}, Case{"127.0.0.1", "127.0.0.1"},
                                           Case{"300.1.1.1", "300.1.1.1"}, Case{"from 2001:db8::8a2e:370:7334.", "from [IP_1]."},
                                           Case{"[fe80::1]", "[[IP_1]]"}, Case{"::1 at 12:34:56", "::1 at 12:34:56"},
                                           Case{"std::dec and face::bead", "std::dec and face::bead"},
                                           Case{"postgres://app:s3cret@db.internal/x", "postgres://[CREDENTIALS_1]@db.internal/x"},
                                           Case{"https://example.org/a:b@c", "https://example.org/a:b@c"}));

INSTANTIATE_TEST_SUITE_P(
    Keys, Entities,
    ::testing::Values(Case{"AKIAIOSFODNN7EXAMPLE", "[AWS_KEY_1]"},
                      Case{"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [AWS_KEY_1]"},
                      Case{"ghp_" + std::string(36, 'a'), "[GITHUB_KEY_1]"}, Case{"github_pat_" + std::string(82, 'b'), "[GITHUB_KEY_1]"},
                      Case{"sk-proj-" + std::string(40, 'c'), "[OPENAI_KEY_1]"},
                      Case{"sk-ant-api03-" + std::string(40, 'd'), "[ANTHROPIC_KEY_1]"},
                      Case{"AIza" + std::string(35, 'e'), "[GOOGLE_KEY_1]"}, Case{"sk-learn and ghp_short", "sk-learn and ghp_short"},
                      Case{"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_1", "Bearer [JWT_1]"},
                      Case{"x\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAB==\n-----END RSA PRIVATE KEY-----\ny", "x\n[PRIVATE_KEY_1]\ny"},
                      Case{"-----BEGIN PRIVATE KEY-----\ncut off", "[PRIVATE_KEY_1]"},
                      Case{"-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----"}));

INSTANTIATE_TEST_SUITE_P(People, Entities,
                         ::testing::Values(Case{"DNI 12345678Z", "DNI [NATIONAL_ID_1]"}, Case{"DNI 12345678A", "DNI 12345678A"},
                                           Case{"NIE X1234567L", "NIE [NATIONAL_ID_1]"}, Case{"RSSMRA85T10A562S", "[NATIONAL_ID_1]"},
                                           Case{"RSSMRA85T10A562T", "RSSMRA85T10A562T"}, Case{"2 55 08 14 168 025 38", "[NATIONAL_ID_1]"},
                                           Case{"2 55 08 14 168 025 39", "2 55 08 14 168 025 39"},
                                           Case{"11010519491231002X", "[NATIONAL_ID_1]"}, Case{"529.982.247-25", "[NATIONAL_ID_1]"},
                                           Case{"529.982.247-26", "529.982.247-26"}, Case{"131052-308T", "[NATIONAL_ID_1]"},
                                           Case{"131052-308U", "131052-308U"}));

TEST_F(Redaction, OwnPatternsHaveTheirOwnNames) {
  EXPECT_EQ(redacted("about ORD-123456 and ORD-1", R"({"patterns":{"ORDER":"ORD-[0-9]{6}"}})"), "about [ORDER_1] and ORD-1");
}

TEST_F(Redaction, TheFirstGroupOfAPatternIsTheSecret) {
  EXPECT_EQ(redacted("pin: 1234", R"json({"patterns":{"PIN":"pin: ([0-9]{4})"}})json"), "pin: [PIN_1]");
}

TEST_F(Redaction, OnlyChosenEntitiesAreLookedFor) {
  EXPECT_EQ(redacted("ann@example.org at 203.0.113.9", R"({"entities":["ipv4"]})"), "ann@example.org at [IP_1]");
}

TEST_F(Redaction, AllowedOnesStay) {
  EXPECT_EQ(redacted("help@example.org or ann@example.org", R"({"allow":["help@example\\.org"]})"), "help@example.org or [EMAIL_1]");
}

TEST_F(Redaction, WithoutEntitiesTheTextKeepsItsBytes) {
  const auto module = make();
  testing::StageHarness harness(*module);
  harness.request(testing::chat_request(R"({ "messages": [{"role":"user","content":"hello"}] })"));
  EXPECT_EQ(harness.sent.body.text(), R"({ "messages": [{"role":"user","content":"hello"}] })");
}

TEST_F(Redaction, FaultyOptionsAreRefused) {
  EXPECT_THAT(modules.faults("workflow-redaction", R"({"entities":["emial"]})"), ElementsAre(HasSubstr("did you mean 'email'")));
  EXPECT_THAT(modules.faults("workflow-redaction", R"({"patterns":{"A":"("}})"), ElementsAre(HasSubstr("/patterns/A")));
  EXPECT_THAT(modules.faults("workflow-redaction", R"({"patterns":{"lower":"x"}})"), ElementsAre(HasSubstr("A-Z")));
  EXPECT_THAT(modules.faults("workflow-redaction", R"({"patterns":{"A":"x*"}})"), ElementsAre(HasSubstr("empty text")));
  EXPECT_THAT(modules.faults("workflow-redaction", R"({"entities":[]})"), ElementsAre(HasSubstr("nothing is looked for")));
  EXPECT_THAT(modules.faults("workflow-redaction", R"({"allow":["["]})"), ElementsAre(HasSubstr("/allow/0")));
}

}  // namespace
}  // namespace patchbay
