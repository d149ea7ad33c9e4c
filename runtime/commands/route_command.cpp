#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

#include "commands/ask_host.hpp"
#include "commands/assemble_file.hpp"
#include "commands/cli.hpp"
#include "patchbay/plain_json.hpp"
#include "pipeline/route_report.hpp"

namespace patchbay::commands {

namespace {

std::optional<std::string> read_body(const std::string& file) {
  if (file == "-") return std::string{std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

Operation operation_of(const std::string& name) {
  for (const Operation operation : {Operation::embed, Operation::count_tokens})
    if (name_of(operation) == name) return operation;
  return Operation::generate;
}

int complain(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return Exit::bad_input;
}

/// Name and value of "Name: value"; no name if it is none.
std::pair<std::string, std::string> split_header(const std::string& header) {
  const std::size_t colon = header.find(':');
  if (colon == std::string::npos) return {};
  return {header.substr(0, colon), header.substr(std::min(header.find_first_not_of(" \t", colon + 1), header.size()))};
}

/// Asks a running host.
int explain_live_route(const ExplainOptions& options, std::string body) {
  boost::json::object headers;
  for (const std::string& header : options.headers) {
    const auto [name, value] = split_header(header);
    headers[name] = value;
  }
  boost::json::object wanted{
      {"protocol", options.protocol}, {"operation", options.operation}, {"model", options.model}, {"headers", std::move(headers)}};
  boost::json::error_code malformed;
  wanted["body"] = boost::json::parse(body, malformed);
  if (malformed) return complain("the body file is not JSON: " + malformed.message());
  return print_reply(ask_host(options.admin, {"POST", options.json ? "/admin/routes/explain" : "/admin/routes/explain?format=text",
                                              boost::json::serialize(wanted)}));
}

}  // namespace

int explain_route(const ExplainOptions& options) {
  std::string body = boost::json::serialize(options.model.empty() ? boost::json::object{} : boost::json::object{{"model", options.model}});
  if (!options.body_file.empty()) {
    std::optional<std::string> text = read_body(options.body_file);
    if (!text) return complain("cannot read the body file '" + options.body_file + "'");
    body = std::move(*text);
  }
  for (const std::string& header : options.headers)
    if (split_header(header).first.empty()) return complain("--header takes 'Name: value', not '" + header + "'");
  if (options.file.empty()) return explain_live_route(options, std::move(body));

  const AssembledFile file = assemble_file(options.file);
  if (!file.assembly) {
    for (const config::Diagnostic& one : file.diagnostics) std::fprintf(stderr, "%s\n", to_string(one).c_str());
    return Exit::bad_input;
  }
  Request request;
  request.protocol = options.protocol;
  request.operation = operation_of(options.operation);
  if (!options.model.empty()) request.set_model(options.model);
  for (const std::string& header : options.headers) {
    auto [name, value] = split_header(header);
    request.headers.add(std::move(name), std::move(value));
  }
  request.body = Document(std::move(body));

  const boost::json::value explanation = pipeline::explain_route(*file.assembly, request);
  std::fputs((options.json ? plain_json(explanation) + "\n" : pipeline::explanation_text(explanation)).c_str(), stdout);
  return explanation.at("route").is_null() ? Exit::failure : Exit::success;
}

}  // namespace patchbay::commands
