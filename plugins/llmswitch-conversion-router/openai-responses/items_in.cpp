#include <boost/json/serialize.hpp>
#include <map>

#include "hub/json_text.hpp"
#include "hub/media.hpp"
#include "hub/signature.hpp"
#include "openai-responses/client_tools.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

Part decode_content_part(json::value& value, const Path& path) {
  Fields fields(value, path);
  Part part;
  const std::string type = fields.required_string("type");
  if (type == "input_text" || type == "output_text" || type == "text") {
    Text text{fields.string("text"), {}};
    if (json::array* const annotations = fields.array("annotations"))
      for (json::value& one : *annotations) text.citations.push_back(decode_annotation(one));
    fields.ignore("logprobs");
    part.body = std::move(text);
  } else if (type == "refusal") {
    part.body = Refusal{fields.string("refusal")};
  } else if (type == "input_image") {
    Media media;
    if (std::string url = fields.string("image_url"); !url.empty()) {
      media = media_of_url(std::move(url), Media::Kind::image);
    } else {
      media.source = Media::Source::file_id;
      media.data = fields.required_string("file_id");
    }
    media.detail = fields.string("detail");
    part.body = std::move(media);
  } else if (type == "input_file") {
    Media media;
    if (std::string data = fields.string("file_data"); !data.empty())
      media = media_of_url(std::move(data), Media::Kind::document);
    else if (std::string url = fields.string("file_url"); !url.empty())
      media = media_of_url(std::move(url), Media::Kind::document);
    else
      media = Media{Media::Kind::document, Media::Source::file_id, fields.required_string("file_id"), {}, {}, {}};
    media.kind = Media::Kind::document;
    media.name = fields.string("filename");
    part.body = std::move(media);
  } else if (type == "input_audio") {
    json::object* const audio = fields.object("input_audio");
    if (audio == nullptr) fields.fail("input_audio", "is missing");
    const Path at(path, "input_audio");
    Fields inner(*audio, at);
    part.body = Media{Media::Kind::audio, Media::Source::base64, inner.required_string("data"), "audio/" + inner.string("format"), {}, {}};
  } else {
    part.body = Opaque{type, std::move(value)};
    return part;
  }
  part.extras = fields.rest();
  return part;
}

std::vector<Part> decode_content(json::value& content, const Path& path) {
  std::vector<Part> parts;
  if (content.is_string()) {
    if (!content.get_string().empty()) parts.push_back({Text{std::string(content.get_string()), {}}, {}, {}, {}});
    return parts;
  }
  if (!content.is_array()) throw Malformed(path.text(), "must be a string or an array of parts");
  std::size_t index = 0;
  for (json::value& one : content.get_array()) {
    const Path at(path, "", index++);
    parts.push_back(decode_content_part(one, at));
  }
  return parts;
}

Part decode_call(Fields& fields, bool custom) {
  Part part;
  ToolCall call;
  call.id = fields.required_string("call_id");
  call.name = fields.required_string("name");
  call.custom = custom;
  call.space = fields.string("namespace");
  if (const json::value* const given = fields.find(custom ? "input" : "arguments"))
    call.arguments = given->is_string() ? std::string(given->get_string()) : json::serialize(*given);
  part.body = std::move(call);
  part.extras = fields.rest();
  return part;
}

Part decode_result(Fields& fields, bool custom) {
  Part part;
  ToolResult result;
  result.call_id = fields.required_string("call_id");
  result.custom = custom;
  if (json::value* const output = fields.find("output")) {
    const Path at(fields.path(), "output");
    if (output->is_object())
      result.content.push_back({Text{json::serialize(*output), {}}, {}, {}, {}});
    else
      result.content = decode_content(*output, at);
  }
  part.body = std::move(result);
  part.extras = fields.rest();
  return part;
}

/// Collects what the assistant, or the tools, say in a row.
class Turns {
 public:
  void add(Role role, Part&& part) {
    if (messages_.empty() || messages_.back().role != role || messages_.back().instructions) {
      messages_.emplace_back();
      messages_.back().role = role;
    }
    if (!of_next_.empty()) part.signature = std::exchange(of_next_, {});
    messages_.back().parts.push_back(std::move(part));
  }
  void add(Message&& message) {
    if (message.role == Role::assistant && !messages_.empty() && messages_.back().role == Role::assistant) {
      if (messages_.back().id.empty()) messages_.back().id = std::move(message.id);
      for (Part& part : message.parts) add(Role::assistant, std::move(part));
      return;
    }
    messages_.push_back(std::move(message));
  }
  void sign_next(Signature&& signature) { of_next_ = std::move(signature); }
  std::vector<Message> take() { return std::move(messages_); }

 private:
  std::vector<Message> messages_;
  Signature of_next_;
};

void decode_message(Fields& fields, Turns& turns) {
  Message message;
  const std::string role = fields.required_string("role");
  if (role == "assistant")
    message.role = Role::assistant;
  else if (role == "system")
    message.role = Role::system;
  else if (role == "developer")
    message.role = Role::developer;
  else if (role != "user")
    fields.fail("role", "'" + role + "' is none of user, assistant, system, developer");
  if (json::value* const content = fields.find("content")) {
    const Path at(fields.path(), "content");
    message.parts = decode_content(*content, at);
  }
  message.id = fields.string("id");
  fields.ignore("status");
  message.extras = fields.rest();
  turns.add(std::move(message));
}

}  // namespace

Part decode_reasoning(Fields& fields) {
  Part part;
  Reasoning reasoning;
  reasoning.summary = true;
  const auto read = [&](json::array* list) {
    if (list == nullptr) return;
    for (const json::value& one : *list)
      if (const json::object* const object = one.if_object())
        if (const json::value* const text = object->if_contains("text"); text != nullptr && text->is_string())
          reasoning.sections.emplace_back(text->get_string());
  };
  read(fields.array("summary"));
  if (json::array* const content = fields.array("content"); content != nullptr && !content->empty()) {
    reasoning.summary = false;
    reasoning.sections.clear();
    read(content);
  }
  if (const std::string data = fields.string("encrypted_content"); !data.empty())
    part.signature = unseal(data, protocols::openai_responses).signature;
  if (part.signature.id.empty()) part.signature.id = fields.string("id");
  if (part.signature.origin.empty()) part.signature.origin = protocols::openai_responses;
  reasoning.redacted = part.signature.redacted || (reasoning.sections.empty() && part.signature.origin == protocols::openai_responses);
  fields.ignore("status");
  part.body = std::move(reasoning);
  part.extras = fields.rest();
  return part;
}

std::vector<Message> decode_items(json::array& items, const Path& path) {
  Turns turns;
  std::map<std::string, std::string> call_ids;  // of calls, by the ids of their items: results of a local shell name those
  std::size_t index = 0;
  for (json::value& value : items) {
    const Path at(path, "", index++);
    Fields fields(value, at);
    std::string type = fields.string("type");
    if (type.empty() && value.get_object().contains("role")) type = "message";
    if (type == "message") {
      decode_message(fields, turns);
    } else if (type == "function_call" || type == "custom_tool_call") {
      turns.add(Role::assistant, decode_call(fields, type == "custom_tool_call"));
    } else if (type == "function_call_output" || type == "custom_tool_call_output") {
      turns.add(Role::tool, decode_result(fields, type == "custom_tool_call_output"));
    } else if (const ClientTool* const called = client_tool_of_call(type)) {
      Part call = decode_client_call(*called, fields);
      if (const json::value* const id = call.extras.if_contains("id"); id != nullptr && id->is_string())
        call_ids[std::string(id->get_string())] = std::get<ToolCall>(call.body).id;
      turns.add(Role::assistant, std::move(call));
    } else if (const ClientTool* const answered = client_tool_of_output(type)) {
      Part result = decode_client_output(*answered, fields);
      std::string& call_id = std::get<ToolResult>(result.body).call_id;
      if (const auto known = call_ids.find(call_id); known != call_ids.end()) call_id = known->second;
      turns.add(Role::tool, std::move(result));
    } else if (type == "reasoning") {
      const json::value* const data = value.get_object().if_contains("encrypted_content");
      Unsealed unsealed;
      if (data != nullptr && data->is_string()) unsealed = unseal(data->get_string(), protocols::openai_responses);
      if (unsealed.of_next_part)
        turns.sign_next(std::move(unsealed.signature));
      else
        turns.add(Role::assistant, decode_reasoning(fields));
    } else {
      const bool output = type.ends_with("_output");
      turns.add(output ? Role::tool : Role::assistant, {Opaque{type, std::move(value)}, {}, {}, {}});
    }
  }
  return turns.take();
}

Citation decode_annotation(json::value& annotation) {
  Citation citation;
  if (const json::object* const object = annotation.if_object()) {
    citation.url = string_at(*object, "url");
    citation.title = string_at(*object, "title").empty() ? string_at(*object, "filename") : string_at(*object, "title");
    citation.start = integer_at(*object, "start_index");
    citation.end = integer_at(*object, "end_index");
  }
  citation.raw = std::move(annotation);
  return citation;
}

}  // namespace patchbay::conversion::responses
