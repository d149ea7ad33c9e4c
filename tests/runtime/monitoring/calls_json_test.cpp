#include "monitoring/calls_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace patchbay::monitoring {
namespace {

CallNotes call() {
  CallNotes notes;
  notes.method = "POST";
  notes.url = "http://provider.test/v1/chat/completions";
  notes.headers = {{"x-a", "1"}, {"x-a", "2"}};
  notes.body = "{}";
  notes.status = 200;
  notes.reply_headers = {{"content-type", "application/json"}};
  notes.reply = R"({"ok":true})";
  notes.complete = true;
  return notes;
}

TEST(CallsJson, ACallComesBackAsItWas) {
  const CallNotes read = read_calls(describe(std::vector{call()})).at(0);
  EXPECT_EQ(read.method, "POST");
  EXPECT_EQ(read.url, call().url);
  EXPECT_EQ(read.headers.size(), 2u);
  EXPECT_EQ(read.headers.find("X-A"), "1");
  EXPECT_EQ(read.body, "{}");
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.reply_headers.find("content-type"), "application/json");
  EXPECT_EQ(read.reply, R"({"ok":true})");
  EXPECT_TRUE(read.complete);
  EXPECT_FALSE(read.cut);
}

TEST(CallsJson, SoDoesAFailure) {
  CallNotes failed;
  failed.method = "POST";
  failed.failure = "reset";
  failed.failure_message = "the connection broke";
  failed.cut = true;
  const CallNotes read = read_calls(describe(std::vector{failed})).at(0);
  EXPECT_EQ(read.status, 0);
  EXPECT_EQ(read.failure, "reset");
  EXPECT_EQ(read.failure_message, "the connection broke");
  EXPECT_FALSE(read.complete);
  EXPECT_TRUE(read.cut);
}

TEST(CallsJson, WhatIsNoCallIsRefused) {
  EXPECT_ANY_THROW((void)read_calls(boost::json::parse(R"([{"method":"POST"}])")));
  EXPECT_ANY_THROW((void)read_headers(boost::json::parse(R"([["only a name"]])")));
}

}  // namespace
}  // namespace patchbay::monitoring
