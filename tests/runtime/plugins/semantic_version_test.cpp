#include "plugins/semantic_version.hpp"

#include <gtest/gtest.h>

namespace patchbay::plugins {
namespace {

TEST(SemanticVersion, ComparesNumbersByValue) {
  EXPECT_TRUE(precedes("1.9.0", "1.10.0"));
  EXPECT_FALSE(precedes("1.10.0", "1.9.0"));
  EXPECT_TRUE(precedes("1.9.9", "2.0.0"));
}

TEST(SemanticVersion, DoesNotPrecedeItself) { EXPECT_FALSE(precedes("1.2.3", "1.2.3")); }

TEST(SemanticVersion, APreReleasePrecedesItsRelease) {
  EXPECT_TRUE(precedes("1.0.0-rc.1", "1.0.0"));
  EXPECT_FALSE(precedes("1.0.0", "1.0.0-rc.1"));
}

// The example of section 11.4 of the specification, in its order.
TEST(SemanticVersion, OrdersPreReleasesByTheirIdentifiers) {
  EXPECT_TRUE(precedes("1.0.0-alpha", "1.0.0-alpha.1"));
  EXPECT_TRUE(precedes("1.0.0-alpha.1", "1.0.0-alpha.beta"));
  EXPECT_TRUE(precedes("1.0.0-alpha.beta", "1.0.0-beta"));
  EXPECT_TRUE(precedes("1.0.0-beta", "1.0.0-beta.2"));
  EXPECT_TRUE(precedes("1.0.0-beta.2", "1.0.0-beta.11"));
  EXPECT_TRUE(precedes("1.0.0-beta.11", "1.0.0-rc.1"));
}

TEST(SemanticVersion, BuildMetadataDoesNotCount) {
  EXPECT_FALSE(precedes("1.0.0+1", "1.0.0+2"));
  EXPECT_TRUE(precedes("1.0.0+9", "1.0.1"));
}

}  // namespace
}  // namespace patchbay::plugins
