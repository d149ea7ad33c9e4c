// The loaded plugin `throwing` in a chain: whatever it throws, and wherever, fails one request and harms no other.

#include <gmock/gmock.h>

#include <boost/json/object.hpp>

#include "../pipeline/fake_client.hpp"
#include "../pipeline/fake_modules.hpp"
#include "gallery.hpp"
#include "pipeline/stage_chain.hpp"
#include "plugins/host_services.hpp"

namespace patchbay::plugins {
namespace {

using pipeline::Instance;
using pipeline::StageChain;
using pipeline::testing::FakeClient;
using ::testing::ElementsAre;

struct Throw {
  std::string where;
  std::string what;
  std::string said;
};
std::ostream& operator<<(std::ostream& stream, const Throw& thrown) { return stream << thrown.where << " " << thrown.what; }

struct LoadedStage : testing::WithStaging, ::testing::WithParamInterface<Throw> {
  std::unique_ptr<Instance> instance(boost::json::object config) {
    const auto plugin = load(testing::gallery_file("throwing"));
    auto made = std::make_unique<Instance>(
        pipeline::InstanceKey{"gallery-throwing", 1, "h"},
        pipeline::testing::factory("gallery-throwing", ModuleKind::workflow,
                                   [plugin](const auto& value) { return plugin->make(0, value, make_host_services("gallery-throwing")); }),
        config, 3);
    made->make();
    return made;
  }
};

/// One request through a chain of one stage, answered by the message that a test is about, else by an event and the end.
void pass(Instance& instance, FakeClient& client, const std::string& where) {
  StageChain chain(client);
  if (!chain.add(instance.use(), {})) return;
  Request request;
  const Flow flow = chain.request(0, request).value();
  if (std::holds_alternative<Ask>(flow)) (void)chain.reply(0, {}, request);
  if (where == "response") return chain.right_end().response(Response{Document(std::string("{}"))});
  if (where == "error") return chain.fail(Error{});
  if (where == "end") return chain.right_end().end();
  chain.right_end().event({"e", Document(std::string("{}"))});
  chain.right_end().end();
}

TEST_P(LoadedStage, ThatThrowsFailsItsRequestAndNoOther) {
  const auto throwing = instance({{"where", GetParam().where}, {"what", GetParam().what}});
  const auto sound = instance({});
  FakeClient failed;
  FakeClient served;

  pass(*throwing, failed, GetParam().where);
  pass(*sound, served, "nowhere");

  EXPECT_THAT(failed.log, ElementsAre("error internal module gallery-throwing failed: " + GetParam().said));
  EXPECT_THAT(served.log, ElementsAre("event e {}", "end"));
  EXPECT_EQ(throwing->counters().errors, 1u);
}

INSTANTIATE_TEST_SUITE_P(EveryMethod, LoadedStage,
                         ::testing::Values(Throw{"connect", "std", "thrown as configured"}, Throw{"request", "std", "thrown as configured"},
                                           Throw{"reply", "std", "thrown as configured"}, Throw{"response", "std", "thrown as configured"},
                                           Throw{"event", "std", "thrown as configured"}, Throw{"end", "std", "thrown as configured"},
                                           Throw{"error", "std", "thrown as configured"},
                                           Throw{"connect", "int", "something that is not a std::exception (int)"},
                                           Throw{"request", "int", "something that is not a std::exception (int)"},
                                           Throw{"event", "int", "something that is not a std::exception (int)"},
                                           Throw{"request", "config", "/where: thrown as configured"}),
                         [](const auto& info) { return info.param.where + "_" + info.param.what; });

}  // namespace
}  // namespace patchbay::plugins
