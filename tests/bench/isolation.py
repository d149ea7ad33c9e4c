#!/usr/bin/env python3
"""Measures what `isolation = "process"` costs: the same gateway with a module in the host and in a process of its own. See README.md."""

import argparse
import pathlib
import statistics
import sys
import tempfile

import proxies
import run

LOADS = ["small", "large", "streams"]
# name of the variant: which modules have processes of their own
VARIANTS = {"host": (), "dialect": ("dialect",), "provider": ("provider",), "both": ("dialect", "provider")}

TOML = """
[server]
listen = "127.0.0.1:{port}"
threads = 1

[log]
level = "warning"

[plugins]
directories = [{plugins}]

[upstream]
max_idle_per_origin = 512

# Looks into every document and every event, and changes none.
[library.dialect]
type = "compatibility-field-mapping"
isolation = "{dialect}"

[library.dialect.config]
request = [{{ action = "remove", path = "nobody_sends_this" }}]
response = [{{ action = "remove", path = "nobody_sends_this" }}]
event = [{{ action = "remove", path = "nobody_sends_this" }}]

[library.provider]
type = "provider-openai"
isolation = "{provider}"
config = {{ base_url = "http://127.0.0.1:{upstream}/v1", api_keys = ["bench-upstream-key"] }}

[[routes]]
id = "bench"
pattern = {{ protocols = ["openai-chat"] }}
modules = [
  {{ type = "llmSwitch", config = {{ type = "llmswitch-passthrough", config = {{ }} }} }},
  {{ type = "compatibility", config = "dialect" }},
  {{ type = "provider", config = "provider" }},
]
"""


def start(variant, arguments, directory, core, upstream):
    port = proxies.free_port()
    conf = pathlib.Path(directory) / f"{variant}.toml"
    isolation = {module: "process" if module in VARIANTS[variant] else "none" for module in ("dialect", "provider")}
    plugins = ", ".join(f'"{path}"' for path in arguments.plugins)
    conf.write_text(TOML.format(upstream=upstream, port=port, plugins=plugins, **isolation))
    server = proxies.Server(variant, [arguments.patchbay, "run", str(conf)], directory, core, port).wait_until_serving("/ready")
    server.measured += proxies.children_of(server.process.pid)
    return server


def print_table(results, rounds):
    header = f"{'load':8} {'processes':9} {'CPU µs/unit':>12} {'÷ host':>8} {'p50 µs':>9} {'p99 µs':>9} {'RSS MiB':>8}"
    print(header + "\n" + "─" * len(header))
    for load, by_variant in results.items():
        summary = {variant: {key: statistics.median(one[key] for one in of) for key in ("cpu_us", "p50_us", "p99_us", "rss_mib")} for variant, of in by_variant.items()}
        for variant, row in summary.items():
            ratio = row["cpu_us"] / summary["host"]["cpu_us"]
            print(f"{load:8} {variant:9} {row['cpu_us']:12.2f} {ratio:8.2f} {row['p50_us']:9,.0f} {row['p99_us']:9,.0f} {row['rss_mib']:8.1f}")
    print(f"medians of {rounds} rounds; CPU and RSS of the host and its processes together")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=lambda path: pathlib.Path(path).resolve(), default=run.ROOT / "build/optimised")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--quick", action="store_true", help="one short round: is everything right? Says nothing about speed")
    arguments = parser.parse_args()
    arguments.patchbay = str(arguments.build / "runtime/patchbay")
    arguments.plugins = [str(arguments.build / "plugins")]
    if arguments.quick:
        arguments.rounds, arguments.seconds = 1, 1.0
    load_core, core = run.cores()
    servers, results = [], {}
    with tempfile.TemporaryDirectory(prefix="patchbay-bench-") as directory:
        try:
            mock = proxies.start_mock(str(arguments.build / "tests/bench/bench-mock"), directory, load_core, run.STREAM_EVENTS, 2_000 if arguments.quick else 10_000)
            servers.append(mock)
            gateways = [start(variant, arguments, directory, core, mock.port) for variant in VARIANTS]
            servers += gateways
            binary = str(arguments.build / "tests/bench/bench-load")
            for load in LOADS:
                results[load] = {gateway.name: [] for gateway in gateways}
                for number in range(arguments.rounds):
                    for gateway in gateways:
                        print(f"bench: {load}, round {number + 1} of {arguments.rounds}: {gateway.name}", file=sys.stderr)
                        results[load][gateway.name].append(run.run_load(binary, load_core, gateway, load, arguments.seconds))
        finally:
            for server in reversed(servers):
                server.stop()
    wrong = run.errors_in(results)
    for error in wrong:
        print(f"bench: WRONG: {error}", file=sys.stderr)
    if not wrong:
        print_table(results, arguments.rounds)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
