#include <boost/describe/enum.hpp>

#include "message-text/texts.hpp"
#include "patchbay/plugin.hpp"
#include "placement.hpp"
#include "template_text.hpp"
#include "variables.hpp"

namespace patchbay::prompt_template {

BOOST_DESCRIBE_ENUM(Position, front, behind, instead)

namespace {

constexpr const char* manual =
    R"md(Puts instructions of yours before, behind, or in place of those of the client, with values of the request in them.

    [library.support-prompt]
    type = "workflow-prompt-template"

    [library.support-prompt.config]
    template = "support"                       # of every request,
    select = "header.x-prompt-template"        # unless the request names another one
    position = "front"
    remove = ["prompt_variables"]

    [library.support-prompt.config.templates]
    support = "You answer for {{company}}. The customer is {{customer}}."
    terse = "Answer {{customer}} in one sentence."

    [library.support-prompt.config.variables]
    company = { default = "ACME" }
    customer = { from = "body.prompt_variables.customer", pattern = "[\\w .'-]{1,80}" }

`{{name}}`, with or without spaces inside, is replaced by the variable of that name; `\{{` is written as two braces. Unlike in Mustache a value
goes in as it is, nothing is escaped for HTML, and braces in a value mean nothing; there are no sections. Text of a value is text
of your instructions: give what clients choose a narrow `pattern`.

A value comes from a field of the body, a header, or the model's name; numbers, lists and objects are written as JSON. The body is in the
provider's protocol already, if an llmSwitch converts: fields that it does not know get lost there, headers never do. Fields in `remove` are
taken out, so that no provider sees them. A request without a value that has no default, or with one that does not match, is a 400.

The instructions are messages of role `role` in Chat Completions (in Ollama's chat always `system`), `instructions` in Responses, `system` in Messages, `systemInstruction` in
Gemini. `instead` takes the client's own instructions out, also those among the turns. Counted tokens include the template; in Gemini only
if the request to count has a `generateContentRequest`.
)md";

struct Config {
  std::map<std::string, std::string> templates;
  std::string template_;
  std::string select;
  std::map<std::string, VariableConfig> variables;
  Position position = Position::front;
  std::string role = "system";
  std::vector<std::string> remove;

  static constexpr config::Doc docs[] = {
      {.field = "templates", .text = "Texts by name, with {{variables}}.", .required = true},
      {.field = "template", .text = "The template of a request that selects none; empty: it passes as it is."},
      {.field = "select", .text = "Where a request names its template: `body.DOTTED.PATH`, `header.NAME` or `model`."},
      {.field = "variables", .text = "Every variable of the templates, by name."},
      {.field = "position", .text = "Where the text goes: before the client's instructions, behind them, or in their place."},
      {.field = "role", .text = "Who says it in Chat Completions.", .choices = "system|developer"},
      {.field = "remove", .text = "Top-level fields of the body that are taken out afterwards."},
  };
};
BOOST_DESCRIBE_STRUCT(Config, (), (templates, template_, select, variables, position, role, remove))

Error refusal(std::string message) {
  return {
      .kind = ErrorKind::invalid_request, .message = std::move(message), .code = "prompt_template", .source = "workflow-prompt-template"};
}

class PromptTemplate final : public Transform {
 public:
  using Config = prompt_template::Config;
  PromptTemplate(Config config, const Host&);

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override;

  bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const override {
    return client_protocol == provider_protocol && message_text::knows(provider_protocol);
  }

  /// Changes a request. False if it cannot be served; `refused` tells why. [request: concurrent]
  bool apply(Request& request, std::string& refused) const;

 private:
  /// The template of a request, null for none; empty `refused` if that is right.
  [[nodiscard]] const TemplateText* choose(const Request& request, std::string& refused) const;

  const Config config_;
  std::map<std::string, TemplateText> templates_;
  std::map<std::string, Variable> variables_;
};

class PromptTemplateStage final : public Stage {
 public:
  explicit PromptTemplateStage(const PromptTemplate& module) : module_(module) {}

  Flow request(Request& request, Downstream& back) override {
    std::string refused;
    if (module_.apply(request, refused)) return Forward{};
    back.error(refusal(std::move(refused)));
    return Answered{};
  }

 private:
  const PromptTemplate& module_;  // outlives its stages
};

std::string names_of(const std::map<std::string, TemplateText>& templates) {
  std::string names;
  for (const auto& one : templates) names.append(names.empty() ? "" : ", ").append(one.first);
  return names;
}

PromptTemplate::PromptTemplate(Config config, const Host&) : config_(std::move(config)) {
  std::vector<config::Fault> faults;
  std::vector<std::string> known;
  for (const auto& [name, variable] : config_.variables) {
    known.push_back(name);
    variables_.emplace(std::piecewise_construct, std::forward_as_tuple(name),
                       std::forward_as_tuple(variable, "/variables/" + name, faults));
  }
  for (const auto& [name, source] : config_.templates) {
    try {
      const auto& text = templates_.emplace(name, source).first->second;
      for (const std::string& variable : text.names())
        if (!variables_.contains(variable))
          faults.push_back(
              {"/templates/" + name, "asks for {{" + variable + "}}, which 'variables' does not have", config::nearest(variable, known)});
    } catch (const std::invalid_argument& fault) {
      faults.push_back({"/templates/" + name, fault.what()});
    }
  }
  if (config_.templates.empty()) faults.push_back({"/templates", "there is none"});
  if (!config_.template_.empty() && !config_.templates.contains(config_.template_))
    faults.push_back({"/template", "there is no template '" + config_.template_ + "'"});
  if (config_.template_.empty() && config_.select.empty()) faults.push_back({"", "name a 'template', or say where requests 'select' one"});
  if (!config_.select.empty() && !is_source(config_.select))
    faults.push_back({"/select", "is '" + config_.select + "'; write body.DOTTED.PATH, header.NAME or model"});
  if (!faults.empty()) throw config::Error(std::move(faults));
}

std::unique_ptr<Stage> PromptTemplate::connect(const ConnectionInfo& info) const {
  if (info.operation == Operation::embed) return nullptr;
  return std::make_unique<PromptTemplateStage>(*this);
}

const TemplateText* PromptTemplate::choose(const Request& request, std::string& refused) const {
  std::optional<std::string> name;
  if (!config_.select.empty()) name = value_at(config_.select, request);
  if (!name && !config_.template_.empty()) name = config_.template_;
  if (!name) return nullptr;
  const auto found = templates_.find(*name);
  if (found != templates_.end()) return &found->second;
  refused = "there is no prompt template '" + *name + "'; there are " + names_of(templates_);
  return nullptr;
}

bool PromptTemplate::apply(Request& request, std::string& refused) const {
  const TemplateText* const chosen = choose(request, refused);
  if (!refused.empty()) return false;
  std::string text;
  if (chosen != nullptr)
    text = chosen->render([&](const std::string& name) {
      std::string why;
      std::string value = variables_.at(name).value(request, why);
      if (!why.empty()) refused += (refused.empty() ? "" : "; ") + ("the prompt's variable '" + name + "': " + why);
      return value;
    });
  if (!refused.empty()) return false;
  const boost::json::value& body = request.body.read();
  if (!body.is_object()) return true;  // the provider's to refuse
  const bool removes = std::any_of(config_.remove.begin(), config_.remove.end(),
                                   [&](const std::string& field) { return body.get_object().contains(field); });
  if (chosen == nullptr && !removes) return true;
  boost::json::object& edited = request.body.edit().get_object();
  const bool can_be_told =
      request.operation != Operation::count_tokens || request.protocol != protocols::gemini || edited.contains("generateContentRequest");
  if (chosen != nullptr && can_be_told) place(edited, request.protocol, text, config_.position, config_.role);
  for (const std::string& field : config_.remove) edited.erase(field);
  return true;
}

}  // namespace

}  // namespace patchbay::prompt_template

PATCHBAY_PLUGIN("dev.patchbay.workflow-prompt-template", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::prompt_template::PromptTemplate>(patchbay::ModuleKind::workflow, "workflow-prompt-template",
                                                                            "Adds named instructions with values of the request",
                                                                            "experimental", patchbay::prompt_template::manual))
