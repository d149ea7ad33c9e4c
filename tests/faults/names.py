"""A DNS server that can fail, and a gateway that knows no other. It takes port 53 of an address of its own, so only root can have it."""

import asyncio
import os
import struct

ADDRESS = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"  # of the loopback network; each run has its own


class Names(asyncio.DatagramProtocol):
    """`mood` has for a name "answer" (127.0.0.1), "nxdomain", "servfail" or "silence"; others are answered."""

    def __init__(self):
        self.mood = {}
        self.asked = 0
        self.closed = asyncio.Event()

    async def start(self):
        self.transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(ADDRESS, 53))
        return self

    def connection_made(self, transport):
        pass

    def connection_lost(self, reason):
        self.closed.set()

    def datagram_received(self, data, sender):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        kind = struct.unpack(">H", data[at + 1 : at + 3])[0]
        question = data[12 : at + 5]
        mood = self.mood.get(".".join(labels), "answer")
        self.asked += 1
        if mood == "silence":
            return
        code = {"nxdomain": 3, "servfail": 2}.get(mood, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH4s", 1, 1, 1, 4, bytes((127, 0, 0, 1))) if mood == "answer" and kind == 1 else b""
        self.transport.sendto(data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, 1 if record else 0, 0, 0) + question + record, sender)

    async def stop(self):
        self.transport.close()
        await self.closed.wait()


def resolver_prefix(folder):
    """Starts a program in a mount namespace whose resolv.conf names this server alone."""
    path = f"{folder}/resolv.conf"
    with open(path, "w") as file:
        file.write(f"nameserver {ADDRESS}\noptions timeout:2 attempts:1\n")
    return ("unshare", "-m", "sh", "-c", f'mount --bind "{path}" /etc/resolv.conf && exec "$@"', "sh")


def lacks_names():
    return None if os.geteuid() == 0 else "only root may listen on port 53 and change resolv.conf for one process"
