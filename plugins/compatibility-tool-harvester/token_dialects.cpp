#include <array>

#include "dialects.hpp"

/// Calls between the special tokens of a model, which a server without a parser for it writes out as text.
namespace patchbay::tool_harvester {

namespace {

/// `<|tool_calls_section_begin|>`, calls, `<|tool_calls_section_end|>`; a call is
/// `<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{…}<|tool_call_end|>`. Some checkpoints say `tool_call_section`.
class KimiK2 final : public Dialect {
 public:
  char first() const override { return '<'; }

  void read(Cursor& in) const override {
    if (!in.enter(sections)) return;
    std::string_view name;
    std::string_view arguments;
    if (!in.take("<|tool_call_begin|>")) return;
    in.skip_space();
    in.maybe("functions.");
    if (!in.take_name(": \n<", name)) return;
    if (in.maybe(":")) in.skip("0123456789");
    in.skip_space();
    if (!in.take("<|tool_call_argument_begin|>")) return;
    in.skip_space();
    if (!in.take_object(arguments)) return;
    in.skip_space();
    if (in.take("<|tool_call_end|>")) in.calls.push_back({std::string(name), std::string(arguments)});
  }

 private:
  static constexpr std::array<Cursor::Section, 2> sections{
      {{"<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"}, {"<|tool_call_section_begin|>", "<|tool_call_section_end|>"}}};
};

/// `<｜tool▁calls▁begin｜>`, calls, `<｜tool▁calls▁end｜>`. A call is `<｜tool▁call▁begin｜>f<｜tool▁sep｜>{…}<｜tool▁call▁end｜>` in V3.1;
/// in V3 and R1 it is `…begin｜>function<｜tool▁sep｜>f`, a line break, and the arguments in a fenced block of JSON.
class DeepSeek final : public Dialect {
 public:
  char first() const override { return '<'; }

  void read(Cursor& in) const override {
    if (!in.enter(sections)) return;
    std::string_view name;
    std::string_view arguments;
    if (!in.take("<｜tool▁call▁begin｜>")) return;
    const bool says_type = in.maybe("function<｜tool▁sep｜>");
    const bool fenced = says_type && !in.next_is('{');
    if (fenced) {
      if (!in.take_name(" \r\n", name)) return;
      in.skip_space();
      if (!in.take("```json")) return;
    } else if (says_type) {  // a tool whose name is "function"
      name = "function";
      if (!in.tools().contains(name)) {
        in.wrong();
        return;
      }
    } else if (!in.take_name("<", name) || !in.take("<｜tool▁sep｜>")) {
      return;
    }
    in.skip_space();
    if (!in.take_object(arguments)) return;
    in.skip_space();
    if (fenced && !in.take("```")) return;
    in.skip_space();
    if (in.take("<｜tool▁call▁end｜>")) in.calls.push_back({std::string(name), std::string(arguments)});
  }

 private:
  static constexpr std::array<Cursor::Section, 1> sections{{{"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"}}};
};

/// `[TOOL_CALLS][{"name":"f","arguments":{…}}]` up to tokenizer v7; `[TOOL_CALLS]f[ARGS]{…}` from v11 on, with `[CALL_ID]…` before
/// `[ARGS]` in some versions, and without `[ARGS]` where the server leaves that token out.
class Mistral final : public Dialect {
 public:
  char first() const override { return '['; }

  void read(Cursor& in) const override {
    if (in.again || !in.take("[TOOL_CALLS]")) return;
    in.skip_space();
    std::string_view name;
    std::string_view id;
    std::string_view found;
    if (in.next_is('[')) {
      if (in.take_json(found)) in.take_calls(found);
      return;
    }
    if (!in.take_name("[{ \n", name)) return;
    if (in.maybe("[CALL_ID]")) {
      if (!in.take_until("[ARGS]", id)) return;
    } else {
      in.maybe("[ARGS]");
    }
    in.skip_space();
    if (in.take_object(found)) in.calls.push_back({std::string(name), std::string(found)});
  }
};

/// `<|python_tag|>{"name":"f","parameters":{…}}`, more of them after a semicolon.
class Llama3 final : public Dialect {
 public:
  char first() const override { return '<'; }

  void read(Cursor& in) const override {
    if (!in.again) {
      if (!in.take("<|python_tag|>")) return;
    } else {
      in.skip_space();
      if (!in.take(";")) return;
    }
    in.skip_space();
    in.take_call();
  }
};

}  // namespace

std::unique_ptr<const Dialect> make_kimi_k2() { return std::make_unique<KimiK2>(); }
std::unique_ptr<const Dialect> make_deepseek() { return std::make_unique<DeepSeek>(); }
std::unique_ptr<const Dialect> make_mistral() { return std::make_unique<Mistral>(); }
std::unique_ptr<const Dialect> make_llama3() { return std::make_unique<Llama3>(); }

}  // namespace patchbay::tool_harvester
