#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "patchbay/testing/chain.hpp"
#include "plugins/validator/context.hpp"
#include "plugins/validator/corpus.hpp"
#include "plugins/validator/result.hpp"

namespace patchbay::plugins::validator {

/// A module where it may stand: a transform between two protocols that it bridges, a provider with its own. Holds the instance.
/// Its const methods may be called from several threads at once.
class Part {
 public:
  Part(const ModuleInfo& info, std::shared_ptr<Module> module, std::string client, std::string provider);

  /// "workflow-shout", or "llmswitch-x between openai-chat and gemini".
  [[nodiscard]] std::string name() const;
  [[nodiscard]] const ModuleInfo& info() const { return info_; }
  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] const Transform* transform() const { return transform_; }
  [[nodiscard]] const Provider* provider() const { return provider_; }
  [[nodiscard]] const std::string& client_protocol() const { return client_; }
  [[nodiscard]] const std::string& provider_protocol() const { return right_; }

  [[nodiscard]] ConnectionInfo connection() const;
  [[nodiscard]] Request request(std::string body, bool stream) const;

  /// One request through a chain with this module in it, the upstream's answer in one piece or in those that `cut` makes of it.
  struct Talk {
    std::string request;
    std::string reply;
    std::vector<EventText> events;
    bool stream = false;
    std::size_t leave_after = patchbay::testing::Chain::never;
    std::function<std::vector<LocalAnswer::Piece>(const std::string&)> cut;
  };
  /// The talk of two dialogues: the client asks in its protocol, the provider answers in its own.
  [[nodiscard]] static Talk talk(const Dialogue& asked, const Dialogue& answered, bool stream);
  [[nodiscard]] patchbay::testing::Outcome run(const Talk& talk) const;

  /// A talk in which request and answer say a word of their own, in their texts and in their identifiers, so that a mix-up shows.
  [[nodiscard]] static Talk marked(Talk talk, const std::string& word);

  /// Every dialogue, whole and as a stream.
  [[nodiscard]] std::vector<Talk> talks() const;

 private:
  [[nodiscard]] patchbay::testing::Script script(const Talk& talk) const;

  const ModuleInfo& info_;
  std::shared_ptr<Module> module_;
  const Transform* transform_ = nullptr;
  const Provider* provider_ = nullptr;
  std::string client_;
  std::string right_;
};

/// A transcript for comparing: identifiers and numbers, which may be counted or tell the time, are all the same.
[[nodiscard]] std::string comparable(std::string_view transcript);

/// Goes through every module of a plugin in every place where it may stand; modules of kind hook stand nowhere. A module that cannot be
/// made is noted as skipped.
void each_part(Context& context, Findings& findings, const std::function<void(const Part&)>& use);

/// Goes through every module once, an llmSwitch between two protocols if it can.
void each_module(Context& context, Findings& findings, const std::function<void(const Part&)>& use);

}  // namespace patchbay::plugins::validator
