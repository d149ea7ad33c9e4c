#include <array>

#include "dialects.hpp"

/// Calls between tags: Hermes, Qwen, Qwen3-Coder, GLM-4.5 and later, and whoever writes `<invoke>` (MiniMax M2, DeepSeek V3.2, Claude's
/// older format that many models have learnt).
namespace patchbay::tool_harvester {

namespace {

/// `<tool_call>{"name":"f","arguments":{…}}</tool_call>`
class TaggedJson final : public Dialect {
 public:
  TaggedJson(std::string_view open, std::string_view close) : open_(open), close_(close) {}
  char first() const override { return open_.front(); }

  void read(Cursor& in) const override {
    if (in.again || !in.take(open_)) return;
    in.skip_space();
    if (!in.take_call()) return;
    in.skip_space();
    in.take(close_);
  }

 private:
  std::string_view open_;
  std::string_view close_;
};

/// `<function=f><parameter=a>1</parameter></function>`, between `<tool_call>` and `</tool_call>` or alone, with line breaks anywhere.
class Qwen3Coder final : public Dialect {
 public:
  char first() const override { return '<'; }

  void read(Cursor& in) const override {
    std::string_view name;
    if (in.again) return;
    const bool wrapped = in.maybe("<tool_call>");
    in.skip_space();
    if (!in.take("<function=") || !in.take_name("> \n", name) || !in.take(">")) return;
    Arguments arguments(in.tools(), name);
    for (in.skip_space(); in.maybe("<parameter="); in.skip_space()) {
      std::string_view parameter;
      std::string_view value;
      if (!in.take_until(">", parameter) || !in.take_until("</parameter>", value)) return;
      arguments.add(parameter, without_outer_breaks(value));
    }
    if (!in.take("</function>")) return;
    if (wrapped) {
      in.skip_space();
      if (!in.take("</tool_call>")) return;
    }
    in.calls.push_back(arguments.call());
  }
};

/// `<tool_call>f`, then `<arg_key>a</arg_key><arg_value>1</arg_value>` as often as need be, `</tool_call>`; line breaks between them in
/// GLM-4.5 and 4.6, none in GLM-4.7.
class Glm final : public Dialect {
 public:
  char first() const override { return '<'; }

  void read(Cursor& in) const override {
    std::string_view name;
    if (in.again || !in.take("<tool_call>")) return;
    in.skip_space();
    if (!in.take_name("< \r\n", name)) return;
    Arguments arguments(in.tools(), name);
    for (in.skip_space(); in.maybe("<arg_key>"); in.skip_space()) {
      std::string_view key;
      std::string_view value;
      if (!in.take_until("</arg_key>", key)) return;
      in.skip_space();
      if (!in.take("<arg_value>") || !in.take_until("</arg_value>", value)) return;
      arguments.add(key, value);
    }
    if (!in.take("</tool_call>")) return;
    in.calls.push_back(arguments.call());
  }
};

/// `<invoke name="f"><parameter name="a">1</parameter></invoke>`, any number of them in a wrapper, or each alone. DeepSeek V3.2 has its
/// own mark in every tag and says whether a value is a string.
class Invoke final : public Dialect {
 public:
  char first() const override { return '<'; }

  void read(Cursor& in) const override {
    if (!in.enter(wrappers)) return;
    if (in.maybe("<invoke name="))
      read_call(in, "<parameter name=", "</parameter>", "</invoke>");
    else if (in.take("<｜DSML｜invoke name="))
      read_call(in, "<｜DSML｜parameter name=", "</｜DSML｜parameter>", "</｜DSML｜invoke>");
  }

 private:
  static constexpr std::array<Cursor::Section, 3> wrappers{{{"<function_calls>", "</function_calls>"},
                                                            {"<minimax:tool_call>", "</minimax:tool_call>"},
                                                            {"<｜DSML｜function_calls>", "</｜DSML｜function_calls>"}}};

  static bool take_quote(Cursor& in, std::string_view& quote) {
    quote = in.maybe("'") ? "'" : "\"";
    return quote == "'" || in.take(quote);
  }

  static void read_call(Cursor& in, std::string_view open, std::string_view close, std::string_view end) {
    std::string_view quote;
    std::string_view name;
    if (!take_quote(in, quote) || !in.take_name("\"'", name) || !in.take(quote) || !in.take(">")) return;
    Arguments arguments(in.tools(), name);
    for (in.skip_space(); in.maybe(open); in.skip_space()) {
      std::string_view parameter;
      std::string_view attributes;
      std::string_view value;
      if (!take_quote(in, quote) || !in.take_until(quote, parameter) || !in.take_until(">", attributes)) return;
      if (!in.take_until(close, value)) return;
      if (attributes.find("string=\"true\"") != std::string_view::npos)
        arguments.add_json(parameter, quoted(value));
      else
        arguments.add(parameter, without_outer_breaks(value));
    }
    if (in.take(end)) in.calls.push_back(arguments.call());
  }
};

}  // namespace

std::unique_ptr<const Dialect> make_tagged_json(std::string_view open, std::string_view close) {
  return std::make_unique<TaggedJson>(open, close);
}
std::unique_ptr<const Dialect> make_qwen3_coder() { return std::make_unique<Qwen3Coder>(); }
std::unique_ptr<const Dialect> make_glm() { return std::make_unique<Glm>(); }
std::unique_ptr<const Dialect> make_invoke() { return std::make_unique<Invoke>(); }

}  // namespace patchbay::tool_harvester
