"""What every case stands in: a gateway, its provider, somebody else whose requests must not be hurt, and the list of cases."""

import asyncio
import dataclasses
import ssl
import subprocess

from client import Connection, ask, chat, request
from gateway import SANITIZED, Gateway, eventually, free_port
from upstream import Upstream

cases = []


@dataclasses.dataclass
class Case:
    name: str
    run: object  # a coroutine function of the World; what it returns is told in the table
    slack: float  # MiB that may stay after it
    lacks: object  # says why it cannot run here, or None
    own: bool  # it has a gateway of its own, and asks there itself whether others are served


def case(name, slack=12, lacks=lambda: None, own=False):
    def add(function):
        cases.append(Case(name, function, slack, lacks, own))
        return function

    return add


SERVER = 'threads = 2\nheader_timeout = "1s"\nbody_timeout = "1s"\nwrite_timeout = "2s"\nkeep_alive_timeout = "2s"'


def provider(name, url):
    return f'[library.{name}]\ntype = "provider-openai"\nconfig = {{ base_url = "{url}" }}\n\n'


def route(model, entry, more=""):
    modules = f'modules = [{{ type = "provider", config = "{entry}" }}]'
    return f'[[routes]]\nid = "{entry}{len(more)}"\npattern = {{ model = "{model}" }}\n{more}\n{modules}\n\n'


def configuration(upstream, tls_port):
    return (
        '[upstream]\nkeep_alive = "1s"\ntimeouts = { connect = "10s", first_byte = "60s", idle = "60s" }\n\n'
        + provider("well", f"http://127.0.0.1:{upstream.port}/v1")
        + provider("refused", f"http://127.0.0.1:{free_port()}/v1")
        + provider("wrong-certificate", f"https://127.0.0.1:{tls_port}/v1")
        + provider("no-such-name", "http://no-such-name.invalid/v1")
        + "".join(route(f"^{name}$", name) for name in ("refused", "wrong-certificate", "no-such-name"))
        + route("^stalls-before", "well", 'timeouts = { first_byte = "1s" }')
        + route("^stalls-mid", "well", 'timeouts = { idle = "1s" }')
        + route("", "well")
    )


class Bystander:
    """Asks on and on, on a connection that it keeps; every answer must be right."""

    def __init__(self, port):
        self.port = port
        self.served = 0

    async def run(self):
        connection = None
        try:
            while True:
                mark = f"bystander-{self.served}"
                connection = connection or await Connection.open(self.port)
                reply = await connection.ask(request(chat("well", mark, stream=self.served % 2 == 1)))
                if reply.status == 0 and connection.used:  # idle for too long while this process was busy
                    connection = connection.close()
                    continue
                connection.used = True
                assert reply.whole and reply.status == 200 and reply.text() == mark, f"{mark} got {reply}"
                self.served += 1
                if self.served % 20 == 0:
                    connection = connection.close()
                await asyncio.sleep(0.01)
        finally:
            if connection:
                connection.close()


class World:
    async def start(self, folder):
        self.folder = folder
        self.upstream = await Upstream().start()
        self.tls = await Upstream().start(ssl=self.certificate())
        self.gateway = await Gateway(folder).start(configuration(self.upstream, self.tls.port), server=SERVER)
        self.port = self.gateway.port
        await self.warm_up()
        return self

    def certificate(self):
        """For TLS that the gateway has no reason to trust."""
        key, crt = f"{self.folder}/key.pem", f"{self.folder}/crt.pem"
        subject = ["-subj", "/CN=somebody.else", "-days", "1"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", crt, *subject], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(crt, key)
        return context

    async def warm_up(self):
        """What the first requests allocate is there for good: measured from after them."""
        await asyncio.gather(*(self.ask("well", stream=number % 2 == 1) for number in range(64)))
        await asyncio.gather(*(self.ask(model) for model in ("refused", "wrong-certificate", "no-such-name") for _ in range(4)))
        self.rest = None
        await asyncio.sleep(2.5)  # kept-alive sockets go
        self.rest = self.gateway.descriptors()

    async def ask(self, model, stream=False, mark="the mark", **more):
        return await asyncio.wait_for(ask(self.port, chat(model, mark, stream, **more)), 120)

    async def must(self, model, expected, stream=False):
        """Asks, and compares the outcome with what it has to be."""
        outcome = (await self.ask(model, stream)).outcome()
        assert outcome == expected, f"{outcome}, not {expected}"
        return outcome

    async def run(self, one):
        """Runs a case; what it says, how many others were served meanwhile, and memory before and after."""
        if one.own:
            return await one.run(self), "", ""
        before = self.gateway.memory()
        bystander = Bystander(self.port)
        others = asyncio.create_task(bystander.run())
        try:
            told = await one.run(self)
            await eventually(lambda: bystander.served > 2 or others.done(), "nobody else was served")
        finally:
            others.cancel()
            result = (await asyncio.gather(others, return_exceptions=True))[0]
        if isinstance(result, Exception):
            raise result
        await eventually(lambda: self.gateway.descriptors() <= self.rest, lambda: f"{self.gateway.descriptors()} descriptors are open, {self.rest} at rest")
        after = self.gateway.memory()
        if not SANITIZED:
            assert after - before < one.slack, f"memory grew from {before:.1f} to {after:.1f} MiB"
        await self.gateway.answers()
        return told, bystander.served, f"{before:.0f} → {after:.0f}"

    async def stop(self):
        await self.gateway.stop()
        await self.upstream.stop()
        await self.tls.stop()
