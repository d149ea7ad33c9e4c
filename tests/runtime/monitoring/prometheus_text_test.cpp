#include "monitoring/prometheus_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace patchbay::monitoring {
namespace {

struct Page : ::testing::Test {
  std::string text_after_head() {
    const std::string page = text.take();
    return page.substr(page.find('\n', page.find("# TYPE")) + 1);
  }
  PrometheusText text;
};

TEST_F(Page, AMetricHasAHeadAndSamples) {
  text.metric("a_total", "counter", "How many.");
  text.sample({}, std::uint64_t{3});
  EXPECT_EQ(text.take(), "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n");
}

TEST_F(Page, LabelsAreQuotedAndEscaped) {
  text.metric("a", "gauge", "");
  text.sample({{"x", "say \"hi\"\\\n"}, {"y", "2"}}, std::uint64_t{1});
  EXPECT_EQ(text_after_head(), "a{x=\"say \\\"hi\\\"\\\\\\n\",y=\"2\"} 1\n");
}

TEST_F(Page, RealNumbersAreAsShortAsTheyCanBe) {
  text.metric("a", "gauge", "");
  text.sample({}, 0.1);
  text.sample({}, std::numeric_limits<double>::infinity());
  text.sample({}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(text_after_head(), "a 0.1\na +Inf\na NaN\n");
}

TEST_F(Page, AHistogramIsCumulative) {
  constexpr std::array bounds{0.5, 1.0};
  constexpr std::array<std::uint64_t, 3> counts{2, 0, 1};
  text.metric("a", "histogram", "");
  text.histogram({{"x", "1"}}, bounds, counts, 3.25);
  EXPECT_EQ(text_after_head(),
            "a_bucket{x=\"1\",le=\"0.5\"} 2\na_bucket{x=\"1\",le=\"1\"} 2\na_bucket{x=\"1\",le=\"+Inf\"} 3\na_sum{x=\"1\"} "
            "3.25\na_count{x=\"1\"} 3\n");
}

}  // namespace
}  // namespace patchbay::monitoring
