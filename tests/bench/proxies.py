"""The servers that take part in a measurement: the mock upstream, nginx and the gateway, each a process that is started and stopped here."""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

NGINX_CONF = """
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/nginx-error.log warn;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_max_body_size 64m;
  client_body_buffer_size 1m;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  upstream mock {{
    server 127.0.0.1:{upstream};
    keepalive 512;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ proxy_pass http://mock; }}
  }}
  server {{
    listen 127.0.0.1:{stream_port} backlog=4096;
    location / {{ proxy_pass http://mock; proxy_buffering off; }}
  }}
}}
"""

GATEWAY_TOML = """
[server]
listen = "127.0.0.1:{port}"
threads = 1

[log]
level = "warning"

[plugins]
directories = [{plugins}]

[upstream]
max_idle_per_origin = 512
"""

PASSTHROUGH_TOML = """
[library.mock]
type = "provider-openai"
config = {{ base_url = "http://127.0.0.1:{upstream}/v1", api_keys = ["bench-upstream-key"] }}

[[routes]]
id = "bench"
pattern = {{ protocols = ["openai-chat"] }}
modules = [
  {{ type = "llmSwitch", config = {{ type = "llmswitch-passthrough", config = {{ }} }} }},
  {{ type = "provider", config = "mock" }},
]
"""

CONVERSION_TOML = """
[[routes]]
id = "convert"
pattern = {{ protocols = ["anthropic-messages"] }}
modules = [
  {{ type = "llmSwitch", config = {{ type = "llmswitch-conversion-router", config = {{ }} }} }},
  {{ type = "provider", config = "mock" }},
]
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    """Of any of its threads."""
    lists = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text(encoding="ascii").split()]


class Server:
    """A running server. `measured` are the processes whose CPU time and memory count."""

    def __init__(self, name, command, directory, core, port, stream_port=None, **popen):
        self.name = name
        self.port = port
        self.stream_port = stream_port or port
        self.log = pathlib.Path(directory) / f"{name}.log"
        pin = ["taskset", "-c", str(core)] if core is not None else []
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(pin + command, stderr=log, **{"stdout": log, **popen})
        self.measured = [self.process.pid]

    def wait_until_serving(self, path="/", seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with status {self.process.returncode}:\n{self.log.read_text()}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2).read()
                return self
            except urllib.error.HTTPError:
                pass  # it serves, but is not ready yet
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit(f"{self.name} did not serve {path} within {seconds} s:\n{self.log.read_text()}")

    def spent(self):
        """CPU seconds and minor page faults since the processes started (proc(5), /proc/pid/stat)."""
        ticks, faults = 0, 0
        for pid in self.measured:
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            faults += int(fields[7])
        return ticks / os.sysconf("SC_CLK_TCK"), faults

    def rss_mib(self):
        pages = 0
        for pid in self.measured:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                pages += int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_mock(binary, directory, core, events, interval_us):
    command = [binary, "--events", str(events), "--interval-us", str(interval_us)]
    server = Server("mock", command, directory, core, 0, stdout=subprocess.PIPE, text=True)
    line = server.process.stdout.readline()
    if not line:
        raise SystemExit(f"the mock upstream did not start:\n{server.log.read_text()}")
    server.port = server.stream_port = int(line)
    return server


def start_nginx(binary, directory, core, upstream):
    port, stream_port = free_port(), free_port()
    conf = pathlib.Path(directory) / "nginx.conf"
    conf.write_text(NGINX_CONF.format(dir=directory, upstream=upstream, port=port, stream_port=stream_port))
    server = Server("nginx", [binary, "-c", str(conf), "-p", str(directory)], directory, core, port, stream_port)
    server.wait_until_serving()
    server.measured = children_of(server.process.pid)[:1]
    return server


def start_gateway(name, toml, binary, plugins, directory, core, upstream):
    """`toml` is all but GATEWAY_TOML, with {upstream} for the provider's port and {dir} for `directory`."""
    port = free_port()
    conf = pathlib.Path(directory) / f"{name}.toml"
    quoted = ", ".join(f'"{path}"' for path in plugins)
    conf.write_text((GATEWAY_TOML + toml).format(upstream=upstream, port=port, plugins=quoted, dir=directory))
    return Server(name, [binary, "run", str(conf)], directory, core, port).wait_until_serving("/ready")


def start_patchbay(binary, plugins, directory, core, upstream):
    return start_gateway("patchbay", CONVERSION_TOML + PASSTHROUGH_TOML, binary, plugins, directory, core, upstream)
