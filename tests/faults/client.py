"""An HTTP client that shows everything: what came, whether it was complete, and whether more came than was asked for."""

import asyncio
import dataclasses
import json


@dataclasses.dataclass
class Reply:
    status: int = 0  # 0: the connection ended without a status line
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    whole: bool = False  # the framing came to its end

    def json(self):
        return json.loads(self.body)

    def events(self):
        """The `data` of each complete server-sent event."""
        return [line[6:] for block in self.body.split(b"\n\n")[:-1] for line in block.split(b"\n") if line.startswith(b"data: ")]

    def text(self):
        """What the model said, whole or in pieces, as Chat Completions has it."""
        if not self.headers.get("content-type", "").startswith("text/event-stream"):
            return self.json()["choices"][0]["message"]["content"]
        pieces = [json.loads(event) for event in self.events() if event != b"[DONE]"]
        return "".join(choice["delta"].get("content") or "" for piece in pieces for choice in piece.get("choices", []))

    def error(self):
        """The error, as a reply or as the last event of a stream; None if there is none."""
        if self.status >= 400:
            return self.json()["error"]
        for event in self.events():
            if event != b"[DONE]" and "error" in json.loads(event):
                return json.loads(event)["error"]
        return None

    def outcome(self):
        """One phrase for the table."""
        if self.status == 0:
            return "connection closed"
        if self.status >= 400:
            return f"{self.status} {self.error().get('code') or self.error().get('type')}"
        if (error := self.error()) is not None:
            return f"{self.status}, then the error event {error.get('code') or error.get('type')}"
        return f"{self.status} complete" if self.whole else f"{self.status}, cut off"


def chat(model, mark, stream=False, padding=0):
    """A body whose answer must carry `mark` back."""
    words = [{"role": "user", "content": mark + " " * padding}]
    return json.dumps({"model": model, "stream": stream, "messages": words}).encode()


def request(body, path="/v1/chat/completions", headers=(), method="POST"):
    lines = [f"{method} {path} HTTP/1.1", "Host: gateway", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One connection to the gateway; requests one after the other."""

    @classmethod
    async def open(cls, port, limit=1 << 16):
        self = cls()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port, limit=limit)
        self.used = False
        return self

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def reply(self):
        reply = Reply()
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            reply.status = int(head[0].split()[1])
            reply.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
            if "chunked" in reply.headers.get("transfer-encoding", ""):
                while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
                    reply.body += await self.reader.readexactly(size)
                    assert await self.reader.readexactly(2) == b"\r\n"
                assert await self.reader.readexactly(2) == b"\r\n"
            else:
                reply.body = await self.reader.readexactly(int(reply.headers.get("content-length", 0)))
            reply.whole = True
        except (asyncio.IncompleteReadError, ConnectionError) as cut:
            reply.body += getattr(cut, "partial", b"") if reply.status else b""
        return reply

    async def ask(self, data):
        try:
            await self.send(data)
        except ConnectionError:
            pass  # the answer to an early refusal may still be there
        return await self.reply()

    async def at_end(self):
        """Whether the gateway closed it, and sent nothing more."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True

    def close(self):
        self.writer.close()

    def reset(self):
        self.writer.transport.abort()


async def ask(port, body, headers=(), **more):
    """One request on a connection of its own, which must bring exactly one answer."""
    connection = await Connection.open(port)
    try:
        reply = await connection.ask(request(body, headers=("Connection: close", *headers), **more))
        assert await connection.at_end(), "bytes came after the answer"
        return reply
    finally:
        connection.close()
