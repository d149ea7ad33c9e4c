"""Every fault of tests/faults/README.md against the real process, in TAP; the table is at the end, and in build/logs/faults.md."""

import argparse
import asyncio
import importlib
import pathlib
import sys
import tempfile
import traceback

from gateway import ROOT
from world import World, cases

for part in ("upstream_faults", "client_faults", "load_faults", "host_faults", "state_faults", "mix"):
    importlib.import_module(part)  # which adds its cases


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


async def run_all(chosen, folder):
    rows = [row("fault", "what the client got", "others served", "MiB before → after"), row("---", "---", "---", "---")]
    failed = 0
    world = await World().start(folder)
    for number, one in enumerate(chosen, 1):
        if reason := one.lacks():
            print(f"ok {number} - {one.name} # SKIP {reason}", flush=True)
            rows.append(row(one.name, f"skipped: {reason}", "", ""))
            continue
        try:
            told, served, memory = await world.run(one)
            print(f"ok {number} - {one.name}: {told}", flush=True)
            rows.append(row(one.name, told, served, memory))
        except Exception as error:  # the barrier between cases
            failed += 1
            print(f"not ok {number} - {one.name}", flush=True)
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="", flush=True)
            rows.append(row(one.name, f"FAILED: {error}".splitlines()[0], "", ""))
            await world.gateway.kill()  # the next case gets a gateway that nothing happened to
            world = await World().start(folder)
    print(f"1..{len(chosen)}")
    await world.stop()
    return rows, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only cases whose name has one of these in it")
    parser.add_argument("--list", action="store_true", help="the names, and no more")
    options = parser.parse_args()
    chosen = [one for one in cases if not options.names or any(name in one.name for name in options.names)]
    if options.list:
        print("\n".join(one.name for one in chosen))
        return
    print("TAP version 13")
    with tempfile.TemporaryDirectory(prefix="patchbay-faults-") as folder:
        rows, failed = asyncio.run(run_all(chosen, folder))
    print("".join(f"# {line}\n" for line in rows), end="")
    logs = ROOT / "build/logs"
    logs.mkdir(parents=True, exist_ok=True)
    pathlib.Path(logs / "faults.md").write_text("\n".join(rows) + "\n")
    sys.exit(failed > 0)


main()
