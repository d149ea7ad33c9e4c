"""The gateway as a process, and what it holds."""

import asyncio
import os
import pathlib
import resource
import signal
import socket

from client import ask, chat

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PATCHBAY_BIN", str(ROOT / "build/optimised/runtime/patchbay"))
PLUGINS = os.environ.get("PATCHBAY_PLUGIN_PATH", str(ROOT / "build/optimised/plugins"))
SANITIZED = "PATCHBAY_SANITIZED" in os.environ  # shadow memory and quarantine: bytes say nothing


async def eventually(condition, what, seconds=30):
    """Waits until `condition()` holds."""
    for _ in range(seconds * 50):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    def __init__(self, folder, name="gateway"):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.file = self.folder / f"{name}.toml"
        self.log_file = self.folder / f"{name}.log"
        self.headers = ()  # what its clients have to say besides

    async def start(self, toml, *, server="", prefix=(), environment=None, descriptors=None, stderr=None):
        """`toml` is everything but [server] and [plugins]; `prefix` is a program that starts it, `stderr` a path in place of the log's."""
        plugins = ", ".join(f'"{os.path.abspath(path)}"' for path in PLUGINS.split(":"))
        self.file.write_text(f'[server]\nlisten = "127.0.0.1:{self.port}"\n{server}\n\n[plugins]\ndirectories = [{plugins}]\n\n{toml}')
        return await self.launch(prefix=prefix, environment=environment, descriptors=descriptors, stderr=stderr)

    async def launch(self, *, prefix=(), environment=None, descriptors=None, stderr=None):
        """Starts it on the configuration that is there."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        limits = (descriptors, descriptors) if descriptors else (hard, hard)
        with open(stderr or self.log_file, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *prefix, BINARY, "run", str(self.file), stdout=log, stderr=log, env=os.environ | (environment or {}),
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limits))  # fmt: skip
        await self.answers()
        return self

    async def answers(self, model="well"):
        """Waits until a request is answered as it should be."""
        for attempt in range(1500):
            assert self.process.returncode is None, f"the gateway ended with {self.process.returncode}:\n{self.log()[-4000:]}"
            try:
                reply = await ask(self.port, chat(model, f"probe-{attempt}"), headers=self.headers)
                if reply.status == 200 and reply.text() == f"probe-{attempt}":
                    return
            except OSError:
                pass
            await asyncio.sleep(0.02)
        raise AssertionError(f"the gateway does not answer:\n{self.log()[-4000:]}")

    @property
    def pid(self):
        return self.process.pid

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self):
        """Resident, in MiB."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024

    def signal(self, number):
        self.process.send_signal(number)

    async def exit(self, seconds=60):
        return await asyncio.wait_for(self.process.wait(), seconds)

    async def stop(self):
        """Ends it; it must end by itself, and cleanly."""
        if self.process.returncode is None:
            self.signal(signal.SIGTERM)
        try:
            status = await self.exit()
        except asyncio.TimeoutError:
            self.process.kill()
            raise AssertionError("SIGTERM did not end the gateway") from None
        assert status == 0, f"the gateway ended with {status}:\n{self.log()[-4000:]}"

    async def kill(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
