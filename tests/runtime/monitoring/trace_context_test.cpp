#include "monitoring/trace_context.hpp"

#include <gtest/gtest.h>

#include <set>

namespace patchbay::monitoring {
namespace {

constexpr const char* example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";  // of the specification

TEST(Traceparent, IsReadAndWritten) {
  const auto context = parse_traceparent(example);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->parent, "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(write_traceparent(*context, context->parent), example);
}

TEST(Traceparent, SaysThatNobodySamples) {
  EXPECT_FALSE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")->sampled);
}

TEST(Traceparent, OfAVersionToComeMayHaveMore) {
  EXPECT_TRUE(parse_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes"));
}

class Malformed : public ::testing::TestWithParam<const char*> {};

TEST_P(Malformed, IsNone) { EXPECT_FALSE(parse_traceparent(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Traceparent, Malformed,
                         ::testing::Values("", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                                           "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                                           "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01"));

TEST(TraceIds, AreNewEachTime) {
  std::set<std::string> ids;
  for (int i = 0; i < 1'000; ++i) ids.insert(make_trace_id());
  EXPECT_EQ(ids.size(), 1'000u);
  EXPECT_EQ(ids.begin()->size(), 32u);
  EXPECT_EQ(make_span_id().size(), 16u);
}

TEST(Sampling, TakesItsShareByTheId) {
  int sampled = 0;
  for (int i = 0; i < 10'000; ++i) sampled += is_sampled(make_trace_id(), 0.3) ? 1 : 0;
  EXPECT_NEAR(sampled, 3'000, 300);  // six standard deviations
  EXPECT_EQ(is_sampled("4bf92f3577b34da6a3ce929d0e0e4736", 0.2), is_sampled("4bf92f3577b34da6a3ce929d0e0e4736", 0.2));
}

TEST(Sampling, AllAndNone) {
  EXPECT_TRUE(is_sampled("4bf92f3577b34da6a3ffffffffffffff", 1.0));
  EXPECT_FALSE(is_sampled("4bf92f3577b34da6a300000000000000", 0.0));
}

}  // namespace
}  // namespace patchbay::monitoring
