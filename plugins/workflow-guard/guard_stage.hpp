#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "deny_list.hpp"
#include "guard_config.hpp"
#include "limits.hpp"
#include "patchbay/module.hpp"
#include "structured_output.hpp"

namespace patchbay::guard {

/// What a module's stages share. [request: concurrent]
struct Guards {
  Guards(const GuardConfig& config, const Host& host, std::vector<config::Fault>& faults)
      : config(config),
        host(host),
        prompt(config.prompt, "/prompt", faults),
        answer(config.answer, "/answer", faults),
        limits(config.limits, faults) {}

  const GuardConfig& config;
  const Host& host;
  const DenyList prompt;
  const DenyList answer;
  const Limits limits;
};

/// Checks one exchange: the request by limits, deny list and judge, in this order, then the answer. [connection: one thread]
class GuardStage final : public Stage {
 public:
  GuardStage(const Guards& guards, std::string_view request_id) : guards_(guards), request_id_(request_id) {}

  Flow request(Request& request, Downstream& back) override;
  Flow reply(HttpReply&& reply, Request& request, Downstream& back) override;
  void response(Response&& response, Downstream& back) override;
  void event(Event&& event, Downstream& back) override;
  void end(Downstream& back) override;

 private:
  Flow refuse(Error&& error, Downstream& back) const;
  void cut_off(Error&& error, Downstream& back);
  [[nodiscard]] std::optional<std::string> broken_by(const message_text::EventTexts& texts);
  void release(Downstream& back);

  const Guards& guards_;
  std::string request_id_;
  std::string protocol_;
  std::optional<OutputCheck> output_;
  std::map<message_text::Place, DenyWatch> watches_;
  std::vector<Event> held_;  // from the end of a text on: the answer must not look complete before it is checked
  bool cut_ = false;
};

}  // namespace patchbay::guard
