"""Runs every command that a README shows in a ```sh block, as it stands there, and reports in TAP.

A command that starts a server is given until it answers, then it is stopped. Commands of one README run in order, and a server that an
earlier one started stays for the later ones."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
READMES = sorted(path.relative_to(ROOT) for path in ROOT.glob("**/README.md") if not {"build", "node_modules"} & set(path.relative_to(ROOT).parts))
STARTS_A_SERVER = re.compile(r"quickstart\.sh|patchbay run ")
TAKES_THE_WHOLE_SUITE = re.compile(r"tests/run\.sh")  # it is what runs this


def blocks(path):
    text = path.read_text()
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from commands(block)


def commands(block):
    """Lines, with continued ones joined and comments left out."""
    for command in re.sub(r"\\\n\s*", " ", block).splitlines():
        command = command.strip()
        if command and not command.startswith("#"):
            yield command


def environment():
    binary = pathlib.Path(os.environ.get("PATCHBAY_BIN", ROOT / "build/optimised/runtime/patchbay"))
    return os.environ | {"PATH": f"{binary.parent}:{os.environ['PATH']}"}


def is_up():
    try:
        return urllib.request.urlopen("http://127.0.0.1:8080/ready", timeout=1).status == 200
    except (urllib.error.URLError, OSError):
        return False


class Server:
    def __init__(self, command):
        self.log = open(ROOT / "build/logs/docs-server.log", "ab")
        self.process = subprocess.Popen(command, shell=True, cwd=ROOT, env=environment(), stdout=self.log, stderr=self.log, start_new_session=True)

    def wait_until_up(self, seconds=1500):
        for _ in range(seconds * 5):
            if is_up():
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.2)
        return False

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=40)
        self.log.close()


def run(command, servers):
    if STARTS_A_SERVER.search(command):
        while servers:
            servers.pop().stop()
        if is_up():
            return False, "another program answers at 127.0.0.1:8080, and the commands would be given to it: stop it"
        servers.append(Server(command))
        return servers[0].wait_until_up(), "the server did not come up"
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=600)
    return done.returncode == 0 and '"error"' not in done.stdout, done.stdout + done.stderr


def main():
    (ROOT / "build/logs").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(ROOT / "build/workflow-mine", ignore_errors=True)  # what the SDK's tutorial writes
    number = 0
    failed = False
    print("TAP version 13")
    for name in READMES:
        servers = []
        for command in blocks(ROOT / name):
            if TAKES_THE_WHOLE_SUITE.search(command):
                continue
            number += 1
            try:
                good, output = run(command, servers)
            except subprocess.SubprocessError as error:
                good, output = False, str(error)
            failed = failed or not good
            print(f"{'ok' if good else 'not ok'} {number} - {name}: {command}", flush=True)
            if not good:
                print("# " + output.replace("\n", "\n# "), flush=True)
        while servers:
            servers.pop().stop()
    print(f"1..{number}")
    sys.exit(failed)


main()
