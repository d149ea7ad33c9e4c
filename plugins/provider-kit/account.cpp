#include "account.hpp"

#include "errors.hpp"

namespace patchbay::provider_kit {

namespace {

constexpr std::size_t room_for_more = 3;

/// Whether a header's value is better not repeated to anybody.
bool looks_secret(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  for (const std::string_view word : {"auth", "key", "token", "secret", "cookie"})
    if (name.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

Account::Account(const Settings& settings) : key_header_(settings.key_header) {
  for (std::size_t i = 0; i < settings.api_keys.size(); ++i)
    credentials_.push_back({"key" + std::to_string(i + 1), std::string(settings.key_prefix) + settings.api_keys[i]});
  headers_.add("Content-Type", "application/json");
  for (const Header& header : settings.fixed) headers_.add(header.name, header.value);
  for (const auto& [name, value] : settings.headers) headers_.set(name, value);

  secrets_.assign(settings.api_keys.begin(), settings.api_keys.end());
  for (const auto& [name, value] : settings.headers)
    if (looks_secret(name)) secrets_.push_back(value);
}

HttpCall Account::call(std::string url, const Credential& credential) const {
  HttpCall call;
  call.url = std::move(url);
  call.headers.reserve(headers_.size() + room_for_more);
  for (const Header& header : headers_) call.headers.add(header.name, header.value);
  if (!credential.secret.empty()) call.headers.add(key_header_, credential.secret);
  return call;
}

HttpCall Account::get(std::string url, const Credential& credential) const {
  HttpCall call = this->call(std::move(url), credential);
  call.method = "GET";
  call.headers.remove("content-type");
  call.framing = Framing::whole;
  return call;
}

void Account::scrub(Error& error) const { provider_kit::scrub(error, secrets_); }

LocalAnswer local_answer(int status, std::string body) {
  LocalAnswer answer;
  answer.status = status;
  answer.headers.add("content-type", "application/json");
  answer.pieces.push_back({std::chrono::milliseconds(0), std::move(body)});
  return answer;
}

}  // namespace patchbay::provider_kit
