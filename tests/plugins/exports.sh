#!/bin/sh
# exports.sh NM PLUGIN.so: a plugin defines exactly one dynamic symbol, the entry; any other would clash with or pin other plugins, and one of
# type u (STB_GNU_UNIQUE) would keep this one in memory for good.
set -eu
symbols=$("$1" --dynamic --defined-only --format=posix "$2" | cut -d ' ' -f 1,2)
test "$symbols" = "patchbay_plugin_entry_v1 T" && exit 0
echo "$2 must define the dynamic symbol patchbay_plugin_entry_v1 and no other, but defines:"
echo "$symbols"
exit 1
