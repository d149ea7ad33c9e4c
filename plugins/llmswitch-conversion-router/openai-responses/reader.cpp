#include <map>

#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

/// Reads items by their index. What an event should have announced and did not is begun when it is first seen.
class Reader final : public StreamReader {
 public:
  void event(std::string_view, json::value& data, StreamSink& sink) override {
    const Path root;
    Fields fields(data, root);
    const std::string type = fields.string("type");
    const std::size_t index = static_cast<std::size_t>(fields.integer("output_index").value_or(0));
    if (!started_ && !fields.find("response")) {
      started_ = true;
      sink.start(StreamStart{.origin = protocols::openai_responses});
    }
    if (type == "response.created" || type == "response.in_progress" || type == "response.queued") {
      if (json::object* const response = fields.object("response")) start(*response, sink);
    } else if (type == "response.output_text.delta") {
      sink.delta(content(index, fields, PartKind::text, sink), fields.string("delta"));
    } else if (type == "response.refusal.delta") {
      sink.delta(content(index, fields, PartKind::refusal, sink), fields.string("delta"));
    } else if (type == "response.output_text.annotation.added") {
      if (json::value* const annotation = fields.find("annotation"))
        sink.citation(content(index, fields, PartKind::text, sink), decode_annotation(*annotation));
    } else if (type == "response.function_call_arguments.delta" || type == "response.custom_tool_call_input.delta") {
      if (Item* const item = call(index)) argument(*item, fields.string("delta"), sink);
    } else if (type == "response.function_call_arguments.done" || type == "response.custom_tool_call_input.done") {
      if (Item* const item = call(index); item != nullptr && !item->said)
        argument(*item, fields.string(type.ends_with("input.done") ? "input" : "arguments"), sink);
    } else if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") {
      const bool summary = type == "response.reasoning_summary_text.delta";
      Item& item = reasoning(index, summary, sink);
      const std::int64_t section = fields.integer(summary ? "summary_index" : "content_index").value_or(0);
      if (section != item.section) sink.section(item.part);
      item.section = section;
      sink.delta(item.part, fields.string("delta"));
    } else if (type == "response.output_item.added") {
      if (json::object* const item = fields.object("item")) added(index, *item, sink);
    } else if (type == "response.output_item.done") {
      if (json::value* const item = fields.find("item"); item != nullptr && item->is_object()) done(index, *item, sink);
    } else if (type == "response.completed" || type == "response.incomplete") {
      if (json::object* const response = fields.object("response")) complete(*response, sink);
    }
  }

  void end(StreamSink& sink) override {
    if (!started_) sink.start(StreamStart{.origin = protocols::openai_responses});
    close_all(sink);
    if (!finished_) sink.finish(0, Finish{called_ ? Finish::Reason::tool_calls : Finish::Reason::stop, {}, {}});
    sink.end();
  }

 private:
  enum class Kind { message, call, reasoning, other };
  struct Item {
    Kind kind = Kind::message;
    std::size_t part = 0;  // of a call or a thought
    bool open = false;
    bool said = false;
    std::int64_t section = -1;
    std::map<std::int64_t, std::size_t> contents;  // open parts of a message, by content index
  };

  void start(json::object& response, StreamSink& sink) {
    if (started_) return;
    started_ = true;
    const Path root;
    Fields fields(response, root);
    StreamStart start;
    start.origin = protocols::openai_responses;
    start.id = fields.string("id");
    start.model = fields.string("model");
    start.created = fields.integer("created_at").value_or(0);
    start.service_tier = fields.string("service_tier");
    sink.start(std::move(start));
  }

  PartBegin next(PartKind kind) {
    PartBegin begin;
    begin.part = parts_++;
    begin.kind = kind;
    return begin;
  }

  /// The part of a message's content at that index.
  std::size_t content(std::size_t index, Fields& fields, PartKind kind, StreamSink& sink) {
    Item& item = items_[index];
    const std::int64_t at = fields.integer("content_index").value_or(0);
    const auto known = item.contents.find(at);
    if (known != item.contents.end()) return known->second;
    item.open = true;
    item.said = true;
    PartBegin begin = next(kind);
    const std::size_t part = begin.part;
    item.contents[at] = part;
    sink.begin(std::move(begin));
    return part;
  }

  Item* call(std::size_t index) {
    const auto it = items_.find(index);
    return it != items_.end() && it->second.kind == Kind::call && it->second.open ? &it->second : nullptr;
  }

  void argument(Item& item, const std::string& text, StreamSink& sink) {
    if (text.empty()) return;
    item.said = true;
    sink.delta(item.part, text);
  }

  Item& reasoning(std::size_t index, bool summary, StreamSink& sink) {
    Item& item = items_[index];
    if (item.kind == Kind::reasoning && item.open) return item;
    item.kind = Kind::reasoning;
    item.open = true;
    PartBegin begin = next(PartKind::reasoning);
    begin.summary = summary;
    item.part = begin.part;
    sink.begin(std::move(begin));
    return item;
  }

  void begin_call(std::size_t index, Fields& fields, bool custom, StreamSink& sink) {
    Item& item = items_[index];
    item.kind = Kind::call;
    item.open = true;
    called_ = true;
    PartBegin begin = next(PartKind::tool_call);
    item.part = begin.part;
    begin.id = fields.string("call_id");
    begin.name = fields.string("name");
    begin.space = fields.string("namespace");
    begin.custom = custom;
    sink.begin(std::move(begin));
  }

  void added(std::size_t index, json::object& object, StreamSink& sink) {
    const Path root;
    Fields fields(object, root);
    const std::string type = fields.string("type");
    if (type == "function_call" || type == "custom_tool_call")
      begin_call(index, fields, type == "custom_tool_call", sink);
    else if (type == "reasoning")
      items_[index].kind = Kind::reasoning;  // it may stay empty: begun by its first word or its end
    else if (type != "message")
      items_[index].kind = Kind::other;
  }

  void done(std::size_t index, json::value& value, StreamSink& sink) {
    const Path root;
    Fields fields(value.get_object(), root);
    const std::string type = fields.string("type");
    Item& item = items_[index];
    if (type == "function_call" || type == "custom_tool_call") {
      const bool custom = type == "custom_tool_call";
      if (!item.open) begin_call(index, fields, custom, sink);
      if (!item.said) argument(item, fields.string(custom ? "input" : "arguments"), sink);
    } else if (type == "reasoning") {
      finish_reasoning(index, fields, sink);
    } else if (type == "message") {
      if (!item.said) tell_message(index, fields, sink);
    } else {
      PartBegin begin = next(PartKind::opaque);
      const std::size_t part = begin.part;
      begin.name = type;
      begin.raw = std::move(value);
      sink.begin(std::move(begin));
      sink.end_part(part);
    }
    close(item, sink);
  }

  void finish_reasoning(std::size_t index, Fields& fields, StreamSink& sink) {
    Part part = decode_reasoning(fields);
    Reasoning& whole = std::get<Reasoning>(part.body);
    Item& item = items_[index];
    if (!item.open) {
      if (whole.sections.empty() && part.signature.empty()) return;
      item.kind = Kind::reasoning;
      item.open = true;
      PartBegin begin = next(PartKind::reasoning);
      begin.summary = whole.summary;
      begin.redacted = whole.sections.empty();
      item.part = begin.part;
      sink.begin(std::move(begin));
      for (const std::string& section : whole.sections) {
        sink.section(item.part);
        sink.delta(item.part, section);
      }
    }
    if (!part.signature.empty()) sink.signature(item.part, std::move(part.signature));
  }

  /// A message that came without a single delta.
  void tell_message(std::size_t index, Fields& fields, StreamSink& sink) {
    json::array* const list = fields.array("content");
    if (list == nullptr) return;
    std::int64_t at = 0;
    for (json::value& one : *list) {
      json::object* const object = one.if_object();
      if (object == nullptr) continue;
      const bool refusal = object->contains("refusal");
      const json::value* const text = object->if_contains(refusal ? "refusal" : "text");
      if (text == nullptr || !text->is_string()) continue;
      PartBegin begin = next(refusal ? PartKind::refusal : PartKind::text);
      items_[index].contents[at++] = begin.part;
      items_[index].open = true;
      const std::size_t part = begin.part;
      sink.begin(std::move(begin));
      sink.delta(part, text->get_string());
    }
  }

  void close(Item& item, StreamSink& sink) {
    if (!item.open) return;
    item.open = false;
    if (item.kind == Kind::message) {
      for (const auto& [at, part] : item.contents) sink.end_part(part);
      item.contents.clear();
    } else {
      sink.end_part(item.part);
    }
  }

  void close_all(StreamSink& sink) {
    for (auto& [index, item] : items_) close(item, sink);
  }

  void complete(json::object& response, StreamSink& sink) {
    start(response, sink);
    const Path root;
    Fields fields(response, root);
    if (json::array* const output = fields.array("output"); output != nullptr && items_.empty()) {
      std::size_t index = 0;
      for (json::value& item : *output)
        if (item.is_object()) done(index++, item, sink);
    }
    close_all(sink);
    if (json::value* const usage = fields.find("usage")) sink.usage(decode_usage(*usage, root));
    Finish finish = finish_of(fields.string("status"), fields.find("incomplete_details"));
    if (called_ && finish.reason == Finish::Reason::stop) finish.reason = Finish::Reason::tool_calls;
    finished_ = true;
    sink.finish(0, std::move(finish));
  }

  std::map<std::size_t, Item> items_;
  std::size_t parts_ = 0;
  bool started_ = false;
  bool called_ = false;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<StreamReader> reader() { return std::make_unique<Reader>(); }

}  // namespace patchbay::conversion::responses
