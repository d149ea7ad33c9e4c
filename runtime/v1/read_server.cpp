#include "v1/reader.hpp"
#include "v1/references.hpp"

namespace patchbay::v1 {

namespace {

void read_words(const Node& list, std::vector<std::string>& into) {
  if (!list.is_array()) return;
  into.clear();
  list.elements([&](const Node& word) {
    if (std::string text = word.text(); !text.empty()) into.push_back(std::move(text));
  });
}

void add_words(const Node& list, std::vector<std::string>& into) {
  std::vector<std::string> more;
  read_words(list, more);
  into.insert(into.end(), more.begin(), more.end());
}

}  // namespace

void read_server(const Reading& reading, const Node& server) {
  Server& into = reading.into.server;
  const Node port = server["port"];
  if (const std::optional<std::uint64_t> number = port.count(); number && into.port == 0) {
    into.port = *number;
    into.pointer = port.pointer();
  }
  const Node host = server.any({"host", "hostname"});
  if (const std::string name = host.text(); into.host.empty()) into.host = name;
  const Node key = server.any({"apikey", "apiKey"});
  if (!key.is_text() || !into.api_key.empty()) return;
  const std::string text = key.text();
  const std::optional<std::string> reference = environment_reference(text);
  if (reference && !reference->ends_with(":}")) into.api_key = *reference;
  if (reference && reference->ends_with(":}"))
    reading.note(Fate::defaulted, key,
                 "clients need no key; set [server] api_keys = [\"${" + variable_of(*reference) + "}\"] to ask for one");
  if (reference || text.empty()) return;
  into.api_key = "${PATCHBAY_API_KEY}";
  reading.into.secrets["PATCHBAY_API_KEY"] = text;
  reading.note(Fate::mapped, key, "the key itself stays out of the TOML: put it into PATCHBAY_API_KEY");
}

void read_classification(const Reading& reading, const Node& classifier) {
  config::ClassificationSettings& into = reading.into.classification;
  const Node threshold = classifier["longContextThresholdTokens"];
  const Node decision = classifier["routingDecisions"].any({"longContext", "longcontext"})["tokenThreshold"];
  for (const Node& tokens : {decision, threshold})
    if (const std::optional<std::uint64_t> number = tokens.count(); number && *number > 0) into.longcontext_tokens = *number;
  if (threshold || decision)
    reading.note(Fate::changed, threshold ? threshold : decision, "tokens are estimated as a quarter of the request's bytes");
  read_words(classifier["thinkingKeywords"], into.thinking_keywords);
  read_words(classifier["codingKeywords"], into.coding_keywords);
  read_words(classifier["backgroundKeywords"], into.background_keywords);
  if (const Node words = classifier["visionKeywords"]) {
    words.use();
    reading.note(Fate::changed, words, "a request is `vision` for its images, not for its words");
  }
  const Node patterns = classifier["protocolHandlers"]["openai"]["toolDetector"]["patterns"];
  read_words(patterns["webSearch"], into.websearch_tools);
  if (patterns["codeExecution"] || patterns["fileSearch"]) into.coding_tools.clear();
  add_words(patterns["codeExecution"], into.coding_tools);
  add_words(patterns["fileSearch"], into.coding_tools);
}

}  // namespace patchbay::v1
