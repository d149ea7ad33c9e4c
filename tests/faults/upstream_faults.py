"""What a provider can do to the gateway."""

import asyncio

from world import case


@case("provider refuses connections")
async def refuses(world):
    return await world.must("refused", "502 connect")


@case("provider's host name does not exist")
async def no_name(world):
    return await world.must("no-such-name", "502 resolve")


@case("provider's certificate is somebody else's")
async def wrong_certificate(world):
    told = await world.must("wrong-certificate", "502 tls")
    assert world.tls.asked == 0, "the request was sent to a server that nobody trusts"
    return told


@case("provider stalls before headers")
async def stalls_before(world):
    told = await world.must("stalls-before-headers", "504 first_byte_timeout")
    await world.must("stalls-before-headers", told, stream=True)
    return told


@case("provider stalls in a whole reply")
async def stalls_in_reply(world):
    return await world.must("stalls-mid-reply", "504 idle_timeout")


@case("provider stalls in a stream")
async def stalls_in_stream(world):
    return await world.must("stalls-mid-stream", "200, then the error event idle_timeout", stream=True)


@case("provider resets the connection before headers")
async def resets(world):
    return await world.must("resets-at-once", "502 reset")


@case("provider resets the connection in a stream")
async def resets_in_stream(world):
    return await world.must("resets-mid-stream", "200, then the error event reset", stream=True)


@case("provider ends a stream early")
async def ends_early(world):
    return await world.must("ends-mid-stream", "200, then the error event reset", stream=True)


@case("provider does not speak HTTP")
async def no_http(world):
    return await world.must("says-no-http", "502 malformed")


@case("provider's reply is not JSON")
async def no_json(world):
    return await world.must("says-no-json", "502 malformed_reply")


@case("provider streams garbage")
async def garbage(world):
    return await world.must("streams-garbage", "200, then the error event malformed_event", stream=True)


@case("provider breaks its chunked encoding")
async def broken_chunks(world):
    return await world.must("breaks-its-chunks", "200, then the error event malformed", stream=True)


@case("provider sends 1-byte packets")
async def single_bytes(world):
    for stream in (False, True):
        reply = await world.ask("sends-single-bytes", stream)
        assert reply.whole and reply.text() == "the mark", reply
    return "200 complete, whole and streamed"


@case("provider replies with 50 MiB", slack=24)
async def huge(world):
    reply = await world.ask("sends-50-mib")
    assert reply.whole and len(reply.text()) == len("the mark") + (50 << 20)
    return "200 complete, 50 MiB"


@case("provider streams 50 MiB to a client that is in no hurry", slack=24)
async def huge_stream(world):
    asking = asyncio.create_task(world.ask("streams-50-mib", stream=True))
    most = 0.0
    while not asking.done():
        most = max(most, world.gateway.memory())
        await asyncio.sleep(0.05)
    reply = asking.result()
    assert reply.whole and len(reply.text()) == len("the mark") + 800 * (64 << 10)
    return f"200 complete; at most {most:.0f} MiB meanwhile"


@case("provider's headers never end")
async def endless_head(world):
    return await world.must("sends-an-endless-head", "502 too_large")


@case("provider closes kept-alive sockets under the gateway")
async def closes_sockets(world):
    for _ in range(20):
        batch = await asyncio.gather(*(world.ask("closes-after-each-reply") for _ in range(10)))
        assert all(reply.status == 200 and reply.text() == "the mark" for reply in batch), batch
    return "200 complete, 200 times"


@case("provider sends a second reply that nobody asked for")
async def answers_twice(world):
    for number in range(20):
        reply = await world.ask("answers-twice", mark=f"mine-{number}")
        assert reply.text() == f"mine-{number}", reply
    return "200 complete, each its own answer"


@case("provider fails with 500 and with 429")
async def refuses_politely(world):
    told = [(await world.ask(model)).status for model in ("refuses-with-500", "refuses-with-429")]
    assert told == [500, 429], told
    return "500 and 429, as the provider said"
