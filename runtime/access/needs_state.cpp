#include "access/needs_state.hpp"

#include "access/virtual_key.hpp"
#include "state/open_store.hpp"

namespace patchbay::access {

bool needs_state(const config::AccessTables& tables) {
  if (tables.access.managed_keys) return true;
  const bool shared = state::is_shared(tables.state);
  for (const config::KeySettings& key : tables.keys)
    for (const Limit& limit : make_key(key, shared).limits)
      if (limit.stored) return true;
  return false;
}

bool has_keys(const config::AccessTables& tables) { return tables.access.managed_keys || !tables.keys.empty(); }

}  // namespace patchbay::access
