"""A day of traffic in a minute: every fault at random, many at once, with configurations that are read again meanwhile.

What must hold: every request that was sent whole is answered once, with its own answer or with an error that fits what happened to it."""

import asyncio
import os
import random
import signal

from client import Connection, chat, request
from gateway import SANITIZED
from world import case

REQUESTS = int(os.environ.get("PATCHBAY_FAULT_REQUESTS", 3000))  # 86400 is a request for each second of a day
SEED = int(os.environ.get("PATCHBAY_FAULT_SEED", random.randrange(1 << 30)))
AT_ONCE = 48

# model → what may come of it, whole and streamed; None: that form is not asked for
OUTCOMES = {
    "well": ({"200 complete"}, {"200 complete"}),
    "sends-single-bytes": ({"200 complete"}, {"200 complete"}),
    "closes-after-each-reply": ({"200 complete"}, None),
    "answers-twice": ({"200 complete"}, None),
    "refused": ({"502 connect"}, {"502 connect"}),
    "wrong-certificate": ({"502 tls"}, {"502 tls"}),
    "no-such-name": ({"502 resolve"}, {"502 resolve"}),
    "resets-at-once": ({"502 reset"}, {"502 reset"}),
    "stalls-mid-stream": (None, {"200, then the error event idle_timeout"}),
    "resets-mid-stream": (None, {"200, then the error event reset"}),
    "ends-mid-stream": (None, {"200, then the error event reset"}),
    "says-no-http": ({"502 malformed"}, {"502 malformed"}),
    "says-no-json": ({"502 malformed_reply"}, None),
    "streams-garbage": (None, {"200, then the error event malformed_event"}),
    "breaks-its-chunks": (None, {"200, then the error event malformed"}),
    "refuses-with-500": ({"500 server_error"}, {"500 server_error"}),
    "refuses-with-429": ({"429 server_error"}, {"429 server_error"}),
}
RUDE = ("leaves", "resets", "sends half", "speaks noise")


class Mix:
    def __init__(self, world, requests, seed):
        self.world = world
        self.seed = seed
        self.random = random.Random(seed)
        self.left = requests
        self.answered = 0
        self.failed = 0
        self.rude = 0
        self.late = 0

    async def client(self):
        """One client that keeps its connection as long as the gateway does."""
        connection = None
        while self.left > 0:
            self.left -= 1
            number = self.left
            connection = connection or await Connection.open(self.world.port)
            if self.random.random() < 0.1:
                connection = await self.be_rude(connection)
                continue
            if not await self.ask(connection, number):
                connection = connection.close()
        if connection:
            connection.close()

    async def ask(self, connection, number):
        """Whether the connection can be used again."""
        mark = f"{self.seed}-{number}"
        stream = self.random.random() < 0.5
        model, allowed = self.random.choice([(model, forms[stream]) for model, forms in OUTCOMES.items() if forms[stream]])
        if self.random.random() < 0.5:
            model, allowed = "well", OUTCOMES["well"][stream]
        reply = await asyncio.wait_for(connection.ask(request(chat(model, mark, stream, padding=self.random.choice((0, 0, 100, 70_000))))), 120)
        if reply.status == 0:  # closed for having been idle too long, as HTTP allows; but then the request was not taken
            assert mark not in self.world.upstream.marks, f"{model}: the provider was asked, the client got nothing, seed {SEED}"
            self.late += 1
            return False
        outcome = reply.outcome()
        assert outcome in allowed, f"{model}, streamed: {stream}: {outcome}, seed {SEED}"
        if outcome == "200 complete":
            assert reply.text() == mark, f"{model}: somebody else's answer, seed {SEED}: {reply}"
        self.answered += 1
        self.failed += outcome != "200 complete"
        return reply.headers.get("connection", "").lower() != "close" and reply.whole

    async def be_rude(self, connection):
        self.rude += 1
        how = self.random.choice(RUDE)
        whole = request(chat(self.random.choice(("well", "stalls-before-headers", "streams-50-mib")), "rude", stream=True))
        if how == "sends half":
            await connection.send(whole[: self.random.randrange(1, len(whole))])
        elif how == "speaks noise":
            await connection.send(self.random.randbytes(200) + b"\r\n\r\n")
            assert (await connection.reply()).status in (0, 400), "noise was taken for a request"
        else:
            await connection.send(whole)
            await asyncio.sleep(self.random.random() * 0.1)
        if how == "resets":
            connection.reset()
        else:
            connection.close()

    async def reload(self, text):
        """Configurations that are read again: good ones, and faulty ones that must change nothing."""
        for number in range(10**9):
            await asyncio.sleep(0.5)
            self.world.gateway.file.write_text(text + f"# {number}\n" + ("[[[\n" if number % 3 == 2 else ""))
            self.world.gateway.signal(signal.SIGHUP)


@case("a day of traffic, every fault at random", slack=32)
async def day(world):
    text = world.gateway.file.read_text()
    halves, memory = [], []
    for half in range(2):
        mix = Mix(world, REQUESTS // 2, SEED + half)
        reloads = asyncio.create_task(mix.reload(text))
        try:
            await asyncio.gather(*(mix.client() for _ in range(AT_ONCE)))
        finally:
            reloads.cancel()
            world.gateway.file.write_text(text)
        halves.append(mix)
        memory.append(world.gateway.memory())
    assert SANITIZED or memory[1] - memory[0] < 8, f"after the first half {memory[0]:.0f} MiB, after the second {memory[1]:.0f}: it leaks"
    answered, failed, rude, late = (sum(getattr(mix, name) for mix in halves) for name in ("answered", "failed", "rude", "late"))
    assert late < REQUESTS // 20, f"{late} requests came to a connection that had just been closed"
    return f"{answered} answers, {failed} of them errors that fit; {rude} clients that left, {late} that were too late; seed {SEED}"
