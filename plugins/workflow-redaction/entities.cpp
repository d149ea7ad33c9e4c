#include "entities.hpp"

#include "checks.hpp"

namespace patchbay::redaction {

namespace {

template <bool (*check)(std::string_view)>
std::size_t all_if(std::string_view found) {
  return check(found) ? found.size() : 0;
}

constexpr Shape table[] = {
    {"private-key", "PRIVATE_KEY",
     R"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z))", nullptr},
    {"jwt", "JWT", R"(\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*)", nullptr},
    {"anthropic-key", "ANTHROPIC_KEY", R"(\bsk-ant-[A-Za-z0-9_\-]{20,})", nullptr},
    {"openai-key", "OPENAI_KEY", R"(\bsk-(?:proj-|svcacct-|admin-|None-)[A-Za-z0-9_\-]{20,})", nullptr},
    {"openai-key", "OPENAI_KEY", R"(\bsk-[A-Za-z0-9]{32,}\b)", nullptr},
    {"github-key", "GITHUB_KEY", R"(\bgh[pousr]_[A-Za-z0-9]{36,255}\b)", nullptr},
    {"github-key", "GITHUB_KEY", R"(\bgithub_pat_[A-Za-z0-9_]{22,255}\b)", nullptr},
    {"google-key", "GOOGLE_KEY", R"(\bAIza[A-Za-z0-9_\-]{35})", nullptr},
    {"google-key", "GOOGLE_KEY", R"(\bGOCSPX-[A-Za-z0-9_\-]{28})", nullptr},
    {"aws-key", "AWS_KEY", R"(\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b)", nullptr},
    {"aws-key", "AWS_KEY", R"((?i)aws_?secret(?:_?access)?_?key["']?\s*[:=]\s*["']?([a-z0-9/+]{40}))", nullptr},
    {"url-credentials", "CREDENTIALS", R"((?i)\b[a-z][a-z0-9+.\-]*://([^\s/?#@:"'<>]*:[^\s/?#@"'<>]+)@)", nullptr},
    {"email", "EMAIL", R"((?i)\b[a-z0-9][a-z0-9._%+\-]*@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,24}\b)", nullptr},
    {"iban", "IBAN", R"(\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30})", &iban_length},
    {"national-id", "NATIONAL_ID", R"(\b(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]\b)", &all_if<is_spanish_id>},
    {"national-id", "NATIONAL_ID", R"(\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b)",
     &all_if<is_italian_id>},
    {"national-id", "NATIONAL_ID", R"(\b[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?[0-9](?:[0-9]|[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}\b)",
     &all_if<is_french_id>},
    {"national-id", "NATIONAL_ID", R"(\b[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]\b)",
     &all_if<is_chinese_id>},
    {"national-id", "NATIONAL_ID", R"(\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}\b)", &all_if<is_brazilian_id>},
    {"national-id", "NATIONAL_ID", R"(\b(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[\-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]\b)",
     &all_if<is_finnish_id>},
    {"credit-card", "CARD", R"(\b[0-9](?:[ \-]?[0-9]){12,18}\b)", &all_if<is_card>},
    {"ipv6", "IP", R"((?i)\b[0-9a-f]{0,4}:(?:[0-9a-f]{0,4}:){1,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{1,4})?)", &all_if<is_ipv6>},
    {"ipv4", "IP", R"(\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b)", &all_if<is_ipv4>},
    {"phone", "PHONE", R"((?:\+|\b00)[1-9](?:[ .\-/]?\(?[0-9]\)?){6,14}\b)", &all_if<is_phone>},
    {"phone", "PHONE", R"((?:\([2-9][0-9]{2}\) ?|\b[2-9][0-9]{2}[\-. ])[2-9][0-9]{2}[\-. ][0-9]{4}\b)", &all_if<is_phone>},
};

}  // namespace

std::span<const Shape> shapes() { return table; }

}  // namespace patchbay::redaction
