#pragma once

#include <optional>

#include "hub/codec.hpp"
#include "hub/whole.hpp"
#include "lowered_tools.hpp"
#include "patchbay/stage.hpp"

namespace patchbay::conversion {

/// What the operator chose.
struct Policy {
  Settings settings;
  bool strict = false;
  std::vector<std::string> strict_except;
};

/// One request that is converted on its way to the provider, and whose answer is converted on its way back. [connection: one thread]
class Conversion final : public Stage, private EventSink {
 public:
  /// `policy` and the codecs outlive the stage. `provider_counts`: the provider answers how many tokens a prompt has.
  Conversion(const Policy& policy, const Codec& client, const Codec& provider, Operation operation, bool provider_counts)
      : policy_(policy), client_(client), provider_(provider), operation_(operation), provider_counts_(provider_counts) {}

  Flow request(Request& request, Downstream& back) override;
  void response(Response&& response, Downstream& back) override;
  void event(Event&& event, Downstream& back) override;
  void end(Downstream& back) override;
  void error(Error&& error, Downstream& back) override;

 private:
  void emit(std::string_view name, std::string data) override;
  void lost(std::string_view part) override;
  Flow convert(Request& request, Downstream& back);
  Flow embed(Request& request, Downstream& back);
  /// False if a loss is one that the operator does not accept; the client then has the error.
  bool report(const Fidelity& fidelity, Downstream& back);
  /// How an answer is written depends on its request. Throws std::logic_error if there was none, which no host does.
  void expect_request() const;
  void answer(Answer&& answer, Downstream& back);
  /// Reports what the client's protocol has no place for.
  void report(const Answer& answer);
  /// Where the reader's events go: to the writer, or into a whole answer for a client that wants no stream.
  StreamSink& sink();
  void malformed_reply(const Malformed& fault, Downstream& back);

  const Policy& policy_;
  const Codec& client_;
  const Codec& provider_;
  const Operation operation_;
  const bool provider_counts_;

  ModelRequest request_;
  EmbedRequest embed_request_;
  std::string request_id_;
  std::optional<AnswerContext> context_;
  LoweredTools lowered_tools_;

  std::unique_ptr<StreamReader> reader_;
  std::unique_ptr<StreamWriter> writer_;
  std::optional<Aggregator> aggregator_;
  std::optional<RaisedCalls> raised_calls_;
  Downstream* back_ = nullptr;                // during a call
  std::vector<EventText>* ending_ = nullptr;  // while the end of a failed stream is written
  bool converted_ = false;                    // the request, so that an answer can be written
  bool failed_ = false;
};

}  // namespace patchbay::conversion
