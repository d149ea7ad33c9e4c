#pragma once

#include <boost/version.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "patchbay/abi.h"
#include "patchbay/module.hpp"

/// The stamp of a plugin: what host and plugin must agree on before C++ objects may cross between them.
///
/// It is text, "key=value;…". Fields that start with '~' are shown but need not agree.
namespace patchbay::stamp {

struct Text {
  char bytes[PATCHBAY_STAMP_SIZE] = {};
};

/// Writes the stamp at compile time. A stamp that does not fit is a compile error (the write past the end is not constant).
class Writer {
 public:
  constexpr Writer& field(std::string_view key, std::string_view value) {
    put(key);
    put("=");
    put(value);
    put(";");
    return *this;
  }

  constexpr Writer& field(std::string_view key, std::uint64_t value) {
    char digits[20] = {};
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    put(key);
    put("=");
    while (count != 0) text_.bytes[used_++] = digits[--count];
    put(";");
    return *this;
  }

  [[nodiscard]] constexpr Text text() const { return text_; }

 private:
  constexpr void put(std::string_view part) {
    for (const char c : part) text_.bytes[used_++] = c;
  }

  Text text_;
  std::size_t used_ = 0;
};

#if defined(__has_feature)
#define PATCHBAY_HAS_FEATURE(x) __has_feature(x)
#else
#define PATCHBAY_HAS_FEATURE(x) 0
#endif

constexpr std::string_view sanitizers() {
#if defined(__SANITIZE_ADDRESS__) || PATCHBAY_HAS_FEATURE(address_sanitizer)
  return "address";
#elif defined(__SANITIZE_THREAD__) || PATCHBAY_HAS_FEATURE(thread_sanitizer)
  return "thread";
#else
  return "none";
#endif
}

constexpr std::string_view standard_library() {
#if defined(_LIBCPP_VERSION)
  return "libc++";
#elif defined(__GLIBCXX__)
  return "libstdc++";
#else
  return "unknown";
#endif
}

constexpr std::uint64_t cxx11_strings() {
#if defined(_GLIBCXX_USE_CXX11_ABI)
  return _GLIBCXX_USE_CXX11_ABI;
#else
  return 0;
#endif
}

constexpr std::uint64_t debug_containers() {
#if defined(_GLIBCXX_DEBUG)
  return 1;
#else
  return 0;
#endif
}

constexpr std::uint64_t cxx_abi() {
#if defined(__GXX_ABI_VERSION)
  // g++ and clang count this differently while they share the Itanium ABI; what matters is that both are past the GCC 5 changes.
  return __GXX_ABI_VERSION / 1000;
#else
  return 0;
#endif
}

/// The stamp of the translation unit that asks.
constexpr Text current() {
  return Writer()
      .field("sdk_abi", PATCHBAY_SDK_ABI)
      .field("pointer", sizeof(void*))
      .field("cxx_abi", cxx_abi())
      .field("stdlib", standard_library())
      .field("cxx11_strings", cxx11_strings())
      .field("debug_containers", debug_containers())
      .field("boost", BOOST_VERSION / 100)
      .field("sanitizers", sanitizers())
      .field("sizeof_string", sizeof(std::string))
      .field("sizeof_vector", sizeof(std::vector<int>))
      .field("sizeof_headers", sizeof(Headers))
      .field("sizeof_document", sizeof(Document))
      .field("sizeof_request", sizeof(Request))
      .field("sizeof_event", sizeof(Event))
      .field("sizeof_error", sizeof(Error))
      .field("sizeof_exchange", sizeof(Exchange))
      .field("sizeof_flow", sizeof(Flow))
#if defined(__clang__)
      .field("~compiler", "clang " __clang_version__)
#else
      .field("~compiler", "g++ " __VERSION__)
#endif
      .field("~cplusplus", __cplusplus)
      .text();
}

/// The ELF note as it stands in the file (ELF-64 gABI, "Note Section"): sizes, type, name, description.
struct Note {
  std::uint32_t name_size = sizeof(PATCHBAY_NOTE_NAME);
  std::uint32_t text_size = PATCHBAY_STAMP_SIZE;
  std::uint32_t type = PATCHBAY_NOTE_TYPE;
  char name[12] = PATCHBAY_NOTE_NAME;  // padded to a multiple of four
  Text text = current();
};

static_assert(sizeof(Note) == 12 + 12 + PATCHBAY_STAMP_SIZE);

}  // namespace patchbay::stamp
