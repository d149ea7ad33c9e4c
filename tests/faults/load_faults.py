"""Many at once, and an end in the middle of it. Each case has a gateway of its own, on the provider that all share."""

import asyncio
import contextlib
import resource
import signal

from client import Connection, ask, chat, request
from gateway import SANITIZED, Gateway, eventually
from world import case, provider, route

IDLE = 10_000
STREAMS = 5_000
BAR = 300  # MiB for all streams
LONG = 'header_timeout = "5m"\nkeep_alive_timeout = "5m"\nwrite_timeout = "5m"'


def needs(descriptors):
    """Some are for everything else that is open."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return None if hard >= descriptors + 500 else f"this takes {descriptors + 500} descriptors, and only {hard} are allowed here"


@contextlib.asynccontextmanager
async def own_gateway(world, name, server, upstream=None):
    port = (upstream or world.upstream).port
    toml = '[upstream]\nkeep_alive = "1s"\n\n' + provider("well", f"http://127.0.0.1:{port}/v1") + route("", "well")
    gateway = await Gateway(world.folder, name).start(toml, server=server)
    try:
        yield gateway
    finally:
        await gateway.kill()


async def hold_streams(world, gateway, count):
    """So many streams that have brought their first event, each on a connection of its own, and that wait."""
    world.upstream.release.clear()
    world.upstream.held = 0
    connections = []
    for first in range(0, count, 250):
        batch = await asyncio.gather(*(Connection.open(gateway.port) for _ in range(min(250, count - first))))
        for number, connection in enumerate(batch, first):
            await connection.send(request(chat("held", f"stream-{number}", stream=True)))
        connections += batch
        await eventually(lambda: world.upstream.held >= len(connections), lambda: f"{world.upstream.held} of {len(connections)} streams arrived", 60)
    return connections


async def all_complete(connections):
    replies = await asyncio.gather(*(asyncio.wait_for(connection.reply(), 120) for connection in connections))
    wrong = [number for number, reply in enumerate(replies) if not reply.whole or reply.text() != f"stream-{number}"]
    assert not wrong, f"{len(wrong)} of {len(replies)} streams are not what they should be, the first: {replies[wrong[0]]}"


@case("10,000 idle connections", lacks=lambda: needs(IDLE), own=True)
async def idle(world):
    async with own_gateway(world, "idle", LONG) as gateway:
        before, rest = gateway.memory(), gateway.descriptors()
        connections = []
        for _ in range(0, IDLE, 250):
            connections += await asyncio.gather(*(Connection.open(gateway.port) for _ in range(250)))
        used = await asyncio.gather(*(connection.ask(request(chat("well", "used"))) for connection in connections[::20]))
        assert all(reply.text() == "used" for reply in used)
        for number in range(50):
            assert (await ask(gateway.port, chat("well", f"new-{number}"))).text() == f"new-{number}"
        most = gateway.memory()
        for connection in connections:
            connection.close()
        await eventually(lambda: gateway.descriptors() <= rest, lambda: f"{gateway.descriptors()} descriptors are open, {rest} at rest", 60)
        await gateway.stop()
    return f"all are kept, and others are served; {most - before:.0f} MiB for all of them"


@case("more connections than are allowed", own=True)
async def too_many(world):
    async with own_gateway(world, "crowded", "max_connections = 50\n" + LONG) as gateway:
        crowd = await asyncio.gather(*(Connection.open(gateway.port) for _ in range(50)))
        assert (await crowd[0].ask(request(chat("well", "within")))).text() == "within"
        told = [(await ask(gateway.port, chat("well", "one more"))).outcome() for _ in range(20)]
        for connection in crowd:
            connection.close()
        await gateway.answers()
        await gateway.stop()
    assert set(told) == {"503 too_many_connections"}, told
    return told[0]


@case("5,000 concurrent streams on one thread", lacks=lambda: needs(2 * STREAMS), own=True)
async def streams(world):
    async with own_gateway(world, "streams", "threads = 1\n" + LONG) as gateway:
        rest = gateway.descriptors()
        connections = await hold_streams(world, gateway, STREAMS)
        most = gateway.memory()
        world.upstream.release.set()
        await all_complete(connections)
        for connection in connections:
            connection.close()
        await eventually(lambda: gateway.descriptors() <= rest, lambda: f"{gateway.descriptors()} descriptors are open, {rest} at rest", 60)
        await gateway.stop()
    assert SANITIZED or most < BAR, f"{most:.0f} MiB"
    return f"200 complete, all of them; {most:.0f} MiB"


@case("SIGTERM under load", own=True)
async def terminated(world):
    async with own_gateway(world, "terminated", 'shutdown_timeout = "60s"') as gateway:
        connections = await hold_streams(world, gateway, 200)
        gateway.signal(signal.SIGTERM)
        await eventually(lambda: "finishing what is in flight" in gateway.log(), gateway.log)
        world.upstream.release.set()
        await all_complete(connections)
        for connection in connections:
            connection.close()
        assert await gateway.exit() == 0
    return "200 complete, all 200 that were in flight"


@case("SIGTERM while a stream will not end", own=True)
async def terminated_late(world):
    async with own_gateway(world, "late", 'shutdown_timeout = "1s"') as gateway:
        connections = await hold_streams(world, gateway, 20)
        gateway.signal(signal.SIGTERM)
        replies = await asyncio.gather(*(asyncio.wait_for(connection.reply(), 60) for connection in connections))
        assert await gateway.exit() == 0
        world.upstream.release.set()
        assert not any(reply.whole for reply in replies), "an answer that was cut off looks complete"
    return "200, cut off after shutdown_timeout"


@case("SIGKILL under load", own=True)
async def killed(world):
    async with own_gateway(world, "killed", "") as gateway:
        connections = await hold_streams(world, gateway, 200)
        gateway.signal(signal.SIGKILL)
        replies = await asyncio.gather(*(asyncio.wait_for(connection.reply(), 60) for connection in connections))
        await gateway.exit()
        world.upstream.release.set()
        assert not any(reply.whole for reply in replies), "an answer that was cut off looks complete"
        await gateway.launch()
        await gateway.stop()
    return "200, cut off; started again, it serves at once"
