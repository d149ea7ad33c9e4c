#include "plugins/barrier.hpp"
#include "plugins/validator/check.hpp"
#include "plugins/validator/exercise.hpp"

namespace patchbay::plugins::validator {

namespace {

constexpr std::string_view without_text = "something that is not a std::exception";

/// What comes of every sound dialogue, one after the other.
std::string sound_transcript(const Part& part) {
  std::string transcript;
  for (const Part::Talk& talk : part.talks()) transcript += comparable(part.run(talk).client.transcript()) + "\n";
  return transcript;
}

/// The same dialogue with an odd body in one place.
std::vector<Part::Talk> odd_talks(const Part::Talk& sound, const OddBody& body) {
  Part::Talk asked = sound, answered = sound, streamed = sound;
  asked.request = body.text;
  answered.stream = false;
  answered.reply = body.text;
  streamed.stream = true;
  streamed.events = {{"", body.text}};
  return {asked, answered, streamed};
}

}  // namespace

Result check_throwing_paths(Context& context) {
  Findings findings;
  std::size_t parts = 0;
  std::size_t thrown_so_far = 0;
  each_part(context, findings, [&](const Part& part) {
    ++parts;
    context.step("send sound requests through " + part.name());
    std::string expected;
    if (const auto thrown = barrier([&] { (void)sound_transcript(part); })) return findings.fail(part.name() + ": " + *thrown);
    (void)barrier([&] { expected = sound_transcript(part); });  // the second time what is remembered on purpose is remembered
    for (const OddBody& body : odd_bodies()) {
      std::size_t thrown_here = 0;
      for (const Part::Talk& talk : odd_talks(part.talks().front(), body)) {
        context.step("send a request or an answer with " + body.name + " through " + part.name());
        testing::Outcome outcome;
        if (const auto escaped = barrier([&] { outcome = part.run(talk); }))
          return findings.fail(part.name() + " throws where the host cannot expect it, with " + body.name + ": " + *escaped);
        for (const Error& error : outcome.client.errors) {
          if (error.code != "module_fault") continue;
          ++thrown_here;
          if (error.message.find(without_text) != std::string::npos)
            findings.warn(part.name() + " throws what is no std::exception, with " + body.name + ": the client is told nothing of use");
        }
      }
      if (thrown_here == 0) continue;
      thrown_so_far += thrown_here;
      context.step("send sound requests through " + part.name() + " after it threw");
      std::string now;
      const auto thrown = barrier([&] { now = sound_transcript(part); });
      if (thrown || now != expected)
        return findings.fail("after " + part.name() + " threw, with " + body.name + ", it makes something else of a sound request");
    }
  });
  if (thrown_so_far > 0)
    findings.good("it threw " + std::to_string(thrown_so_far) + " times, and served the next request each time as before");
  else if (parts > 0)
    findings.good("no odd body made it throw");
  return findings.result();
}

}  // namespace patchbay::plugins::validator
