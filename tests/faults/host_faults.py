"""What the machine can do to the gateway: descriptors, disks, names, the clock. Each case has a gateway of its own."""

import asyncio
import contextlib
import glob
import os
import pathlib
import subprocess

from client import Connection, ask, chat, request
from gateway import SANITIZED, Gateway, eventually
from load_faults import hold_streams, all_complete
from names import Names, lacks_names, resolver_prefix
from world import case, provider, route


def to_upstream(world):
    return '[upstream]\nkeep_alive = "1s"\n\n' + provider("well", f"http://127.0.0.1:{world.upstream.port}/v1") + route("", "well")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@case("no descriptor is left", own=True)
async def descriptors(world):
    gateway = await Gateway(world.folder, "descriptors").start(to_upstream(world), server="threads = 1", descriptors=128)
    try:
        kept = await Connection.open(gateway.port)
        assert (await kept.ask(request(chat("well", "before")))).text() == "before"
        crowd = [await Connection.open(gateway.port) for _ in range(300)]
        await eventually(lambda: gateway.descriptors() >= 128, lambda: f"{gateway.descriptors()} descriptors are open")
        before = cpu_seconds(gateway.pid)
        reply = await kept.ask(request(chat("refuses-with-500", "without")))
        assert reply.status in (500, 502, 503), reply  # a kept-alive socket may be there, or none can be had
        await asyncio.sleep(1)
        spent = cpu_seconds(gateway.pid) - before
        assert spent < 0.5, f"{spent} s of CPU in a second: it spins"
        for connection in crowd:
            connection.close()
        await gateway.answers()
        assert (await kept.ask(request(chat("well", "after")))).text() == "after"
        kept.close()
        await gateway.stop()
        return f"who is there: {reply.outcome()}; who comes waits; served again when some are free"
    finally:
        await gateway.kill()


@case("the log's disk is full", own=True)
async def log_full(world):
    gateway = await Gateway(world.folder, "log").start(to_upstream(world), stderr="/dev/full")
    try:
        for number in range(20):
            assert (await ask(gateway.port, chat("well", f"unlogged-{number}"))).text() == f"unlogged-{number}"
            assert (await ask(gateway.port, chat("resets-at-once", "unlogged"))).status == 502
        await gateway.stop()
        return "200 complete; only the log is lost"
    finally:
        await gateway.kill()


def fill(disk):
    """Leaves no room; what is returned is to be unlinked."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))
    return filler


@contextlib.contextmanager
def small_disk(folder, size="64k"):
    """A file system of that size."""
    disk = pathlib.Path(folder) / "disk"
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "patchbay-faults", disk], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def lacks_mount():
    if os.geteuid() != 0:
        return "only root may mount a small disk"
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return None if probe.returncode == 0 else "this container may not mount a small disk"


@case("the request log's disk is full", lacks=lacks_mount, own=True)
async def hook_full(world):
    with small_disk(world.folder) as disk:
        hook = f'[[hooks]]\nid = "lines"\nconfig = {{ type = "hook-request-log", config = {{ path = "{disk}/requests.log" }} }}\n'
        gateway = await Gateway(world.folder, "hook").start(to_upstream(world) + hook)
        try:
            filler = fill(disk)
            for number in range(200):
                assert (await ask(gateway.port, chat("well", f"unlogged-{number}"))).text() == f"unlogged-{number}"
            filler.unlink()
            await ask(gateway.port, chat("well", "logged again"))
            log = disk / "requests.log"
            await eventually(lambda: log.exists() and log.stat().st_size > 0 and log.read_text().endswith("}\n"), "no line is written after there is room again")
            await gateway.stop()
            return "200 complete; lines are lost until there is room again"
        finally:
            await gateway.kill()


def names_toml(world):
    return (
        '[upstream]\nkeep_alive = "1ms"\n\n'  # so that each request looks the name up
        + provider("flapping", f"http://flapping.test:{world.upstream.port}/v1")
        + provider("steady", f"http://steady.test:{world.upstream.port}/v1")
        + route("^sends", "flapping")
        + route("", "steady")
    )


@contextlib.asynccontextmanager
async def with_names(world):
    names = await Names().start()
    gateway = await Gateway(world.folder, "names").start(names_toml(world), server="threads = 1", prefix=resolver_prefix(world.folder))
    try:
        yield names, gateway
        await gateway.stop()
    finally:
        await gateway.kill()
        await names.stop()


@case("DNS fails, and comes back", lacks=lambda: lacks_names() or lacks_mount(), own=True)
async def flapping(world):
    async with with_names(world) as (names, gateway):
        told = []
        for mood in ("answer", "nxdomain", "answer", "servfail", "answer"):
            names.mood["flapping.test"] = mood
            await asyncio.sleep(0.05)  # the kept-alive socket goes
            told.append((await ask(gateway.port, chat("sends-single-bytes", "named"))).outcome())
        assert told[::2] == ["200 complete"] * 3, told
        assert set(told[1::2]) == {"502 resolve"}, told
    return "502 resolve while it fails, 200 as soon as it is back"


@case("DNS is silent for one host", lacks=lambda: lacks_names() or lacks_mount(), own=True)
async def silence(world):
    async with with_names(world) as (names, gateway):
        names.mood["flapping.test"] = "silence"
        waiting = [asyncio.create_task(ask(gateway.port, chat("sends-single-bytes", "named"))) for _ in range(8)]
        await eventually(lambda: names.asked > 0, "nobody asked for the name")
        for number in range(5):
            assert (await ask(gateway.port, chat("well", f"steady-{number}"))).text() == f"steady-{number}"
            assert not any(task.done() for task in waiting), "others waited until the silence was over"
        told = {reply.outcome() for reply in await asyncio.gather(*waiting)}
        assert told == {"502 resolve"}, told
    return "502 resolve; other hosts are served meanwhile"


def faketime_library():
    return next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)


def lacks_faketime():
    if SANITIZED:
        return "libfaketime and the sanitizers do not go together"
    return None if faketime_library() else "libfaketime is not installed"


@case("the clock steps", lacks=lacks_faketime, own=True)
async def clock(world):
    steps = pathlib.Path(world.folder) / "steps"
    steps.write_text("+0\n")
    environment = {"LD_PRELOAD": faketime_library(), "FAKETIME_TIMESTAMP_FILE": str(steps), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    gateway = await Gateway(world.folder, "clock").start(to_upstream(world), environment=environment)
    try:
        connections = await hold_streams(world, gateway, 50)
        for step in ("+10d", "-10d", "+1h", "+0"):
            steps.write_text(step + "\n")
            for number in range(5):
                assert (await ask(gateway.port, chat("well", f"{step}-{number}"))).text() == f"{step}-{number}"
        world.upstream.release.set()
        await all_complete(connections)
        for connection in connections:
            connection.close()
        await gateway.stop()
        return "200 complete, streams over the steps, too"
    finally:
        await gateway.kill()
