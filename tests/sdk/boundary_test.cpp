// The virtual functions that host and plugin call across the boundary, by their place in the table. The stamp sees the sizes of data only:
// whoever makes one of these tests fail raises PATCHBAY_SDK_ABI, so that plugins of before are refused instead of calling the wrong
// function.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>

#include "patchbay/abi.h"
#include "patchbay/hook.hpp"
#include "patchbay/module.hpp"

namespace patchbay {
namespace {

/// A pointer to a virtual member function is one more than its offset in the table (Itanium C++ ABI, section 2.3.1).
template <class Function>
std::size_t slot(Function function) {
  std::size_t offset = 0;
  std::memcpy(&offset, &function, sizeof offset);
  return (offset - 1) / sizeof(void*);
}

/// Adds a function of its own, whose place says how many there were.
template <class Base>
struct Longer : Base {
  virtual void next() {}

 protected:
  ~Longer() = default;
};
template <class Base>
std::size_t size_of_table() {
  return slot(&Longer<Base>::next);
}

TEST(Boundary, OfTheHost) {
  EXPECT_EQ(slot(&Host::log), 0u);
  EXPECT_EQ(slot(&Host::now), 1u);
  EXPECT_EQ(slot(&Host::wall_time), 2u);
  EXPECT_EQ(slot(&Host::open_lines), 3u);
  EXPECT_EQ(size_of_table<Host>(), 4u);
}

TEST(Boundary, OfHooks) {
  EXPECT_EQ(slot(&Hook::wants), 3u);
  EXPECT_EQ(slot(&Hook::on), 4u);
  EXPECT_EQ(size_of_table<Hook>(), 5u);
}

TEST(Boundary, OfLineFiles) {
  EXPECT_EQ(slot(&LineFile::write), 2u);
  EXPECT_EQ(size_of_table<LineFile>(), 3u);
}

TEST(Boundary, OfModules) {  // destructors take two places
  EXPECT_EQ(slot(&Module::self_check), 2u);
  EXPECT_EQ(size_of_table<Module>(), 3u);
}

TEST(Boundary, OfTransforms) {
  EXPECT_EQ(slot(&Transform::connect), 3u);
  EXPECT_EQ(slot(&Transform::bridges), 4u);
  EXPECT_EQ(slot(&Transform::answers), 5u);
  EXPECT_EQ(size_of_table<Transform>(), 6u);
}

TEST(Boundary, OfProviders) {
  EXPECT_EQ(slot(&Provider::protocol), 3u);
  EXPECT_EQ(slot(&Provider::serves), 4u);
  EXPECT_EQ(slot(&Provider::credentials), 5u);
  EXPECT_EQ(slot(&Provider::describe), 6u);
  EXPECT_EQ(slot(&Provider::explain), 7u);
  EXPECT_EQ(slot(&Provider::role), 8u);
  EXPECT_EQ(slot(&Provider::models), 9u);
  EXPECT_EQ(slot(&Provider::usage), 10u);
  EXPECT_EQ(size_of_table<Provider>(), 11u);
}

TEST(Boundary, OfStages) {
  EXPECT_EQ(slot(&Stage::request), 2u);
  EXPECT_EQ(slot(&Stage::reply), 3u);
  EXPECT_EQ(slot(&Stage::response), 4u);
  EXPECT_EQ(slot(&Stage::event), 5u);
  EXPECT_EQ(slot(&Stage::end), 6u);
  EXPECT_EQ(slot(&Stage::error), 7u);
  EXPECT_EQ(size_of_table<Stage>(), 8u);
}

TEST(Boundary, OfTheWayBack) {
  EXPECT_EQ(slot(&Downstream::response), 0u);
  EXPECT_EQ(slot(&Downstream::event), 1u);
  EXPECT_EQ(slot(&Downstream::end), 2u);
  EXPECT_EQ(slot(&Downstream::error), 3u);
  EXPECT_EQ(slot(&Downstream::lost), 4u);
  EXPECT_EQ(size_of_table<Downstream>(), 5u);
}

}  // namespace
}  // namespace patchbay
