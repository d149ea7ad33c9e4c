#include "doctor/key_check.hpp"

#include "upstream/blocking_client.hpp"

namespace patchbay::doctor {

namespace {

Finding judged(const std::string& subject, const std::string& which, const upstream::Reply& reply) {
  const std::string answer = which + " was answered with status " + std::to_string(reply.status);
  if (reply.status == 0) return {Level::warning, subject, which + " had no answer: " + reply.failure, "see what is said of the connection"};
  if (reply.status == 401 || reply.status == 403)
    return {Level::error, subject, answer + ": the key is refused", "replace the key, or let its vendor allow it what [probe] path asks"};
  if (reply.status >= 500) return {Level::warning, subject, answer, "the vendor's status page may know more"};
  if (reply.status >= 400)
    return {Level::note, subject, answer + ", which says nothing of the key",
            "name something that is there in [probe] path, such as /v1/models"};
  return {Level::ok, subject, answer + ": the key is accepted", {}};
}

}  // namespace

Findings examine_keys(const Destination& destination, const config::UpstreamSettings& settings, std::chrono::milliseconds timeout) {
  Findings findings;
  upstream::BlockingClient client(settings);
  for (std::size_t i = 0; i < destination.asks.size(); ++i) {
    HttpCall call = destination.asks[i];
    const std::string path = call.url.substr(destination.url.size());
    const std::string which = "GET " + path.substr(0, path.find('?')) + " with key " + std::to_string(i + 1);
    findings.push_back(judged(destination.url, which, client.call(std::move(call), timeout)));
  }
  return findings;
}

}  // namespace patchbay::doctor
