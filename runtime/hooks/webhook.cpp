#include "hooks/webhook.hpp"

#include <stdexcept>

#include "hooks/hook_text.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::hooks {

Webhook::Webhook(std::string id, config::WebhookSettings settings) : id_(std::move(id)), settings_(std::move(settings)) {}

void Webhook::on(const HookEvent& event) const {
  gathered_.push_back(object_of(event));
  if (gathered_.size() >= settings_.batch) post();
}

std::optional<std::chrono::milliseconds> Webhook::settle() const {
  if (!gathered_.empty()) post();
  return std::nullopt;
}

void Webhook::post() const {
  HttpCall call;
  call.url = settings_.url;
  call.headers.set("Content-Type", "application/json");
  call.headers.set("User-Agent", "patchbay");
  for (const auto& [name, value] : settings_.headers) call.headers.set(name, value);
  call.body = plain_json(gathered_);
  const std::size_t count = std::exchange(gathered_, {}).size();
  if (!client_) client_ = std::make_unique<upstream::BlockingClient>();
  const upstream::Reply reply = client_->call(std::move(call), settings_.timeout);
  if (reply.ok()) {
    taken_ += count;
    return;
  }
  throw std::runtime_error("the webhook did not take " + std::to_string(count) +
                           " events: " + (reply.status == 0 ? reply.failure : "status " + std::to_string(reply.status)));
}

}  // namespace patchbay::hooks
