#pragma once

#include <array>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/fwd.hpp>
#include <boost/mp11/algorithm.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Configuration structs: one declaration gives parsing, defaults, JSON Schema and error messages.
///
///     struct Config {
///       std::string base_url = "https://api.example.com";
///       std::chrono::milliseconds delay{0};
///       static constexpr patchbay::config::Doc docs[] = {
///           {.field = "base_url", .text = "where the API is"},
///           {.field = "delay", .text = "wait before the first event", .minimum = 0},
///       };
///     };
///     BOOST_DESCRIBE_STRUCT(Config, (), (base_url, delay))
///
/// Members may be bool, integers, double, std::string, std::chrono::milliseconds (a number of milliseconds, or "250ms", "30s", "5m", "1h"),
/// std::optional, std::vector, std::map<std::string, …>, described enums (spelled with '-' for '_'), described structs, and
/// boost::json::value for anything. A member whose key is a C++ keyword has a trailing '_' that the key has not.
namespace patchbay::config {

/// What the type of a member cannot say about it.
struct Doc {
  std::string_view field;
  std::string_view text;  ///< one line for people
  bool required = false;
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::string_view choices;  ///< the allowed strings, separated by '|'
  bool secret = false;       ///< never shown
  std::string_view example;  ///< a value as JSON text; `patchbay plugin check` makes a required field from it
};

/// One thing that is wrong with a configuration.
struct Fault {
  std::string pointer;     ///< JSON pointer (RFC 6901) of the offending value; empty for the whole
  std::string message;     ///< what is wrong and what would be right
  std::string suggestion;  ///< the known key or allowed value that was most likely meant; empty if none is near
};

/// A module cannot be made from a configuration. Carries every fault that was found. A module's constructor throws it as well, for
/// what the schema cannot say (a regular expression that does not compile).
class Error : public std::runtime_error {
 public:
  explicit Error(std::vector<Fault> faults);
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// The candidate that a misspelt word most likely meant; empty if none is near.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// The longest duration that a configuration may name. A deadline that far off is as good as none, and any clock can still count to it.
inline constexpr std::chrono::milliseconds longest_duration = std::chrono::hours(8760);

/// A duration as people write it: "250ms", "30s", "5m", "1h"; nothing if it is none, or longer than `longest_duration`.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

namespace detail {

/// Reads values and collects what is wrong with them.
class Reader {
 public:
  [[nodiscard]] std::vector<Fault>& faults() { return faults_; }
  void fault(std::string message, std::string suggestion = {}) { faults_.push_back({pointer_, std::move(message), std::move(suggestion)}); }
  void expected(std::string_view wanted, const boost::json::value& found);

  void read(const boost::json::value& value, bool& into);
  void read(const boost::json::value& value, double& into);
  void read(const boost::json::value& value, std::string& into);
  void read(const boost::json::value& value, std::chrono::milliseconds& into);
  void read(const boost::json::value& value, boost::json::value& into);
  void read_integer(const boost::json::value& value, std::int64_t least, std::uint64_t most, std::int64_t& into_signed,
                    std::uint64_t& into_unsigned);
  void check(const boost::json::value& value, const Doc& doc);

  /// Null unless the value is an object and has that member.
  const boost::json::value* member(const boost::json::value& object, std::string_view name) const;
  bool is_object(const boost::json::value& value);
  void refuse_others(const boost::json::value& object, std::span<const std::string> known);
  /// Elements of an array or members of an object, in order; the name is empty in an array. A fault if it is of another type.
  bool open_array(const boost::json::value& value, std::size_t& size);
  const boost::json::value& element(const boost::json::value& array, std::size_t index) const;
  std::vector<std::pair<std::string, const boost::json::value*>> members(const boost::json::value& value);

  /// Moves into a part for the life of the object.
  class Step {
   public:
    Step(Reader& reader, std::string_view token);
    ~Step() { reader_.pointer_.resize(length_); }

   private:
    Reader& reader_;
    std::size_t length_;
  };

 private:
  std::string pointer_;
  std::vector<Fault> faults_;
};

/// "a string", "a table", …
std::string_view kind_name(const boost::json::value& value);
/// What a value for std::chrono::milliseconds says; nothing if it is no duration.
std::optional<std::chrono::milliseconds> duration_of(const boost::json::value& value);
inline constexpr std::string_view duration_expected =
    "expected a duration of at most 8760h: milliseconds, or text like \"250ms\", \"30s\", \"5m\", \"1h\"";
/// Which bound a number, or a duration that is text, does not keep: "must be at least 1"; empty if it keeps both.
std::string broken_bound(const boost::json::value& value, std::optional<double> minimum, std::optional<double> maximum);

std::string json_quoted(std::string_view text);
std::string to_text(double value);
std::string to_text(const boost::json::value& value);
/// "type":"object","additionalProperties":false,… from the schemas of the members.
struct Property {
  std::string_view name;
  std::string schema;         // of the type alone, an object's text
  std::string default_value;  // JSON text; empty for none
  const Doc* doc;
};
std::string object_schema(std::span<const Property> properties);

template <class T, class = void>
struct IsDescribedStruct : std::false_type {};
template <class T>
struct IsDescribedStruct<T, std::enable_if_t<boost::describe::has_describe_members<T>::value>> : std::true_type {};

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;
template <class T>
constexpr bool is_map = false;
template <class T>
constexpr bool is_map<std::map<std::string, T>> = true;

template <class T>
constexpr const Doc* doc_of(std::string_view field) {
  if constexpr (requires { T::docs; })
    for (const Doc& doc : T::docs)
      if (doc.field == field) return &doc;
  return nullptr;
}

/// The key of a member.
constexpr std::string_view key_of_member(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

template <class T>
std::vector<std::string> member_names() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) { names.emplace_back(key_of_member(member.name)); });
  return names;
}

inline std::string spelled(std::string_view enumerator) {
  std::string text(enumerator);
  for (char& c : text)
    if (c == '_') c = '-';
  return text;
}

template <class E>
std::vector<std::string> enumerator_names() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) { names.push_back(spelled(enumerator.name)); });
  return names;
}

std::string read_choice(Reader& reader, const boost::json::value& value, std::span<const std::string> choices);

template <class T>
void read(Reader& reader, const boost::json::value& value, T& into) {
  if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T> || std::is_same_v<T, std::string> ||
                std::is_same_v<T, std::chrono::milliseconds> || std::is_same_v<T, boost::json::value>) {
    reader.read(value, into);
  } else if constexpr (std::is_integral_v<T>) {
    std::int64_t as_signed = 0;
    std::uint64_t as_unsigned = 0;
    const std::size_t before = reader.faults().size();
    reader.read_integer(value, static_cast<std::int64_t>(std::is_signed_v<T> ? std::numeric_limits<T>::min() : 0),
                        static_cast<std::uint64_t>(std::numeric_limits<T>::max()), as_signed, as_unsigned);
    if (reader.faults().size() == before) into = std::is_signed_v<T> ? static_cast<T>(as_signed) : static_cast<T>(as_unsigned);
  } else if constexpr (std::is_enum_v<T>) {
    const std::string chosen = read_choice(reader, value, enumerator_names<T>());
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
      if (spelled(enumerator.name) == chosen) into = enumerator.value;
    });
  } else if constexpr (is_optional<T>) {
    read(reader, value, into.emplace());
  } else if constexpr (is_vector<T>) {
    std::size_t size = 0;
    if (!reader.open_array(value, size)) return;
    into.clear();
    for (std::size_t i = 0; i < size; ++i) {
      const Reader::Step step(reader, std::to_string(i));
      typename T::value_type element{};
      read(reader, reader.element(value, i), element);
      into.push_back(std::move(element));
    }
  } else if constexpr (is_map<T>) {
    into.clear();
    for (const auto& [name, part] : reader.members(value)) {
      const Reader::Step step(reader, name);
      read(reader, *part, into[name]);
    }
  } else {
    static_assert(IsDescribedStruct<T>::value,
                  "a configuration member must be a described struct or one of the types that config.hpp lists");
    if (!reader.is_object(value)) return;
    reader.refuse_others(value, member_names<T>());
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
      const std::string_view key = key_of_member(member.name);
      const Doc* const doc = doc_of<T>(key);
      const boost::json::value* const part = reader.member(value, key);
      const Reader::Step step(reader, key);
      if (part != nullptr) {
        const std::size_t before = reader.faults().size();
        read(reader, *part, into.*member.pointer);
        if (doc != nullptr && reader.faults().size() == before) reader.check(*part, *doc);
      } else if (doc != nullptr && doc->required) {
        reader.fault("'" + std::string(key) + "' is required");
      }
    });
  }
}

/// The JSON text of a default value.
template <class T>
std::string written(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, boost::json::value>) {
    return to_text(value);
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json_quoted(value);
  } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    return std::to_string(value.count());
  } else if constexpr (std::is_enum_v<T>) {
    std::string text;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
      if (enumerator.value == value) text = json_quoted(spelled(enumerator.name));
    });
    return text;
  } else if constexpr (is_optional<T>) {
    return value ? written(*value) : std::string();
  } else if constexpr (is_vector<T>) {
    std::string text = "[";
    for (const auto& element : value) text += (text.size() > 1 ? "," : "") + written(element);
    return text + "]";
  } else if constexpr (is_map<T>) {
    std::string text = "{";
    for (const auto& [name, part] : value) text += (text.size() > 1 ? "," : "") + json_quoted(name) + ":" + written(part);
    return text + "}";
  } else {
    return {};  // the members of a nested struct show their own defaults
  }
}

template <class T>
std::string schema_text() {
  if constexpr (std::is_same_v<T, bool>) {
    return R"({"type":"boolean"})";
  } else if constexpr (std::is_floating_point_v<T>) {
    return R"({"type":"number"})";
  } else if constexpr (std::is_integral_v<T>) {
    std::string text = R"({"type":"integer")";
    if constexpr (std::is_unsigned_v<T> || sizeof(T) < sizeof(std::int64_t))
      text += R"(,"minimum":)" + std::to_string(std::numeric_limits<T>::min());
    if constexpr (sizeof(T) < sizeof(std::int64_t)) text += R"(,"maximum":)" + std::to_string(std::numeric_limits<T>::max());
    return text + "}";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return R"({"type":"string"})";
  } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
    return R"({"type":["integer","string"],"format":"duration"})";
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    return "{}";
  } else if constexpr (std::is_enum_v<T>) {
    std::string text = R"({"type":"string","enum":[)";
    bool first = true;
    for (const std::string& name : enumerator_names<T>()) text += (std::exchange(first, false) ? "" : ",") + json_quoted(name);
    return text + "]}";
  } else if constexpr (is_optional<T>) {
    return schema_text<typename T::value_type>();
  } else if constexpr (is_vector<T>) {
    return R"({"type":"array","items":)" + schema_text<typename T::value_type>() + "}";
  } else if constexpr (is_map<T>) {
    return R"({"type":"object","additionalProperties":)" + schema_text<typename T::mapped_type>() + "}";
  } else {
    const T defaults{};
    std::vector<Property> properties;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
      using Member = std::remove_cvref_t<decltype(defaults.*member.pointer)>;
      const std::string_view key = key_of_member(member.name);
      properties.push_back({key, schema_text<Member>(), written(defaults.*member.pointer), doc_of<T>(key)});
    });
    return object_schema(properties);
  }
}

}  // namespace detail

/// What a JSON value says as far as it is sound, and in `faults` what is wrong with the rest: for who looks for more faults in the sound
/// parts. What the value does not say is as in `result`. [init]
template <class T>
T parse(const boost::json::value& value, std::vector<Fault>& faults, T result = {}) {
  detail::Reader reader;
  detail::read(reader, value, result);
  faults = std::move(reader.faults());
  return result;
}

/// The configuration that a JSON value says. Throws Error with every fault: unknown keys (with the nearest known one), missing and
/// out-of-range values, wrong types. What the value does not say is as in `result`. [init]
template <class T>
T parse(const boost::json::value& value, T result = {}) {
  std::vector<Fault> faults;
  result = parse<T>(value, faults, std::move(result));
  if (!faults.empty()) throw Error(std::move(faults));
  return result;
}

/// The JSON Schema (draft 2020-12) of a configuration struct, as text. Deterministic. [load]
template <class T>
std::string schema() {
  return detail::schema_text<T>();
}

}  // namespace patchbay::config
