#include "doctor/report.hpp"

#include <boost/json/parse.hpp>

#include "doctor/told.hpp"
#include "findings.hpp"

namespace patchbay::doctor {
namespace {

const Report report{"my.toml",
                    {{"plugins", {{Level::ok, "plugins", "2 plugins load: a, b", {}}}},
                     {"state", {}},
                     {"host", {{Level::warning, "clock", "it runs late", "set it"}, {Level::error, "open files", "none", "allow some"}}}}};

TEST(DoctorReport, HasALineForEachFindingWithItsCureBelow) {
  EXPECT_EQ(text_of(report),
            "plugins\n"
            "  ok       plugins: 2 plugins load: a, b\n"
            "\n"
            "host\n"
            "  warning  clock: it runs late\n"
            "           -> set it\n"
            "  error    open files: none\n"
            "           -> allow some\n"
            "\n"
            "1 error, 1 warning, 0 notes, 1 in order\n");
}

TEST(DoctorReport, IsJsonForPrograms) {
  const boost::json::value expected = boost::json::parse(R"({
    "file": "my.toml", "errors": 1, "warnings": 1, "sections": [
      {"name": "plugins", "findings": [{"level": "ok", "subject": "plugins", "found": "2 plugins load: a, b", "cure": ""}]},
      {"name": "state", "findings": []},
      {"name": "host", "findings": [
        {"level": "warning", "subject": "clock", "found": "it runs late", "cure": "set it"},
        {"level": "error", "subject": "open files", "found": "none", "cure": "allow some"}]}]})");
  EXPECT_EQ(describe(report), expected);
}

TEST(Told, TakesTheCureFromTheHostsOwnText) {
  const Finding finding = told(Level::error, "plugins", "it is not there; create it; or name another", "see the manual");
  EXPECT_EQ(finding.found, "it is not there");
  EXPECT_EQ(finding.cure, "create it; or name another");
}

TEST(Told, HasACureForATextThatSaysNone) {
  EXPECT_EQ(told(Level::error, "plugins", "it is not there", "see the manual").cure, "see the manual");
}

TEST(Told, DoesNotNameTheSubjectTwice) { EXPECT_EQ(told(Level::error, "/a.so", "/a.so: no plugin", "").found, "no plugin"); }

}  // namespace
}  // namespace patchbay::doctor
