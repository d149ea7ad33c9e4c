#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "commands/assemble_file.hpp"
#include "commands/cli.hpp"
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

}  // namespace

int explain_route(const ExplainOptions& options) {
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
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0) return complain("--header takes 'Name: value', not '" + header + "'");
    const std::size_t value = std::min(header.find_first_not_of(" \t", colon + 1), header.size());
    request.headers.add(header.substr(0, colon), header.substr(value));
  }
  std::string body = boost::json::serialize(options.model.empty() ? boost::json::object{} : boost::json::object{{"model", options.model}});
  if (!options.body_file.empty()) {
    std::optional<std::string> text = read_body(options.body_file);
    if (!text) return complain("cannot read the body file '" + options.body_file + "'");
    body = std::move(*text);
  }
  request.body = Document(std::move(body));

  const boost::json::value explanation = pipeline::explain_route(*file.assembly, request);
  std::fputs((options.json ? boost::json::serialize(explanation) + "\n" : pipeline::explanation_text(explanation)).c_str(), stdout);
  return explanation.at("route").is_null() ? Exit::failure : Exit::success;
}

}  // namespace patchbay::commands
