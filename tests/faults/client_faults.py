"""What a client can do to the gateway."""

import asyncio

from client import Connection, chat, request
from gateway import eventually
from world import case

HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
BODY = chat("well", "smuggled")


async def refused(world, data, status):
    """Sends bytes that must be refused with that status, and without anything behind them being taken for a request."""
    world.upstream.marks.clear()
    connection = await Connection.open(world.port)
    reply = await connection.ask(data)
    assert reply.status == status and reply.whole, reply
    assert await asyncio.wait_for(connection.at_end(), 10), "the connection stays open for what follows"
    connection.close()
    assert "smuggled" not in world.upstream.marks, "what stood behind a refused request was taken for another one"
    return reply


@case("client leaves before the answer")
async def leaves_early(world):
    connection = await Connection.open(world.port)
    await connection.send(request(chat("waits-for-ever", "left")))
    await eventually(lambda: world.upstream.busy["waits-for-ever"], "the provider was not asked")
    connection.close()
    await eventually(lambda: not world.upstream.busy["waits-for-ever"], "the call to the provider went on")
    return "nothing; the call to the provider was ended"


@case("client leaves in a stream, with a reset")
async def leaves_stream(world):
    connection = await Connection.open(world.port)
    await connection.send(request(chat("held", "left", stream=True)))
    await connection.reader.readuntil(b"data: ")
    connection.reset()
    await eventually(lambda: not world.upstream.busy["held"], "the call to the provider went on")
    return "the first event; the call to the provider was ended"


@case("client does not read", slack=16)
async def does_not_read(world):
    connection = await Connection.open(world.port, limit=1 << 10)
    connection.writer.transport.pause_reading()
    await connection.send(request(chat("streams-50-mib", "unread", stream=True)))
    await eventually(lambda: world.upstream.busy["streams-50-mib"], "the provider was not asked")
    most = 0.0
    while world.upstream.busy["streams-50-mib"]:  # until write_timeout has passed
        most = max(most, world.gateway.memory())
        await asyncio.sleep(0.05)
    connection.close()
    return f"dropped after write_timeout; at most {most:.0f} MiB meanwhile"


@case("client sends its head one byte at a time (slowloris)")
async def slowloris(world):
    connections = [await Connection.open(world.port) for _ in range(200)]
    for byte in HEAD[:40]:
        for connection in connections:
            try:
                await connection.send(bytes((byte,)))
            except ConnectionError:
                pass
        await asyncio.sleep(0.05)
    replies = await asyncio.gather(*(asyncio.wait_for(connection.reply(), 30) for connection in connections))
    for connection in connections:
        connection.close()
    assert all(reply.status == 408 for reply in replies), {reply.status for reply in replies}
    return "408, all 200 of them"


@case("client sends its body one byte at a time")
async def slow_body(world):
    connection = await Connection.open(world.port)
    await connection.send(request(BODY)[:-20])
    reply = await asyncio.wait_for(connection.reply(), 30)
    connection.close()
    assert reply.status == 408, reply
    return reply.outcome()


@case("client opens a connection and says nothing")
async def silent(world):
    connection = await Connection.open(world.port)
    assert await asyncio.wait_for(connection.at_end(), 30)
    return "closed after header_timeout"


@case("client speaks TLS, or nothing known")
async def no_http(world):
    for noise in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n", b"HELO gateway\r\n\r\n", b"\x00" * 200 + b"\r\n\r\n"):
        await refused(world, noise, 400)
    return "400"


@case("smuggling: Content-Length with Transfer-Encoding")
async def length_and_chunks(world):
    await refused(world, HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + request(BODY), 400)
    return "400, closed"


@case("smuggling: two lengths, or one that is no number")
async def two_lengths(world):
    await refused(world, HEAD + b"Content-Length: 4\r\nContent-Length: 40\r\n\r\n{}  " + request(BODY), 400)
    for wrong in (b"+4", b"0x4", b"4, 4", b"-1", b"4 4", b"18446744073709551616"):
        await refused(world, HEAD + b"Content-Length: " + wrong + b"\r\n\r\n{}  " + request(BODY), 400)
    return "400, closed"


@case("smuggling: encodings that only some understand")
async def odd_encodings(world):
    for wrong, status in ((b"xchunked", 501), (b"chunked, identity", 501), (b"identity", 501), (b"\x0bchunked", 400)):
        await refused(world, HEAD + b"Transfer-Encoding: " + wrong + b"\r\n\r\n0\r\n\r\n" + request(BODY), status)
    await refused(world, HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + request(BODY), 400)
    await refused(world, HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + request(BODY), 400)
    return "400 or 501, closed"


@case("smuggling: folded lines, bare line feeds, white space")
async def odd_lines(world):
    await refused(world, HEAD + b"Content-Length:\r\n 4\r\n\r\n{}  " + request(BODY), 400)
    await refused(world, HEAD + b"X-A: b\nContent-Length: 4\r\n\r\n{}  " + request(BODY), 400)
    await refused(world, HEAD.replace(b"\r\n", b"\n") + b"Content-Length: 4\n\n{}  " + request(BODY), 400)
    await refused(world, HEAD + b"Content-Length : 4\r\n\r\n{}  " + request(BODY), 400)
    await refused(world, HEAD + b"X-A: b\rContent-Length: 4\r\n\r\n{}  " + request(BODY), 400)
    await refused(world, HEAD + b"X-A: \x00\r\nContent-Length: 4\r\n\r\n{}  " + request(BODY), 400)
    return "400, closed"


@case("smuggling: chunks that only some understand")
async def odd_chunks(world):
    for wrong in (b"-1\r\n", b"0x2\r\n{}\r\n0\r\n\r\n", b"2\n{}\n0\n\n", b"2\r\n{}XX0\r\n\r\n", b"ffffffffffffffff2\r\n{}\r\n", b" 2\r\n{}\r\n0\r\n\r\n"):
        await refused(world, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + wrong + request(BODY), 400)
    return "400, closed"


@case("client sends a head without end")
async def endless_head(world):
    await refused(world, HEAD + b"X-More: " + b"x" * (1 << 20), 431)
    return "431"


@case("client announces a body that is too large")
async def large_body(world):
    await refused(world, HEAD + b"Content-Length: 99999999999\r\n\r\n", 413)
    return "413, before a byte of it was read"


@case("client asks for 100 things at once (pipelining)")
async def pipelines(world):
    connection = await Connection.open(world.port)
    await connection.send(b"".join(request(chat("well", f"piped-{number}", stream=number % 3 == 0)) for number in range(100)))
    for number in range(100):
        reply = await asyncio.wait_for(connection.reply(), 60)
        assert reply.text() == f"piped-{number}", reply
    connection.close()
    return "100 answers, in order"
