"""A provider of Chat Completions that does what the model's name asks for. Every answer carries the mark of its request back."""

import asyncio
import collections
import json
import socket
import struct

chunk_of = "data: {}\n\n".format


def mark_of(body):
    return body["messages"][-1]["content"].strip()


def completion(text):
    message = {"role": "assistant", "content": text}
    return json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


def piece(delta, finish=None):
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return chunk_of(json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices})).encode()


def whole(text, status="200 OK", headers=""):
    data = completion(text).encode() if status.startswith("200") else json.dumps({"error": {"message": text, "type": "server_error"}}).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{headers}\r\n".encode() + data


stream_head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def in_chunk(data):
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def stream_of(mark):
    """A whole stream, in the pieces that it is written in."""
    first, second = mark[: len(mark) // 2], mark[len(mark) // 2 :]
    return [in_chunk(piece({"role": "assistant", "content": first})), in_chunk(piece({"content": second})), in_chunk(piece({}, "stop") + b"data: [DONE]\n\n"), b"0\r\n\r\n"]


class Closed(Exception):
    """The behaviour has ended the connection."""


class Upstream:
    """`asked` counts the requests that arrived, `marks` are theirs, `busy` counts those that are being answered, by model; `held` is how many
    wait for `release`."""

    def __init__(self):
        self.asked = 0
        self.marks = set()
        self.busy = collections.Counter()
        self.release = asyncio.Event()
        self.held = 0

    async def start(self, ssl=None):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=ssl, backlog=4096)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def stop(self):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
                body = json.loads(await reader.readexactly(length))
                self.asked += 1
                self.marks.add(mark_of(body))
                await self.answer(body, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, Closed):
            pass
        finally:
            writer.close()

    async def answer(self, body, reader, writer):
        self.busy[body["model"]] += 1
        try:
            await behaviours[body["model"]](self, body, reader, writer)
            await writer.drain()
        finally:
            self.busy[body["model"]] -= 1

    async def gone(self, reader):
        """Returns when the gateway hung up."""
        assert await reader.read(1) == b"", "the gateway sent more than its request"
        raise Closed


behaviours = {}


def behaviour(function):
    behaviours[function.__name__.replace("_", "-")] = function
    return function


@behaviour
async def well(upstream, body, reader, writer):
    if not body.get("stream"):
        writer.write(whole(mark_of(body)))
        return
    writer.write(stream_head)
    for part in stream_of(mark_of(body)):
        writer.write(part)
        await writer.drain()


@behaviour
async def held(upstream, body, reader, writer):
    """The first half of a stream at once, the rest when everybody is released."""
    writer.write(stream_head)
    parts = stream_of(mark_of(body))
    writer.write(parts[0])
    await writer.drain()
    upstream.held += 1
    gone, released = asyncio.ensure_future(reader.read(1)), asyncio.ensure_future(upstream.release.wait())
    await asyncio.wait((gone, released), return_when=asyncio.FIRST_COMPLETED)
    released.cancel()
    if not gone.cancel():
        raise Closed
    await asyncio.wait((gone,))
    for part in parts[1:]:
        writer.write(part)


@behaviour
async def waits_for_ever(upstream, body, reader, writer):
    await upstream.gone(reader)


@behaviour
async def stalls_before_headers(upstream, body, reader, writer):
    await upstream.gone(reader)


@behaviour
async def stalls_mid_stream(upstream, body, reader, writer):
    writer.write(stream_head + stream_of(mark_of(body))[0])
    await upstream.gone(reader)


@behaviour
async def stalls_mid_reply(upstream, body, reader, writer):
    writer.write(whole(mark_of(body))[:-5])
    await upstream.gone(reader)


def reset(writer):
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise Closed


@behaviour
async def resets_at_once(upstream, body, reader, writer):
    reset(writer)


@behaviour
async def resets_mid_stream(upstream, body, reader, writer):
    writer.write(stream_head + stream_of(mark_of(body))[0])
    await writer.drain()
    await asyncio.sleep(0.05)  # a reset overtakes what is in flight
    reset(writer)


@behaviour
async def ends_mid_stream(upstream, body, reader, writer):
    writer.write(stream_head + stream_of(mark_of(body))[0])
    raise Closed


@behaviour
async def says_no_http(upstream, body, reader, writer):
    writer.write(b"\x16\x03\x01 SSH-2.0-what\r\n\r\n" + bytes(range(256)))
    raise Closed


@behaviour
async def says_no_json(upstream, body, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{not json")


@behaviour
async def streams_garbage(upstream, body, reader, writer):
    writer.write(stream_head + stream_of(mark_of(body))[0] + in_chunk(b"data: {\"choices\": [\xff\xfe\n\n") + in_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")


@behaviour
async def breaks_its_chunks(upstream, body, reader, writer):
    writer.write(stream_head + stream_of(mark_of(body))[0] + b"not a size\r\n")
    raise Closed


@behaviour
async def sends_single_bytes(upstream, body, reader, writer):
    """Every byte of head and body in a packet of its own."""
    parts = [stream_head, *stream_of(mark_of(body))] if body.get("stream") else [whole(mark_of(body))]
    for byte in b"".join(parts):
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0)


@behaviour
async def sends_50_mib(upstream, body, reader, writer):
    writer.write(whole(mark_of(body) + "x" * (50 << 20)))


@behaviour
async def streams_50_mib(upstream, body, reader, writer):
    writer.write(stream_head + stream_of(mark_of(body))[0])
    bulk = in_chunk(piece({"content": "x" * (64 << 10)}))
    for _ in range(800):
        writer.write(bulk)
        await writer.drain()
    for part in stream_of(mark_of(body))[1:]:
        writer.write(part)


@behaviour
async def sends_an_endless_head(upstream, body, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 8192 + b"\r\n")
        await writer.drain()


@behaviour
async def closes_after_each_reply(upstream, body, reader, writer):
    """Says keep-alive, and closes: the gateway learns it when it uses the socket again, or before."""
    writer.write(whole(mark_of(body)))
    await writer.drain()
    raise Closed


@behaviour
async def answers_twice(upstream, body, reader, writer):
    writer.write(whole(mark_of(body)) + whole("somebody else's answer"))


@behaviour
async def refuses_with_500(upstream, body, reader, writer):
    writer.write(whole("As scripted.", "500 Internal Server Error"))


@behaviour
async def refuses_with_429(upstream, body, reader, writer):
    writer.write(whole("As scripted.", "429 Too Many Requests", "Retry-After: 1\r\n"))
