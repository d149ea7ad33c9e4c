"""A day of traffic in a minute: every fault at random, many at once, with configurations that are read again meanwhile.

What must hold: every request that was sent whole is answered once, with its own answer or with an error that fits what happened to it."""

import asyncio
import os
import random
import signal

from client import Connection, chat, request
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
    def __init__(self, world):
        self.world = world
        self.random = random.Random(SEED)
        self.left = REQUESTS
        self.answered = 0
        self.failed = 0
        self.rude = 0

    async def client(self):
        """One client that keeps its connection as long as the gateway does."""
        connection = None
        while self.left > 0:
            self.left -= 1
            connection = connection or await Connection.open(self.world.port)
            if self.random.random() < 0.1:
                connection = await self.be_rude(connection)
                continue
            if not await self.ask(connection):
                connection = connection.close()
        if connection:
            connection.close()

    async def ask(self, connection):
        """Whether the connection can be used again."""
        mark = f"{SEED}-{self.left}"
        stream = self.random.random() < 0.5
        model, allowed = self.random.choice([(model, forms[stream]) for model, forms in OUTCOMES.items() if forms[stream]])
        if self.random.random() < 0.5:
            model, allowed = "well", OUTCOMES["well"][stream]
        reply = await asyncio.wait_for(connection.ask(request(chat(model, mark, stream, padding=self.random.choice((0, 0, 100, 70_000))))), 120)
        if reply.status == 0 and connection.used:  # the gateway closed a kept-alive connection: as HTTP allows, and the request was not taken
            return False
        outcome = reply.outcome()
        assert outcome in allowed, f"{model}, streamed: {stream}: {outcome}, seed {SEED}"
        if outcome == "200 complete":
            assert reply.text() == mark, f"{model}: somebody else's answer, seed {SEED}: {reply}"
        self.answered += 1
        self.failed += outcome != "200 complete"
        connection.used = True
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

    async def reload(self):
        """Configurations that are read again: good ones, and faulty ones that must change nothing."""
        text = self.world.gateway.file.read_text()
        for number in range(10**9):
            await asyncio.sleep(0.5)
            self.world.gateway.file.write_text(text + f"# {number}\n" + ("[[[\n" if number % 3 == 2 else ""))
            self.world.gateway.signal(signal.SIGHUP)


@case("a day of traffic, every fault at random", slack=32)
async def day(world):
    mix = Mix(world)
    text = world.gateway.file.read_text()
    reloads = asyncio.create_task(mix.reload())
    try:
        await asyncio.gather(*(mix.client() for _ in range(AT_ONCE)))
    finally:
        reloads.cancel()
        world.gateway.file.write_text(text)
    return f"{mix.answered} answers, {mix.failed} of them errors that fit; {mix.rude} clients that left; seed {SEED}"
