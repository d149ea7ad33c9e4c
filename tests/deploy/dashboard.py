"""The Grafana dashboard: what Grafana's own types make of it, and what a real Prometheus answers to its queries about a gateway with traffic."""

import contextlib
import http.server
import json
import math
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from support import DEPLOY, HERE, TOOLS, Manager, Skip, certificate, eventually, of_prometheus, run

DASHBOARD = DEPLOY / "grafana/patchbay.json"
TOKEN = "admin-token-of-the-dashboard"

# Every panel has something to show: a target that is dead, one that fails with an error, probes, prices, and a conversion that loses something.
GATEWAY = """
[admin]
listen = "127.0.0.1:0"
token = "TOKEN"
tls = { certificate = "gateway.pem", private_key = "gateway.key" }
[probe]
interval = "300ms"
[[prices]]
model = "good"
input = 1_000
output = 2_000
[library.dead]
type = "provider-openai"
config = { base_url = "http://127.0.0.1:CLOSED/v1", api_keys = ["k"] }
[library.live]
type = "provider-openai"
config = { base_url = "http://127.0.0.1:UPSTREAM/v1", api_keys = ["k"] }
[[routes]]
id = "chat"
balance = "priority"
pattern = { model = "^good$" }
failover = { failures = 1000000 }
[[routes.targets]]
id = "dead"
probe = { failures = 1000000 }
modules = [{ type = "llmSwitch", config = { type = "llmswitch-conversion-router" } }, { type = "provider", config = "dead" }]
[[routes.targets]]
id = "live"
modules = [{ type = "llmSwitch", config = { type = "llmswitch-conversion-router" } }, { type = "provider", config = "live" }]
[[routes]]
id = "failing"
pattern = { model = "^bad$" }
modules = [{ type = "provider", config = "live" }]
"""


class Upstream(http.server.BaseHTTPRequestHandler):
    """Streams five tokens; fails for the model `bad`."""

    def log_message(self, *_):
        pass

    def answer(self, status, kind, text):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):  # pylint: disable=invalid-name
        self.answer(200, "application/json", b'{"object":"list","data":[]}')

    def do_POST(self):  # pylint: disable=invalid-name
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["model"] == "bad":
            return self.answer(500, "application/json", b'{"error":{"message":"broken","type":"server_error"}}')
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "prompt_tokens_details": {"cached_tokens": 4}}
        chunks = [{"choices": [{"index": 0, "delta": {"content": f"word {i} "}, "finish_reason": None}]} for i in range(5)]
        chunks += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": usage}]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": asked["model"], **chunk}).encode() + b"\n\n")
            self.wfile.flush()
            time.sleep(0.005)
        return self.wfile.write(b"data: [DONE]\n\n")


class Prometheus:
    """A server of its own that scrapes one gateway every second, as deploy/grafana/README.md says."""

    def __init__(self, folder, admin):
        folder = pathlib.Path(folder)
        (folder / "token").write_text(TOKEN)
        scraped = {
            "job_name": "patchbay",
            "scheme": "https",
            "tls_config": {"ca_file": str(folder / "gateway.pem"), "server_name": "localhost"},
            "authorization": {"credentials_file": str(folder / "token")},
            "static_configs": [{"targets": [admin]}],
        }
        (folder / "prometheus.yaml").write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": [scraped]}))
        self.log = folder / "prometheus.log"
        command = [of_prometheus("prometheus"), f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/tsdb", "--web.listen-address=127.0.0.1:0"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
        self.url = None

    def __enter__(self):
        def address():
            assert self.process.poll() is None, self.log.read_text()
            return re.search(r'"Listening on" address=(\S+)', self.log.read_text())

        try:
            self.url = f"http://{eventually(address, 'Prometheus listens')[1]}/api/v1/"
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def get(self, path, **parameters):
        try:
            reply = urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(parameters)}", timeout=20)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{parameters}: {refused.read().decode()}") from None
        return json.load(reply)["data"]

    def series(self, expression):
        """What a panel would draw of the last half minute: the labels of each line that has a point."""
        now = time.time()
        found = self.get("query_range", query=expression, start=now - 30, end=now, step=1)["result"]
        return [line["metric"] for line in found if any(not math.isnan(float(value)) for _, value in line["values"])]


def panels():
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def filled_in(expression, route=".*"):
    """With all instances, and all routes or one, over the last ten seconds."""
    for variable, value in {"instance": ".*", "route": route, "__rate_interval": "10s", "__range": "30s"}.items():
        expression = re.sub(rf"\${variable}\b", value, expression)
    assert "$" not in expression, f"a variable that nobody knows: {expression}"
    return expression


@contextlib.contextmanager
def gateway_with_traffic(binary):
    """The admin address of a gateway, a function that sends it a round of requests, and its folder."""
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    with contextlib.closing(upstream.socket), Manager() as manager, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        folder = pathlib.Path(manager.directory)
        certificate(folder, "gateway")
        text = GATEWAY.replace("TOKEN", TOKEN).replace("CLOSED", str(closed.getsockname()[1])).replace("UPSTREAM", str(upstream.server_port))
        (folder / "gateway.toml").write_text(text)
        manager.start(binary, folder / "gateway.toml")
        eventually(lambda: manager.said("READY=1"), "READY=1")

        def send(path, **body):
            request = urllib.request.Request(f"http://127.0.0.1:{manager.port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(request, timeout=20).read()

        def a_round():
            say = [{"role": "user", "content": "Hello"}]
            send("/v1/chat/completions", model="good", messages=say, stream=True, stream_options={"include_usage": True})
            send("/v1/messages", model="good", messages=say, stream=True, max_tokens=10, top_k=3)
            send("/v1/chat/completions", model="bad", messages=say)

        yield re.search(r"admin API on https://(\S+?)[/,\s]", manager.text())[1], a_round, folder
    upstream.shutdown()


class DashboardCases:
    def test_the_dashboard_is_one_for_the_types_that_grafana_publishes(self):
        if not shutil.which("go"):
            raise Skip("there is no Go compiler")
        TOOLS.mkdir(parents=True, exist_ok=True)
        checker = TOOLS / "grafana-types"
        built = subprocess.run(["go", "build", "-o", checker, "."], cwd=HERE / "grafana_types", capture_output=True, text=True, check=False)
        if built.returncode != 0 and "grafana_types" not in built.stderr:
            raise Skip(f"the types cannot be fetched: {built.stderr.strip()}")
        assert built.returncode == 0, built.stderr
        run(checker, DASHBOARD)

    def test_prometheus_answers_every_query_of_the_dashboard(self):
        queries = {(panel["title"], query["expr"]): query["legendFormat"] for panel in panels() for query in panel["targets"]}
        with gateway_with_traffic(self.binary) as (admin, a_round, folder), Prometheus(folder, admin) as prometheus:
            answers = {}

            def all_have_data():
                a_round()
                for (title, expression) in queries.keys() - answers.keys():
                    if lines := prometheus.series(filled_in(expression)):
                        answers[title, expression] = lines
                return len(answers) == len(queries)

            with contextlib.suppress(AssertionError):
                eventually(all_have_data, "data", 60)
            missing = sorted(f"{title}: {expression}" for title, expression in queries.keys() - answers.keys())
            assert not missing, "no data for\n" + "\n".join(missing)
            for key, lines in answers.items():
                for label in re.findall(r"\{\{(\w+)\}\}", queries[key]):
                    assert all(label in line for line in lines), f"{key}: the legend names {label}, which is no label of {lines}"

    def test_a_route_that_never_failed_shows_that_and_not_nothing(self):
        failed = next(panel for panel in panels() if panel["title"] == "Failed")["targets"][0]["expr"]
        with gateway_with_traffic(self.binary) as (admin, a_round, folder), Prometheus(folder, admin) as prometheus:

            def shown():
                a_round()
                return [line["value"][1] for line in prometheus.get("query", query=filled_in(failed, "chat"))["result"]] == ["0"]

            eventually(shown, "0 % of route chat have failed")

    def test_prometheus_knows_what_the_dashboard_s_variables_ask_for(self):
        wanted = {"instance": None, "route": ["chat", "failing"]}
        variables = json.loads(DASHBOARD.read_text())["templating"]["list"][1:]
        assert {variable["name"] for variable in variables} == wanted.keys()
        with gateway_with_traffic(self.binary) as (admin, a_round, folder), Prometheus(folder, admin) as prometheus:
            a_round()
            wanted["instance"] = [admin]
            for variable in variables:
                metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["definition"]).groups()
                known = lambda m=metric, name=label: set(prometheus.get(f"label/{name}/values", **{"match[]": m})) >= set(wanted[variable["name"]])
                eventually(known, f"values of {variable['name']}")
