// `patchbay plugin check`: every defect is found by the test that is there for it, and every plugin that comes with Patchbay passes.

#include "plugins/validator/validator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <ostream>
#include <set>

#include "gallery.hpp"
#include "plugins/validator/exercise.hpp"

namespace patchbay::plugins::validator {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Contains;
using testing::environment;
using ::testing::HasSubstr;
using ::testing::Matcher;
using testing::misbehaving_file;
using ::testing::SizeIs;

ChildCommand child() { return {environment("PATCHBAY_EXECUTABLE"), {"plugin", "check-one"}}; }

Result result_of(std::string_view test, const std::string& file, Limits limits = {.wall = std::chrono::minutes(3)}) {
  const Check* const check = find_check(test);
  if (check == nullptr) throw std::invalid_argument("there is no test " + std::string(test));
  return run_all({check}, {.file = file, .config = nullptr, .directory = {}}, "", child(), limits, {}).at(0).result;
}

// ---- defects ----

struct Defect {
  std::string file;
  std::string test;
  Verdict verdict;
  std::string sentence;
};
void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.file; }

struct EveryDefect : ::testing::TestWithParam<Defect> {};

TEST_P(EveryDefect, IsFoundByItsTest) {
  const auto& [name, test, verdict, sentence] = GetParam();
  const std::string own = misbehaving_file(name);
  const Result result = result_of(test, fs::exists(own) ? own : testing::gallery_file(name));
  EXPECT_EQ(name_of(result.verdict), name_of(verdict)) << result.sentence;
  EXPECT_THAT(result.sentence, HasSubstr(sentence));
}

const std::vector<Defect>& defects() {
  static const std::vector<Defect> all = {
      Defect{"exports-more", "exports", Verdict::failed, "besides its entry it defines "},
      Defect{"no-entry", "exports", Verdict::failed, "it defines neither patchbay_plugin_entry_v1 nor "},
      Defect{"undefined-symbol", "undefined-symbols", Verdict::failed, "nobody defines gallery_defined_nowhere"},
      Defect{"static-runtime", "static-runtime", Verdict::failed, "-static-libstdc++"},
      Defect{"thread-local-destructor", "thread-local-destructors", Verdict::failed, "thread_local"},
      Defect{"starts-thread", "threads", Verdict::failed, "std::thread"},
      Defect{"opens-file", "system-calls", Verdict::warning, "fopen"},
      Defect{"stamp-boost", "stamp", Verdict::failed, "boost: the plugin has 999"},
      Defect{"bad-id", "descriptor", Verdict::failed, "descriptor field id"},
      Defect{"schema-breaks-itself", "schema", Verdict::failed, "the default of option size breaks its own schema: must be at most 5"},
      Defect{"schema-lies", "accepted-configs", Verdict::failed, "with 100 as /size is refused although the schema allows it"},
      Defect{"ignores-values", "refused-configs", Verdict::failed, "is accepted although the schema forbids it"},
      Defect{"ignores-unknown-keys", "unknown-keys", Verdict::failed, "accepts the unknown key /nobody-knows-this-key"},
      Defect{"relative-url", "provider-calls", Verdict::failed, "its URL is not absolute: /v1/chat/completions"},
      Defect{"swallows-end", "streams", Verdict::failed, "keeps back how a stream ends"},
      Defect{"ends-twice", "streams", Verdict::failed, "workflow-misbehaving says more after a stream has ended"},
      Defect{"crashes-on-unknown-protocol", "unknown-protocols", Verdict::crashed, "in: connect workflow-misbehaving"},
      Defect{"crashes-on-empty-body", "malformed-bodies", Verdict::crashed, "in: send a request with an empty body"},
      Defect{"broken-by-throwing", "throwing-paths", Verdict::failed, "with an empty body, it makes something else of a sound request"},
      Defect{"throws-numbers", "throwing-paths", Verdict::warning, "throws what is no std::exception, with an empty body"},
      Defect{"crashes-on-event-before-request", "order-of-events", Verdict::crashed,
             "in: send an event with a sound body, out of its order"},
      Defect{"crashes-when-loaded", "descriptor", Verdict::crashed, "in: "},
      Defect{"crashes-when-made", "accepted-configs", Verdict::crashed, "in: "},
      Defect{"role-remembers", "split-events", Verdict::failed, "makes something else of a stream that is cut"},
      Defect{"crashes-on-cancel", "cancel", Verdict::crashed, "in: destroy the stage of workflow-misbehaving"},
      Defect{"not-thread-safe", "concurrent-calls", Verdict::failed, ""},
      Defect{"hands-out-another-body", "separate-connections", Verdict::failed,
             "workflow-misbehaving gives to the client what another connection of the same instance said"},
      Defect{"calls-with-another-body", "separate-connections", Verdict::failed,
             "provider-misbehaving sends to the provider what another connection of the same instance said"},
      Defect{"leaks-per-request", "request-memory", Verdict::failed, "each request through workflow-misbehaving leaves about 4"},
      Defect{"keeps-every-body", "request-memory", Verdict::warning, "workflow-misbehaving keeps about "},
      Defect{"sleeps", "run-time", Verdict::warning, "connecting workflow-misbehaving takes 25"},
      Defect{"leaks-per-create", "create-destroy", Verdict::failed, "workflow-misbehaving leaves about "},
      Defect{"stays-mapped", "unload", Verdict::failed, "stays mapped after its last handle is gone"},
      Defect{"leaks-per-load", "reload", Verdict::failed, "every reload leaves about "}};
  return all;
}

std::string test_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Gallery, EveryDefect, ::testing::ValuesIn(defects()), [](const auto& info) { return test_name(info.param.file); });

#if !defined(__clang__)  // clang makes no unique symbols
TEST(ADefect, OfUniqueSymbolsIsFound) {
  const Result result = result_of("unique-symbols", misbehaving_file("unique-symbol"));
  EXPECT_EQ(name_of(result.verdict), "failed");
  EXPECT_THAT(result.sentence, HasSubstr("would keep it in memory for good"));
}
#endif

TEST(ADefect, ThatLoopsIsEndedWhenItsTimeIsOver) {
  const Result result = result_of("streams", misbehaving_file("loops-for-ever"), {.wall = std::chrono::seconds(3)});
  EXPECT_EQ(name_of(result.verdict), "failed");
  EXPECT_THAT(result.sentence, HasSubstr("it did not come back within 3 s in: send a stream through workflow-misbehaving"));
}

TEST(ADefect, ThatLoopsWhileAModuleIsMadeIsEndedWhenItsTimeIsOver) {
  const Result result = result_of("accepted-configs", misbehaving_file("loops-when-made"), {.wall = std::chrono::seconds(3)});
  EXPECT_EQ(name_of(result.verdict), "failed");
  EXPECT_THAT(result.sentence, HasSubstr("it did not come back within 3 s"));
}

TEST(MisbehavingPlugins, AreEachInATestOfTheirOwn) {
  const std::set<std::string> elsewhere = {"loops-for-ever", "loops-when-made", "needs-config", "sound", "unique-symbol"};  // in this file
  for (const auto& entry : fs::directory_iterator(environment("PATCHBAY_MISBEHAVING"))) {
    const std::string name = entry.path().stem();
    if (entry.path().extension() != ".so" || elsewhere.count(name) > 0) continue;
    EXPECT_THAT(defects(), Contains(::testing::Field(&Defect::file, name)));
  }
}

// ---- defects that the host refuses as well ----

/// Of those whose descriptor is sound, the test that finds them.
std::string test_for(const std::string& name) {
  static const std::map<std::string, std::string> others = {
      {"no-stamp", "stamp"},
      {"empty-stamp", "stamp"},
      {"garbled-stamp", "stamp"},
      {"lacks-stamp-field", "stamp"},
      {"extra-stamp-field", "stamp"},
      {"constructor-with-wrong-stamp", "stamp"},
      {"no-entry", "exports"},
      {"old-entry", "exports"},
      {"borrows-entry", "exports"},
      {"c-no-entry", "exports"},
      {"undefined-symbol", "undefined-symbols"},
      {"bad-factories", "accepted-configs"},
      {"c-faulty", "accepted-configs"},
  };
  if (name.starts_with("stamp-") || name.starts_with("c-stamp-")) return "stamp";
  const auto found = others.find(name);
  return found == others.end() ? "descriptor" : found->second;
}

/// Every file of the gallery that has a defect: what is not named here as sound.
std::vector<fs::path> refused_files() {
  const std::set<std::string> sound = {"constructor",
                                       "other-compiler",
                                       "takes-the-type-of-echo",
                                       "echo",
                                       "echo2",
                                       "crash-test",
                                       "throwing",
                                       "ticker",
                                       "ticker2",
                                       "c-sound",
                                       "c-sound-provider",
                                       "c-sound-hook",
                                       "c-sound-of-old-size"};
  std::vector<fs::path> files;
  if (const char* const gallery = std::getenv("PATCHBAY_GALLERY"))
    for (const fs::path& directory : {fs::path(gallery), fs::path(gallery) / "c"})
      for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().extension() == ".so" && sound.count(entry.path().stem()) == 0) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

struct EveryRefusedFile : ::testing::TestWithParam<fs::path> {};

TEST_P(EveryRefusedFile, IsFoundByItsTest) {
  const Result result = result_of(test_for(GetParam().stem()), GetParam());
  EXPECT_THAT(std::string(name_of(result.verdict)), AnyOf("failed", "warning")) << result.sentence;
}

INSTANTIATE_TEST_SUITE_P(Gallery, EveryRefusedFile, ::testing::ValuesIn(refused_files()),
                         [](const auto& info) { return test_name(info.param.stem()); });

TEST(RefusedFiles, AreThere) { EXPECT_THAT(refused_files(), SizeIs(::testing::Ge(60u))); }

TEST(ADefect, DoesNotKeepOtherTestsFromRunning) {
  std::vector<const Check*> checks = {find_check("malformed-bodies"), find_check("schema")};
  const auto reports = run_all(checks, {.file = misbehaving_file("crashes-on-empty-body"), .config = nullptr, .directory = {}}, "", child(),
                               {.wall = std::chrono::minutes(3)}, {});
  ASSERT_THAT(reports, SizeIs(2));
  EXPECT_EQ(name_of(reports[0].result.verdict), "crashed");
  EXPECT_EQ(name_of(reports[1].result.verdict), "success");
  EXPECT_FALSE(is_good(reports));
}

TEST(APluginThatDoesNotLoad, HasItsOtherTestsSkippedWithTheReason) {
  const Result result = result_of("streams", testing::gallery_file("bad-id"));
  EXPECT_EQ(name_of(result.verdict), "skipped");
  EXPECT_THAT(result.sentence, HasSubstr("descriptor field id"));
}

TEST(AModuleThatNeedsMoreThanItsSchemaSays, IsAWarningAndTheOtherTestsAreSkipped) {
  const std::string file = misbehaving_file("needs-config");
  const Result accepted = result_of("accepted-configs", file);
  EXPECT_EQ(name_of(accepted.verdict), "warning");
  EXPECT_THAT(accepted.sentence, HasSubstr("refuses what its schema requires and no more (/word: is not the right one)"));
  const Result cancel = result_of("order-of-events", file);
  EXPECT_EQ(name_of(cancel.verdict), "skipped");
  EXPECT_THAT(cancel.sentence, HasSubstr("--config"));
}

TEST(AModuleThatNeedsMoreThanItsSchemaSays, IsTestedWithTheGivenConfiguration) {
  const testing::TemporaryDirectory directory;
  const std::string config = directory.write("config.json", R"({"workflow-misbehaving":{"word":"open sesame"}})");
  const auto reports =
      run_all({find_check("order-of-events")}, {.file = misbehaving_file("needs-config"), .config = boost::json::object(), .directory = {}},
              config, child(), {.wall = std::chrono::minutes(3)}, {});
  EXPECT_EQ(name_of(reports.at(0).result.verdict), "success") << reports[0].result.sentence;
}

// ---- what passes ----

/// What does not succeed must be stated here: test → verdict.
using Stated = std::map<std::string, std::string>;

void expect_sound(const std::string& file, const Stated& stated, const std::string& config = {}) {
  std::vector<const Check*> checks;
  for (const Check& check : all_checks()) checks.push_back(&check);
  const testing::TemporaryDirectory directory;
  const std::string config_file = config.empty() ? "" : directory.write("config.json", config);
  const Subject subject{.file = file, .config = nullptr, .directory = {}};
  const auto reports = run_all(checks, subject, config_file, child(), {.wall = std::chrono::minutes(5)}, {});
  EXPECT_TRUE(is_good(reports));
  for (const Report& report : reports) {
    // How long a call takes is the machine's affair as well.
    if (report.test == "run-time" && report.result.verdict == Verdict::warning) continue;
    const auto found = stated.find(report.test);
    EXPECT_EQ(name_of(report.result.verdict), found == stated.end() ? "success" : found->second)
        << report.test << ": " << report.result.sentence;
  }
}

/// Tests about a kind of module are skipped where there is none of it.
const Stated only_providers = {{"unknown-protocols", "skipped"}, {"order-of-events", "skipped"}};
const Stated no_provider = {{"provider-calls", "skipped"}, {"split-events", "skipped"}};
const Stated only_hooks = {{"provider-calls", "skipped"},
                           {"throwing-paths", "skipped"},
                           {"streams", "skipped"},
                           {"unknown-protocols", "skipped"},
                           {"order-of-events", "skipped"},
                           {"split-events", "skipped"},
                           {"cancel", "skipped"},
                           {"concurrent-calls", "skipped"},
                           {"run-time", "skipped"},
                           {"request-memory", "skipped"},
                           {"separate-connections", "skipped"}};
/// A provider in Rust, whose standard library asks for more of the system than the module uses.
const Stated rust_provider = {
    {"unknown-protocols", "skipped"}, {"order-of-events", "skipped"}, {"thread-local-destructors", "warning"}, {"system-calls", "warning"}};

Stated stated_for(const std::string& name) {
  if (name == "example-echo") return rust_provider;
  if (name.starts_with("provider-")) return only_providers;
  return name.starts_with("hook-") ? only_hooks : no_provider;
}

/// Configurations of modules that need more than a schema can require.
std::string config_for(const std::string& name) {
  if (name == "workflow-prompt-template") return R"({"templates":{"brief":"Be brief."},"template":"brief"})";
  return {};
}

TEST(TheGallerysSoundPlugin, Passes) { expect_sound(misbehaving_file("sound"), {}); }

struct EveryPlugin : ::testing::TestWithParam<fs::path> {};

TEST_P(EveryPlugin, ThatComesWithPatchbayPasses) {
  const std::string name = GetParam().stem();
  expect_sound(GetParam(), stated_for(name), config_for(name));
}

std::vector<fs::path> shipped_plugins() {
  std::vector<fs::path> files;
  for (const char* const variable : {"PATCHBAY_SHIPPED_PLUGINS", "PATCHBAY_EXAMPLES"})
    if (const char* const directory = std::getenv(variable))
      for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().extension() == ".so") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryPlugin, ::testing::ValuesIn(shipped_plugins()),
                         [](const auto& info) { return test_name(info.param.stem()); });

TEST(ShippedPlugins, AreThere) { EXPECT_THAT(shipped_plugins(), SizeIs(::testing::Ge(15u))); }

// ---- reports ----

TEST(Checks, HaveNamesOfTheirOwnAndSayWhatTheyShow) {
  std::vector<std::string_view> names;
  for (const Check& check : all_checks()) {
    EXPECT_THAT(names, ::testing::Not(Contains(check.name)));
    EXPECT_TRUE(check.description.ends_with(".")) << check.name;
    names.push_back(check.name);
  }
  EXPECT_EQ(find_check("nothing"), nullptr);
}

TEST(Reports, AsJsonHaveAllThatTheTextHas) {
  const std::vector<Report> reports = {{"exports", {Verdict::success, "fine"}}, {"streams", {Verdict::crashed, "SIGSEGV"}}};
  const auto json = to_json(reports, {.file = "a.so", .config = nullptr, .seed = 7, .directory = {}});
  EXPECT_EQ(json,
            boost::json::parse(R"({"file":"a.so","seed":7,"good":false,"tests":[{"test":"exports","result":"success","sentence":"fine"},
                                      {"test":"streams","result":"crashed","sentence":"SIGSEGV"}]})"));
  EXPECT_EQ(to_text(reports[1]), "crashed  streams                   SIGSEGV\n");
}

TEST(Transcripts, AreComparedWithoutIdentifiersAndNumbers) {
  EXPECT_EQ(comparable(R"({"id":"chat-17","created":1767225600,"text":"hi"})"), R"({"id":"*","created":#,"text":"hi"})");
}

TEST(FindingsOfSeveralModules, TheWorstDecides) {
  Findings findings;
  findings.good("fine");
  findings.skip("not made");
  EXPECT_EQ(findings.result().verdict, Verdict::success);
  findings.warn("slow");
  findings.fail("wrong");
  findings.fail("wrong again");
  EXPECT_EQ(findings.result().verdict, Verdict::failed);
  EXPECT_EQ(findings.result().sentence, "wrong (and 1 more)");
}

TEST(FindingsOfNoModule, AreSkipped) { EXPECT_EQ(Findings().result().verdict, Verdict::skipped); }

}  // namespace
}  // namespace patchbay::plugins::validator
