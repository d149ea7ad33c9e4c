#!/bin/sh
# Builds and runs every test; the last line counts the real test cases: "N passed, N failed".
#   --ubsan   UndefinedBehaviorSanitizer beside AddressSanitizer; files take half as long again to compile
#   --tsan    also every suite under ThreadSanitizer
# Output of builds and of each suite goes to build/logs.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
logs=$root/build/logs
mkdir -p "$logs"
: >"$logs/counts"
with_tsan=false
sanitizers=address
for option in "$@"; do
  case $option in
    --tsan) with_tsan=true ;;
    --ubsan) sanitizers=address,undefined ;;
    *) echo "usage: sh tests/run.sh [--ubsan] [--tsan]" >&2 && exit 2 ;;
  esac
done

# A sanitizer's finding, or a leak, is an exit status that no test accepts.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export CCACHE_SLOPPINESS=pch_defines,time_macros # or it does not cache what uses a precompiled header
started=$(date +%s)
step() { echo "== $* ($(($(date +%s) - started)) s)"; }

# A step that is not itself a test but without which the tests mean nothing.
must() {
  name=$1
  shift
  "$@" >"$logs/$name.log" 2>&1 && return
  tail -n 40 "$logs/$name.log"
  echo "FAILED: $name; see $logs/$name.log"
  echo "0 1" >>"$logs/counts"
  finish
}

finish() {
  awk '{ passed += $1; failed += $2 } END { exit !(passed + failed) }' "$logs/counts" || echo "0 1" >>"$logs/counts"
  awk '{ passed += $1; failed += $2 } END { printf "%d passed, %d failed\n", passed, failed; exit failed != 0 }' "$logs/counts"
  exit $?
}

# configure_and_build DIRECTORY OPTIONS...
build() {
  directory=$1
  shift
  linker=
  command -v mold >/dev/null && linker=mold
  if [ ! -f "$directory/build.ninja" ]; then
    must "setup-$(basename "$directory")" env CXX="ccache g++" CXXFLAGS=-fpch-preprocess CXX_LD="$linker" meson setup "$directory" "$@"
  fi
  must "build-$(basename "$directory")" ninja -C "$directory" -j2
}

# meson_test DIRECTORY: its cases are in the JUnit file, those of one-shot tests included. A program whose cases all pass may still fail, by
# what a sanitizer found.
meson_test() {
  status=0
  meson test -C "$1" --no-rebuild --print-errorlogs --num-processes 2 >"$logs/test-$(basename "$1").log" 2>&1 || status=1
  [ $status = 0 ] || tail -n 60 "$logs/test-$(basename "$1").log"
  cases=$(python3 tests/count_cases.py junit "$1/meson-logs/testlog.junit.xml")
  [ $status = 1 ] && cases=$(echo "$cases" | sed 's/ 0$/ 1/')
  echo "$cases" >>"$logs/counts"
}

# node_suite FOLDER DIRECTORY: the Node tests of a folder with the gateway of that build.
node_suite() {
  tap=$logs/$1-$(basename "$2").tap
  (
    cd "tests/$1" || exit 1
    export PATCHBAY_BIN="$root/$2/runtime/patchbay" PATCHBAY_PLUGIN_PATH="$root/$2/plugins"
    node --test --test-reporter=tap
  ) >"$tap" 2>&1
  python3 tests/count_cases.py tap "$tap" >>"$logs/counts"
}

# agents DIRECTORY: Claude Code, Codex and the Gemini CLI, which are large and not everywhere to be had.
agents() {
  if npm --prefix tests/agents ci --no-audit --no-fund >"$logs/agents-npm.log" 2>&1; then
    node_suite agents "$1"
  else
    echo "   skipped: npm cannot install them; see $logs/agents-npm.log"
  fi
}

# faults DIRECTORY
faults() {
  tap=$logs/faults-$(basename "$1").tap
  PATCHBAY_BIN="$root/$1/runtime/patchbay" PATCHBAY_PLUGIN_PATH="$root/$1/plugins" python3 tests/faults/run.py >"$tap" 2>&1
  python3 tests/count_cases.py tap "$tap" >>"$logs/counts"
}

# soak DIRECTORY: a short one; PATCHBAY_SOAK_RELOADS makes it longer.
soak() (
  export PATCHBAY_GALLERY="$root/$1/tests/gallery" PATCHBAY_EXAMPLES="$root/$1/sdk/examples" PATCHBAY_SANITIZED=1
  node_suite soak "$1"
)

step "packages"
must packages sh runtime/install_packages.sh runtime/packages.txt tests/packages.txt
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "nodejs npm" | tr ' ' '\n' >"$logs/node.txt"
  must node sh runtime/install_packages.sh "$logs/node.txt"
fi

step "optimised build, for the end-to-end tests and the benchmarks"
build build/optimised -Dbuildtype=release -Doptimization=2 -Dwerror=false -Dtests=false -Dbenchmarks=true

# Checks are called, not inlined: the same findings, and files compile in two thirds of the time.
step "build with sanitizers: $sanitizers"
build build/asan -Dbuildtype=plain -Db_ndebug=false -Db_lundef=false -Db_sanitize="$sanitizers" \
  -Dcpp_args="['-g1', '--param', 'asan-instrumentation-with-call-threshold=0']"
step "unit tests with sanitizers"
meson_test build/asan

if $with_tsan; then
  step "build with ThreadSanitizer"
  build build/tsan -Dbuildtype=plain -Db_ndebug=false -Db_lundef=false -Db_sanitize=thread -Dcpp_args=-g1
  step "unit tests under ThreadSanitizer"
  meson_test build/tsan
fi

step "end-to-end tests with the real clients"
must npm npm --prefix tests/e2e ci --no-audit --no-fund
PATCHBAY_OPTIMISED=1
export PATCHBAY_OPTIMISED
node_suite e2e build/optimised
unset PATCHBAY_OPTIMISED
step "end-to-end tests with sanitizers"
node_suite e2e build/asan
step "coding agents"
agents build/optimised
step "the web page in Chromium"
must ui-npm npm --prefix tests/ui ci --no-audit --no-fund
node_suite ui build/optimised
step "faults"
faults build/optimised
step "soak with sanitizers"
soak build/asan
if $with_tsan; then
  step "end-to-end tests and soak under ThreadSanitizer"
  node_suite e2e build/tsan
  soak build/tsan
fi

step "the SDK as a plugin's author meets it"
python3 tests/sdk/product/product_test.py build/optimised >"$logs/sdk.tap" 2>&1
python3 tests/count_cases.py tap "$logs/sdk.tap" >>"$logs/counts"

step "what is deployed"
python3 tests/deploy/deploy_test.py build/optimised build/asan >"$logs/deploy.tap" 2>&1
python3 tests/count_cases.py tap "$logs/deploy.tap" >>"$logs/counts"

step "commands of the READMEs"
python3 tests/docs/commands_test.py >"$logs/docs.tap" 2>&1
python3 tests/count_cases.py tap "$logs/docs.tap" >>"$logs/counts"

step "done"
finish
