// A stream is asked for its usage in the place of a client that did not, and what comes of it is told from the answer.

#include <ostream>
#include <string>
#include <string_view>

#include "fixture.hpp"
#include "patchbay/usage_on_request.hpp"

namespace patchbay {
namespace {

class UsageRequest : public OpenAi {
 protected:
  /// What goes out for a body, and whether it asks for what the client did not.
  struct Asked {
    std::string body;
    bool for_the_host = false;
    friend bool operator==(const Asked&, const Asked&) = default;
    friend void PrintTo(const Asked& asked, std::ostream* out) { *out << asked.body << (asked.for_the_host ? " for the host" : ""); }
  };

  Asked asked(std::string body, std::string_view config = "{}") const {
    const auto provider = make(config);
    HttpCall described = call(*provider, testing::chat_request(std::move(body)));
    const bool for_the_host = dynamic_cast<const UsageOnRequest&>(*provider).ask_for_usage(described);
    return {std::move(described.body), for_the_host};
  }

  void leaves_alone(const std::string& body, std::string_view config = "{}") const { EXPECT_EQ(asked(body, config), (Asked{body, false})); }

  bool is_usage_only(std::string_view data) const {
    const auto provider = make();
    return dynamic_cast<const UsageOnRequest&>(*provider).is_usage_only({}, data);
  }
};

TEST_F(UsageRequest, IsAddedAtTheEndOfAStreamedRequest) {
  EXPECT_EQ(asked(R"({"model":"m","stream":true})"),
            (Asked{R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})", true}));
}

TEST_F(UsageRequest, LeavesEveryOtherByteAsItCame) {
  EXPECT_EQ(
      asked(" { \"stream\" : true,\n \"seed\": 1e2, \"x\":[1.50,{\"stream_options\":1}] } \n"),
      (Asked{" { \"stream\" : true,\n \"seed\": 1e2, \"x\":[1.50,{\"stream_options\":1}] ,\"stream_options\":{\"include_usage\":true}} \n",
             true}));
}

TEST_F(UsageRequest, DoesNotMoveABodyThatHasRoom) {
  std::string body = R"({"stream":true,"messages":")" + std::string(100'000, 'x') + "\"}";
  body.reserve(body.size() + 64);
  const auto provider = make();
  HttpCall described = call(*provider, testing::chat_request(std::move(body)));
  const char* const before = described.body.data();
  EXPECT_TRUE(dynamic_cast<const UsageOnRequest&>(*provider).ask_for_usage(described));
  EXPECT_EQ(described.body.data(), before);
}

TEST_F(UsageRequest, DoesNotMoveABodyInWhichTheModelWasReplaced) {
  const auto provider = make(R"({"model":"another"})");
  HttpCall described =
      call(*provider, testing::chat_request(R"({"stream":true,"model":"m","messages":")" + std::string(100'000, 'x') + "\"}"));
  const char* const before = described.body.data();
  EXPECT_TRUE(dynamic_cast<const UsageOnRequest&>(*provider).ask_for_usage(described));
  EXPECT_EQ(described.body.data(), before);
}

TEST_F(UsageRequest, IsPutIntoOptionsThatAreEmpty) {
  EXPECT_EQ(asked(R"({"stream":true,"stream_options":{}})"), (Asked{R"({"stream":true,"stream_options":{"include_usage":true}})", true}));
  EXPECT_EQ(asked(R"({"stream":true,"stream_options":{ } })"),
            (Asked{R"({"stream":true,"stream_options":{"include_usage":true } })", true}));
}

TEST_F(UsageRequest, IsPutBeforeOtherOptions) {
  EXPECT_EQ(asked(R"({"stream_options":{"include_obfuscation":false},"stream":true})"),
            (Asked{R"({"stream_options":{"include_usage":true,"include_obfuscation":false},"stream":true})", true}));
}

TEST_F(UsageRequest, TakesThePlaceOfAClientsNo) {
  EXPECT_EQ(asked(R"({"stream":true,"stream_options":{"include_usage":false,"a":1}})"),
            (Asked{R"({"stream":true,"stream_options":{"include_usage":true,"a":1}})", true}));
}

TEST_F(UsageRequest, TakesThePlaceOfNothing) {
  EXPECT_EQ(asked(R"({"stream":true,"stream_options":null})"), (Asked{R"({"stream":true,"stream_options":{"include_usage":true}})", true}));
  EXPECT_EQ(asked(R"({"stream":true,"stream_options":{"include_usage":null}})"),
            (Asked{R"({"stream":true,"stream_options":{"include_usage":true}})", true}));
}

TEST_F(UsageRequest, IsNotMadeAgain) { leaves_alone(R"({"stream":true,"stream_options":{"include_usage":true}})"); }

TEST_F(UsageRequest, SeesKeysThatAreWrittenWithEscapes) {
  leaves_alone(R"({"stream":true,"stream\u005foptions":{"include\u005fusage":true}})");
  EXPECT_EQ(asked(R"({"str\u0065am":true,"stream_options":{"include\u005fusage":false}})"),
            (Asked{R"({"str\u0065am":true,"stream_options":{"include\u005fusage":true}})", true}));
}

TEST_F(UsageRequest, OfRepeatedKeysTheLastCounts) {
  leaves_alone(R"({"stream":true,"stream_options":{},"stream_options":{"include_usage":false,"include_usage":true}})");
  leaves_alone(R"({"stream":true,"stream":false})");
}

TEST_F(UsageRequest, IsOnlyForStreams) {
  leaves_alone(R"({"model":"m"})");
  leaves_alone(R"({"model":"m","stream":false})");
  leaves_alone("{}");
}

TEST_F(UsageRequest, LeavesWhatIsWrongToTheProvider) {
  leaves_alone(R"({"stream":true,"stream_options":"usage"})");
  leaves_alone(R"({"stream":true,"stream_options":["include_usage"]})");
  leaves_alone(R"({"stream":true,"stream_options":{"include_usage":"yes"}})");
  leaves_alone(R"({"stream":true,"stream_options":{"include_usage" true}})");
  leaves_alone(R"({"stream":true)");
  leaves_alone(R"({"stream":true}})");
  leaves_alone(R"(["stream",true])");
  leaves_alone("");
}

TEST_F(UsageRequest, CanBeTurnedOff) { leaves_alone(R"({"stream":true})", R"({"ask_usage":false})"); }

TEST_F(UsageRequest, IsNotMadeOfVendorsThatRefuseIt) {
  leaves_alone(R"({"stream":true})", R"({"base_url":"https://api.mistral.ai/v1","api_keys":["k"]})");
  leaves_alone(R"({"stream":true})", R"({"base_url":"https://my.cloud.databricks.com/serving-endpoints","api_keys":["k"]})");
}

TEST_F(UsageRequest, IsNotMadeAgainOfAnApiThatRefusedIt) {
  const auto provider = make();
  const auto& teller = dynamic_cast<const UsageOnRequest&>(*provider);
  const auto asks = [&] {
    HttpCall described = call(*provider, testing::chat_request(R"({"stream":true})"));
    return teller.ask_for_usage(described);
  };
  teller.usage_refused(400, R"({"error":{"message":"model 'm' does not exist"}})");
  teller.usage_refused(503, R"({"error":{"message":"stream_options"}})");
  EXPECT_TRUE(asks());
  teller.usage_refused(422,
                       R"({"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]})");
  EXPECT_FALSE(asks());
}

TEST_F(UsageRequest, IsNotMadeOfAzureWhereItWouldRefuse) {
  const auto azure = [](std::string_view version) {
    return R"({"style":"azure","base_url":"https://me.openai.azure.com","api_keys":["k"],"api_version":")" + std::string(version) + "\"}";
  };
  leaves_alone(R"({"model":"m","stream":true})", azure("2024-06-01"));
  leaves_alone(R"({"model":"m","stream":true})", azure("2024-08-01-preview"));
  leaves_alone(R"({"model":"m","data_sources":[],"stream":true})", azure("2024-10-21"));
  EXPECT_TRUE(asked(R"({"model":"m","data_sources":[],"stream":true})").for_the_host) << "nobody else refuses that";
  EXPECT_TRUE(asked(R"({"model":"m","stream":true})", azure("2024-09-01-preview")).for_the_host);
  EXPECT_TRUE(asked(R"({"model":"m","stream":true})", azure("2024-10-21")).for_the_host);
}

TEST_F(UsageRequest, IsAnsweredByAChunkWithoutChoices) {
  EXPECT_TRUE(is_usage_only(R"({"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}})"));
  EXPECT_TRUE(is_usage_only(R"({"usage":{"prompt_tokens":0},"choices":[ ]})"));
  EXPECT_TRUE(is_usage_only(R"({"choices":null,"usage":{"prompt_tokens":1}})"));  // vLLM
  EXPECT_TRUE(is_usage_only(R"({"usage":{"prompt_tokens":1}})"));
}

TEST_F(UsageRequest, IsNotAnsweredByAChunkThatHasSomethingElse) {
  EXPECT_FALSE(is_usage_only(R"({"choices":[{"delta":{"role":"assistant"}}],"usage":{"prompt_tokens":1}})"));
  EXPECT_FALSE(is_usage_only(R"({"choices":[{"delta":{"content":"\"usage\":{}"}}]})"));
  EXPECT_FALSE(is_usage_only(R"({"choices":[],"prompt_filter_results":[{"prompt_index":0}]})"));  // Azure's first
  EXPECT_FALSE(is_usage_only(R"({"choices":[],"prompt_filter_results":[{"prompt_index":0}],"usage":null})"));
  EXPECT_FALSE(is_usage_only(R"({"object":"ping"})"));
}

}  // namespace
}  // namespace patchbay
