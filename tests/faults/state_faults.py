"""What happens to the state that limits are counted in. While it is away, `[state] on_failure` says what a request with limits gets."""

import asyncio
import contextlib
import hashlib
import shutil
import subprocess

from client import ask, chat
from gateway import Gateway, free_port
from host_faults import fill, lacks_mount, small_disk, to_upstream
from world import case

KEY = "the-key-of-a-client"
AUTHORIZATION = (f"Authorization: Bearer {KEY}",)
REFUSED = "503 state_unavailable"


def limited(world, url, on_failure):
    """Limits that the test does not reach, but small enough for what is leased of them (a 32nd) to be used up while the state is away."""
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    key = f'[[keys]]\nname = "client"\nkey_hash = "sha256:{digest}"\nrequests_per_minute = 6000\nbudgets = [{{ per = "day", tokens = 100000000 }}]\n\n'
    return f'[state]\nurl = "{url}"\non_failure = "{on_failure}"\ntimeout = "500ms"\n\n' + key + to_upstream(world)


@contextlib.asynccontextmanager
async def two_gateways(world, url):
    """One that is closed while the state is away, one that is open."""
    gateways = []
    try:
        for on_failure in ("closed", "open"):
            gateway = Gateway(world.folder, on_failure)
            gateway.headers = AUTHORIZATION
            gateways.append(await gateway.start(limited(world, url(on_failure), on_failure)))
        yield gateways
        for gateway in gateways:
            await gateway.stop()
    finally:
        for gateway in gateways:
            await gateway.kill()


async def told(gateway, count=20):
    replies = await asyncio.gather(*(ask(gateway.port, chat("well", "limited"), headers=AUTHORIZATION) for _ in range(count)))
    return {reply.outcome() for reply in replies}


async def becomes(gateway, wanted):
    """Asks until every answer is that one; nothing but what is allowed comes meanwhile."""
    for _ in range(600):
        outcomes = await told(gateway)
        assert outcomes <= {"200 complete", REFUSED}, outcomes
        if outcomes == {wanted}:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{outcomes}, not {wanted}:\n{gateway.log()[-2000:]}")


async def away_and_back(gateways, take_away, bring_back):
    closed, open_ = gateways
    await becomes(closed, "200 complete")
    take_away()
    await becomes(closed, REFUSED)
    for _ in range(10):
        assert await told(open_) == {"200 complete"}
    bring_back()
    await becomes(closed, "200 complete")
    assert await told(open_) == {"200 complete"}
    return f"closed: {REFUSED}; open: 200 complete; both as before when it is back"


@case("the state's disk is full", lacks=lacks_mount, own=True)
async def disk_full(world):
    with small_disk(world.folder, "1m") as disk:
        async with two_gateways(world, lambda name: f"sqlite:{disk}/{name}.db") as (closed, open_):
            filler = fill(disk)
            outcomes = set()
            for _ in range(30):  # SQLite may find room within the files that it has
                outcomes |= await told(closed)
                assert await told(open_) == {"200 complete"}
            assert outcomes <= {"200 complete", REFUSED}, outcomes
            filler.unlink()
            await becomes(closed, "200 complete")
            return f"closed: {' or '.join(sorted(outcomes))}; open: 200 complete; as before when there is room again"


class Redis:
    def __init__(self):
        self.port = free_port()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()


@case("Redis is killed, and comes back", lacks=lambda: None if shutil.which("redis-server") else "there is no redis-server", own=True)
async def redis_killed(world):
    redis = Redis().start()
    try:
        async with two_gateways(world, lambda _: f"redis://127.0.0.1:{redis.port}") as gateways:
            return await away_and_back(gateways, redis.kill, redis.start)
    finally:
        redis.kill()
