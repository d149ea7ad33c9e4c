"""What the cases of deploy/ share: commands, waiting, a stand-in for systemd, and tools that are no Debian packages of this machine."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEPLOY = ROOT / "deploy"
TOOLS = ROOT / "build/tools"


class Skip(Exception):
    """The machine has not what the case needs."""


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    assert done.returncode == 0, f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def package_of(file):
    """/lib is a link to /usr/lib, and dpkg knows some files by the one name, some by the other."""
    for name in file, file.removeprefix("/usr"):
        found = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise AssertionError(f"no package has {file}")


def eventually(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def ask(port, model="mock-model", timeout=20, key=None):
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    return json.load(urllib.request.urlopen(request, timeout=timeout))


class Manager:
    """Stands for systemd: opens the port, and hears what the service says."""

    def __init__(self, host="127.0.0.1"):
        self.directory = tempfile.mkdtemp(prefix="patchbay-deploy-")
        self.path = f"{self.directory}/notify"
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(self.path)
        self.notices.setblocking(False)
        self.listening = socket.create_server((host, 0), backlog=128)
        self.port = self.listening.getsockname()[1]
        self.heard = []
        self.process = None

    def start(self, binary, configuration, sockets=1, **environment):
        # LISTEN_PID is the pid of who is to take the socket, which only the new process itself knows.
        script = f'exec 3<&{self.listening.fileno()}; LISTEN_PID=$$ LISTEN_FDS={sockets} exec "$@"'
        self.log = open(f"{self.directory}/log", "wb+")
        self.process = subprocess.Popen(
            ["bash", "-c", script, "service", str(binary), "run", str(configuration)],
            pass_fds=[self.listening.fileno()],
            env=os.environ | {"NOTIFY_SOCKET": self.path} | environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        return self

    def said(self, what):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard.append(self.notices.recv(4096).decode())
        return [notice for notice in self.heard if what in notice]

    def text(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.notices.close()
        self.listening.close()
        shutil.rmtree(self.directory)


def of_prometheus(program):
    """`prometheus` or `promtool`, taken from the package without installing it: the server would start."""
    if found := shutil.which(program):
        return found
    tool = TOOLS / f"prometheus/usr/bin/{program}"
    if not tool.exists():
        (TOOLS / "prometheus").mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(["apt-get", "download", "prometheus"], cwd=TOOLS / "prometheus", capture_output=True, text=True, check=False)
        if fetched.returncode != 0:
            raise Skip(f"there is no {program}, and the package prometheus cannot be fetched")
        (package,) = (TOOLS / "prometheus").glob("prometheus_*.deb")
        run("dpkg", "-x", package, TOOLS / "prometheus")
        package.unlink()
    return tool


def certificate(folder, name):
    """A certificate that signed itself, for `localhost` and `name`: folder/name.pem and folder/name.key."""
    names = f"subjectAltName=DNS:localhost,DNS:{name}"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", names,
        "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")  # fmt: skip
