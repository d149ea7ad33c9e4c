"""What deploy/ has, as its users meet it: the systemd unit and its protocols, the container file, the Kubernetes manifests, alerts. Reports in TAP.

    python3 tests/deploy/deploy_test.py BUILD_DIRECTORY BUILD_DIRECTORY_WITH_GALLERY

Tools that are not Debian packages are fetched into build/tools."""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from dashboard import DashboardCases
from support import DEPLOY, HERE, ROOT, TOOLS, Manager, Skip, ask, certificate, eventually, of_prometheus, package_of, run

KUBERNETES = "1.31"
SECRETS = {"PATCHBAY_API_KEY": "client-key", "PATCHBAY_ADMIN_TOKEN": "admin-token", "OPENAI_API_KEY": "provider-key", "PATCHBAY_STATE_URL": "redis://redis:6379/0"}
QUICKSTART = ROOT / "configs/quickstart.toml"


EVERYTHING_METERED = """
[admin]
listen = "unix:DIRECTORY/admin.sock"
[access_log]
path = "DIRECTORY/access.log"
[telemetry.otlp]
endpoint = "http://127.0.0.1:9"
[probe]
interval = "1s"
[state]
url = "sqlite:DIRECTORY/state.sqlite"
[[keys]]
name = "team"
key_hash = "sha256:CLIENT_KEY_HASH"
requests_per_minute = 100
budgets = [{ per = "day", tokens = 100000 }]
[[prices]]
model = "mock-model"
input = 1
[[hooks]]
id = "told"
log = {}
[[routes]]
id = "r"
modules = [{ type = "provider", config = { type = "provider-mock" } }]
""".replace("CLIENT_KEY_HASH", hashlib.sha256(b"client-key").hexdigest())


class Cases(DashboardCases):
    def __init__(self, build, gallery_build):
        self.binary = build / "runtime/patchbay"
        self.gallery_build = gallery_build

    # ---- systemd ----

    def test_the_unit_is_one_that_systemd_understands(self):
        with tempfile.TemporaryDirectory() as directory:
            for unit in DEPLOY.glob("systemd/*"):
                text = unit.read_text().replace("/usr/bin/patchbay", str(self.binary))
                pathlib.Path(directory, unit.name).write_text(text)
            said = run("systemd-analyze", "verify", "--man=no", f"{directory}/patchbay.service", f"{directory}/patchbay.socket")
            assert said.strip() == "", said

    def test_the_unit_is_hardened(self):
        said = run("systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=15", DEPLOY / "systemd/patchbay.service")
        assert "Overall exposure level" in said, said

    def test_a_port_that_the_manager_opened_is_served(self):
        with Manager() as manager:
            manager.start(self.binary, QUICKSTART)
            eventually(lambda: manager.said("READY=1"), "READY=1")
            assert f"STATUS=serving on 127.0.0.1:{manager.port}" in manager.said("READY=1")[0]
            assert ask(manager.port)["object"] == "chat.completion"

    def test_a_connection_waits_while_the_gateway_restarts(self):
        with Manager() as manager:
            manager.start(self.binary, QUICKSTART)
            eventually(lambda: manager.said("READY=1"), "READY=1")
            manager.process.send_signal(signal.SIGTERM)
            assert manager.process.wait(20) == 0
            assert manager.said("STOPPING=1")
            waiting = socket.create_connection(("127.0.0.1", manager.port))
            waiting.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            manager.start(self.binary, QUICKSTART)
            waiting.settimeout(20)
            assert waiting.recv(4096).startswith(b"HTTP/1.1 200 ")

    def test_a_port_for_everybody_wants_keys_also_when_the_manager_opened_it(self):
        with Manager("0.0.0.0") as manager:
            manager.start(self.binary, QUICKSTART)
            assert manager.process.wait(20) == 2
            assert "api_keys" in manager.text(), manager.text()

    def test_more_sockets_than_one_are_refused(self):
        with Manager() as manager:
            manager.start(self.binary, QUICKSTART, sockets=2)
            assert manager.process.wait(20) == 2
            assert "passed 2 sockets; pass one" in manager.text(), manager.text()

    def test_a_reload_is_announced_and_its_end_too(self):
        with Manager() as manager:
            manager.start(self.binary, QUICKSTART)
            eventually(lambda: manager.said("READY=1"), "READY=1")
            manager.process.send_signal(signal.SIGHUP)
            eventually(lambda: manager.said("RELOADING=1\nMONOTONIC_USEC="), "RELOADING=1")
            eventually(lambda: len(manager.said("READY=1")) == 2, "READY=1 again")

    def test_a_gateway_whose_routes_wait_for_a_plugin_is_starting_until_it_comes(self):
        with Manager() as manager:
            plugins = pathlib.Path(manager.directory, "plugins")
            plugins.mkdir()
            configuration = pathlib.Path(manager.directory, "waits.toml")
            configuration.write_text(
                '[plugins]\nwatch = true\nawaited_modules = ["gallery-echo"]\n'
                '[[routes]]\nid = "echo"\nmodules = [{ type = "provider", config = { type = "gallery-echo", config = {} } }]\n'
            )
            # No watchdog is asked for: the start goes on all the same.
            manager.start(self.gallery_build / "runtime/patchbay", configuration, PATCHBAY_PLUGIN_PATH=str(plugins))
            eventually(lambda: manager.said("EXTEND_TIMEOUT_USEC="), "that the start takes longer")
            assert "STATUS=not ready: every route waits for a plugin" in manager.said("EXTEND_TIMEOUT_USEC=")[0]
            assert not manager.said("READY=1")
            manager.process.send_signal(signal.SIGHUP)
            eventually(lambda: manager.text().count("route echo waits until a plugin brings") == 2, "a reload")
            assert not manager.said("RELOADING=1") and not manager.said("READY=1")
            shutil.copy(self.gallery_build / "tests/gallery/echo.so", plugins / "echo.so.new")
            os.rename(plugins / "echo.so.new", plugins / "echo.so")
            eventually(lambda: manager.said("READY=1"), "READY=1", 60)
            assert len(manager.said("READY=1")) == 1

    def test_the_watchdog_hears_that_it_lives(self):
        with Manager() as manager:
            manager.start(self.binary, QUICKSTART, WATCHDOG_USEC="200000")
            eventually(lambda: len(manager.said("WATCHDOG=1")) >= 3, "three signs of life")

    def test_the_watchdog_hears_nothing_while_a_worker_hangs(self):
        with Manager() as manager:
            configuration = pathlib.Path(manager.directory, "hangs.toml")
            configuration.write_text(
                '[server]\nthreads = 1\n[[routes]]\nid = "hangs"\nmodules = [{ type = "provider", config = { type = "crash-test-provider", '
                'config = { where = "describe", how = "loop" } } }]\n'
            )
            manager.start(
                self.gallery_build / "runtime/patchbay", configuration, WATCHDOG_USEC="200000", PATCHBAY_PLUGIN_PATH=str(self.gallery_build / "tests/gallery")
            )
            eventually(lambda: manager.said("WATCHDOG=1"), "a sign of life", 60)
            with contextlib.suppress(OSError):
                ask(manager.port, "misbehave", timeout=1)
            before = len(manager.said("WATCHDOG=1"))
            time.sleep(1)
            assert len(manager.said("WATCHDOG=1")) - before <= 1

    # ---- container ----

    def test_the_container_file_is_sound(self):
        if not (HERE / "node_modules").exists():
            run("npm", "--prefix", HERE, "ci", "--no-audit", "--no-fund")
        said = run(HERE / "node_modules/.bin/dockerfile-utils", "lint", DEPLOY / "container/Containerfile")
        assert said.strip() == "", said

    def test_the_container_has_every_library_that_the_gateway_needs(self):
        text = (DEPLOY / "container/Containerfile").read_text()
        files = [self.binary, *(self.binary.parents[1] / "plugins").glob("*.so")]
        libraries = {match for file in files for match in re.findall(r"=> (/\S+)", run("ldd", file))}
        needed = {package_of(os.path.realpath(library)) for library in libraries}
        of_every_debian = {"libc6", "libgcc-s1", "libstdc++6"}
        missing = {package for package in needed - of_every_debian if not re.search(rf"(?<![\w.+-]){re.escape(package)}(?![\w.+-])", text)}
        assert not missing, f"the Containerfile does not install {missing}"

    def test_the_container_s_configuration_is_valid(self):
        said = run(self.binary, "check", DEPLOY / "container/patchbay.toml", env=os.environ | SECRETS)
        assert "warning" not in said, said

    def test_a_read_only_root_and_a_user_without_rights_will_do(self):
        jail = ["bwrap", "--ro-bind", "/", "/", "--tmpfs", "/tmp", "--dev", "/dev", "--proc", "/proc", "--unshare-user", "--uid", "65532", "--gid", "65532"]
        if not shutil.which("bwrap") or subprocess.run([*jail, "true"], capture_output=True, check=False).returncode != 0:
            raise Skip("this machine lets nobody make user namespaces")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen([*jail, "--die-with-parent", str(self.binary), "run", str(QUICKSTART), "--listen", f"127.0.0.1:{port}"], stdout=log, stderr=log)
            try:

                def answered():
                    assert process.poll() is None, log.seek(0) or log.read()
                    with contextlib.suppress(OSError):
                        return ask(port)

                assert eventually(answered, "an answer")["object"] == "chat.completion"
            finally:
                process.terminate()
                process.wait(20)

    # ---- Prometheus ----

    def test_the_alerts_are_rules_that_prometheus_takes(self):
        said = run(of_prometheus("promtool"), "check", "rules", "--lint-fatal", DEPLOY / "prometheus/patchbay.rules.yaml")
        assert "9 rules found" in said, said

    def test_the_metrics_of_a_gateway_that_has_served_are_as_prometheus_likes_them(self):
        promtool = of_prometheus("promtool")
        with Manager() as manager:
            configuration = pathlib.Path(manager.directory, "everything.toml")
            configuration.write_text(EVERYTHING_METERED.replace("DIRECTORY", manager.directory))
            manager.start(self.binary, configuration)
            eventually(lambda: manager.said("READY=1"), "READY=1")
            ask(manager.port, key="client-key")
            page = run("curl", "--silent", "--fail", "--unix-socket", f"{manager.directory}/admin.sock", "http://gateway/metrics")
        for family in "patchbay_cost_total", "patchbay_key_cost_total", "patchbay_state_up", "patchbay_hook_events_total", "patchbay_otlp_spans_total":
            assert f"# TYPE {family} " in page, f"no {family} in:\n{page}"
        checked = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr

    def test_the_alerts_name_metrics_that_gateways_have(self):
        rules = (DEPLOY / "prometheus/patchbay.rules.yaml").read_text()
        source = "".join(path.read_text() for path in (ROOT / "runtime").rglob("*.cpp"))
        named = {name.removesuffix("_bucket") for name in re.findall(r"\bpatchbay_[a-z_]+", rules)}
        unknown = {name for name in named if f'"{name}"' not in source}
        assert not unknown, f"no gateway has {unknown}"

    # ---- Kubernetes ----

    def manifests(self):
        python = TOOLS / "kubernetes/bin/python3"
        if not python.exists():
            run("python3", "-m", "venv", TOOLS / "kubernetes")
            run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt")
        return python, sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")

    def test_the_manifests_are_what_kubernetes_takes(self):
        python, files = self.manifests()
        run(python.parent / "kubernetes-validate", "--strict", "-k", KUBERNETES, *files)

    def test_the_kustomization_names_every_manifest(self):
        python, files = self.manifests()
        read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))['resources']))"
        named = json.loads(run(python, "-c", read, DEPLOY / "kubernetes/kustomization.yaml"))
        assert sorted(named) == [path.name for path in files]

    def test_the_config_map_s_configuration_is_valid(self):
        python, _ = self.manifests()
        read = "import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))['data']['patchbay.toml'])"
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory, "patchbay.toml")
            certificate(pathlib.Path(directory), "tls")
            text = run(python, "-c", read, DEPLOY / "kubernetes/configmap.yaml")
            file.write_text(text.replace("/etc/patchbay-admin/tls.crt", f"{directory}/tls.pem").replace("/etc/patchbay-admin/", f"{directory}/"))
            said = run(self.binary, "check", file, env=os.environ | SECRETS)
            assert "warning" not in said, said
            assert set(re.findall(r"\$\{(\w+)", file.read_text())) == set(SECRETS)

    def test_the_files_that_the_config_map_names_are_mounted(self):
        python, _ = self.manifests()
        read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
        pod = json.loads(run(python, "-c", read, DEPLOY / "kubernetes/deployment.yaml"))["spec"]["template"]["spec"]
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in pod["containers"][0]["volumeMounts"]}
        named = set(re.findall(r'"(/etc/[^"]+)"', (DEPLOY / "kubernetes/configmap.yaml").read_text()))
        assert {os.path.basename(file) for file in named} == {"tls.crt", "tls.key"}  # what a Secret of type kubernetes.io/tls has
        for file in named:
            assert mounts[os.path.dirname(file)]["secret"]["secretName"] == "patchbay-admin"

    def test_a_renewed_certificate_is_shown_without_a_restart(self):
        """Of a Secret, which the kubelet changes as it does a ConfigMap."""
        with Manager() as manager:
            mount = pathlib.Path(manager.directory, "mount")
            for version in "one", "two":
                (mount / f"..{version}").mkdir(parents=True)
                certificate(mount / f"..{version}", "tls")
            (mount / "..data").symlink_to("..one")
            for name in "tls.pem", "tls.key":
                (mount / name).symlink_to(f"..data/{name}")
            configuration = pathlib.Path(manager.directory, "patchbay.toml")
            admin = f'[admin]\nlisten = "127.0.0.1:0"\ntoken = "t"\ntls = {{ certificate = "{mount}/tls.pem", private_key = "{mount}/tls.key" }}\n'
            configuration.write_text(admin + QUICKSTART.read_text())
            manager.start(self.binary, configuration)
            eventually(lambda: manager.said("READY=1"), "READY=1")
            port = int(re.search(r"admin API on https://127\.0\.0\.1:(\d+)", manager.text())[1])
            shows = lambda version: ssl.get_server_certificate(("127.0.0.1", port)).strip() == (mount / f"..{version}/tls.pem").read_text().strip()
            assert shows("one")
            (mount / "..next").symlink_to("..two")
            os.rename(mount / "..next", mount / "..data")
            eventually(lambda: shows("two"), "the new certificate")

    def test_a_config_map_that_changes_is_noticed(self):
        """The kubelet makes a new directory and swaps the link `..data`."""
        with Manager() as manager:
            mount = pathlib.Path(manager.directory, "mount")
            for version, answer in ("one", "first"), ("two", "second"):
                (mount / f"..{version}").mkdir(parents=True)
                (mount / f"..{version}/patchbay.toml").write_text(QUICKSTART.read_text().replace('token_delay = "30ms"', f'text = "{answer}"'))
            (mount / "..data").symlink_to("..one")
            (mount / "patchbay.toml").symlink_to("..data/patchbay.toml")
            manager.start(self.binary, mount / "patchbay.toml")
            eventually(lambda: manager.said("READY=1"), "READY=1")
            (mount / "..next").symlink_to("..two")
            os.rename(mount / "..next", mount / "..data")
            eventually(lambda: len(manager.said("READY=1")) == 2, "a reload")
            assert ask(manager.port)["choices"][0]["message"]["content"] == "second"


def main():
    cases = Cases(*(pathlib.Path(argument).resolve() for argument in sys.argv[1:3]))
    names = [name for name in dir(cases) if name.startswith("test_")]
    wanted = sys.argv[3:] or names
    failed = 0
    print(f"1..{len(wanted)}")
    for number, name in enumerate(wanted, 1):
        title = name.removeprefix("test_").replace("_", " ")
        try:
            getattr(cases, name)()
            print(f"ok {number} - {title}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {title} # SKIP {reason}", flush=True)
        except Exception as error:  # pylint: disable=broad-exception-caught # one case must not hide the others
            failed += 1
            print(f"not ok {number} - {title}\n  " + f"{type(error).__name__}: {error}".replace("\n", "\n  "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
