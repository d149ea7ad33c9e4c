#include "upstream/client.hpp"

namespace patchbay::upstream {

std::string_view name_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::bad_url: return "bad_url";
    case FailureKind::resolve: return "resolve";
    case FailureKind::connect: return "connect";
    case FailureKind::proxy: return "proxy";
    case FailureKind::tls: return "tls";
    case FailureKind::connect_timeout: return "connect_timeout";
    case FailureKind::first_byte_timeout: return "first_byte_timeout";
    case FailureKind::idle_timeout: return "idle_timeout";
    case FailureKind::total_timeout: return "total_timeout";
    case FailureKind::reset: return "reset";
    case FailureKind::malformed: return "malformed";
    case FailureKind::too_large: return "too_large";
  }
  return "unknown";
}

}  // namespace patchbay::upstream
