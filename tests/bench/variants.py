"""The same gateway in several variants behind the same load, in turns: what does each cost beside the first?"""

import argparse
import pathlib
import statistics
import sys
import tempfile

import proxies
import run

def parse_arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", type=lambda path: pathlib.Path(path).resolve(), default=run.ROOT / "build/optimised")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--load", action="append", choices=list(run.LOADS), help="only this load (may be repeated)")
    parser.add_argument("--quick", action="store_true", help="one short round: is everything right? Says nothing about speed")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds, arguments.seconds = 1, 1.0
    return arguments


def start(name, toml, arguments, directory, core, upstream):
    binary, plugins = str(arguments.build / "runtime/patchbay"), [str(arguments.build / "plugins")]
    server = proxies.start_gateway(name, toml, binary, plugins, directory, core, upstream)
    server.measured += proxies.children_of(server.process.pid)
    return server


def measure(variants, loads, arguments):
    """`variants` is {name: toml as for proxies.start_gateway}, the first the one that the others are held against. {load: {name: [round, …]}}"""
    load_core, core = run.cores()
    servers, results = [], {}
    with tempfile.TemporaryDirectory(prefix="patchbay-bench-") as directory:
        try:
            mock = proxies.start_mock(str(arguments.build / "tests/bench/bench-mock"), directory, load_core, run.STREAM_EVENTS, 2_000 if arguments.quick else 10_000)
            servers.append(mock)
            for name, toml in variants.items():
                servers.append(start(name, toml, arguments, directory, core, mock.port))
            gateways = servers[1:]
            binary = str(arguments.build / "tests/bench/bench-load")
            for load in arguments.load or loads:
                results[load] = {gateway.name: [] for gateway in gateways}
                for number in range(arguments.rounds):
                    first = number % len(gateways)  # who comes first in a round has it harder, so each does in turn
                    for gateway in gateways[first:] + gateways[:first]:
                        print(f"bench: {load}, round {number + 1} of {arguments.rounds}: {gateway.name}", file=sys.stderr)
                        results[load][gateway.name].append(run.run_load(binary, load_core, gateway, load, arguments.seconds))
        finally:
            for server in reversed(servers):
                server.stop()
    return results


def print_table(results, rounds):
    """CPU beside the first variant's is the median of each round's ratio: both were measured within the same seconds."""
    first = next(iter(next(iter(results.values()))))
    header = f"{'load':8} {'variant':10} {'CPU µs/unit':>12} {'÷ ' + first:>10} {'p50 µs':>9} {'p99 µs':>9} {'RSS MiB':>8}"
    print(header + "\n" + "─" * len(header))
    for load, by_variant in results.items():
        for name, of in by_variant.items():
            row = {key: statistics.median(one[key] for one in of) for key in ("cpu_us", "p50_us", "p99_us", "rss_mib")}
            ratio = statistics.median(one["cpu_us"] / base["cpu_us"] for one, base in zip(of, by_variant[first]))
            print(f"{load:8} {name:10} {row['cpu_us']:12.2f} {ratio:10.2f} {row['p50_us']:9,.0f} {row['p99_us']:9,.0f} {row['rss_mib']:8.1f}")
    print(f"medians of {rounds} rounds; CPU and RSS of the host and its processes together")


def main(description, variants, loads):
    arguments = parse_arguments(description)
    results = measure(variants, loads, arguments)
    wrong = run.errors_in(results)
    for error in wrong:
        print(f"bench: WRONG: {error}", file=sys.stderr)
    if not wrong:
        print_table(results, arguments.rounds)
    return 1 if wrong else 0
