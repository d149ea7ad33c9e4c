#!/bin/sh
# Builds the gateway and starts it on configs/quickstart.toml with the built-in mock provider: no key, no network.
# Arguments go to `patchbay run`, for example: sh runtime/quickstart.sh --listen 127.0.0.1:9000
set -eu
cd "$(dirname "$0")/.."
export CCACHE_SLOPPINESS=pch_defines,time_macros # or it does not cache what uses a precompiled header

echo "1/3 packages"
sh runtime/install_packages.sh runtime/packages.txt

echo "2/3 build (the first one takes some minutes)"
build=build/quickstart
if [ ! -f "$build/build.ninja" ]; then
  CXX="ccache g++" CXXFLAGS=-fpch-preprocess meson setup "$build" -Dbuildtype=release -Doptimization=2 -Dwerror=false -Dtests=false >"${TMPDIR:-/tmp}/patchbay-setup.log" 2>&1 || {
    cat "${TMPDIR:-/tmp}/patchbay-setup.log" >&2
    exit 1
  }
fi
ninja -C "$build" -j2

echo "3/3 start (Ctrl-C stops it)"
exec "$build/runtime/patchbay" run configs/quickstart.toml "$@"
