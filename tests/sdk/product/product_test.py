"""The SDK as a plugin's author meets it: a project of each kind is written, built, tested and run, against the build tree and against an
installation, with Meson, CMake and Make. Reports in TAP.

    python3 tests/sdk/product/product_test.py BUILD_DIRECTORY"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
FIVE_MINUTES_SCRIPTED = 60  # seconds, from `plugin new` to the plugin's first answer


class Sdk:
    """Where an author finds the SDK: a build tree, or an installation below a directory."""

    def __init__(self, executable, pkg_config_path, prefix=None):
        self.executable = executable
        self.prefix = prefix
        self.environment = os.environ | {"PKG_CONFIG_PATH": str(pkg_config_path), "PATH": f"{executable.parent}:{os.environ['PATH']}"}
        self.environment.pop("PATCHBAY_PLUGIN_PATH", None)

    def run(self, *command, cwd=None, **more):
        done = subprocess.run(
            [str(word) for word in command], cwd=cwd, env=self.environment | more, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout


class Host:
    """A running gateway on a free port."""

    def __init__(self, sdk, configuration, **environment):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(sdk.executable), "run", configuration.name, "--listen", "127.0.0.1:0"],
            cwd=configuration.parent,
            env=sdk.environment | environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self):
        for _ in range(600):
            address = re.search(r"listens on (http://\S+)", self.text())
            if address:
                self.url = address[1]
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError("the host did not start:\n" + self.text())

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=40) == 0, self.text()

    def text(self):
        self.log.seek(0)
        return self.log.read()

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)

    def chat(self, text, model="m"):
        return self.post("/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": text}]})


def content(answer):
    return answer["choices"][0]["message"]["content"]


def expect(what, condition):
    assert condition, what


def see_file(sdk, project):
    """The built file is linked as it should be, and does nothing that it should not."""
    [plugin] = (project / "build").glob("*.so")
    dynamic = sdk.run("readelf", "-W", "-d", plugin)
    expect(dynamic, re.search(r"FLAGS_1.*NOW", dynamic))
    sdk.run(sdk.executable, "plugin", "check", plugin)


def see_workflow(sdk, project):
    with Host(sdk, project / "try.toml") as host:
        answer = content(host.chat("Hello."))
        expect(answer, "Hello. Answer in one sentence." in answer)


def see_compatibility(sdk, project):
    with Host(sdk, project / "try.toml") as host:
        answer = host.chat("Hi", model="small")
        expect(answer, content(answer) == "vendor/small-2407 heard: Hi" and answer["model"] == "small")


def see_llmswitch(sdk, project):
    with Host(sdk, project / "try.toml") as host:
        answer = host.post("/v1/completions", {"model": "m", "prompt": "Hi"})
        expect(answer, answer["object"] == "text_completion" and "You said: Hi" in answer["choices"][0]["text"])


def see_hook(sdk, project):
    with Host(sdk, project / "try.toml") as host:
        host.chat("Hi")
        for _ in range(200):
            if re.search(r"request \S+ took \d+ ms", host.text()):
                return
            time.sleep(0.05)
        raise AssertionError(host.text())


def see_provider(sdk, project):
    upstream = project / "upstream.toml"
    upstream.write_text('[[routes]]\nid = "all"\nmodules = [{ type = "provider", config = { type = "provider-mock", config = { } } }]\n')
    with Host(sdk, upstream) as api, Host(sdk, project / "try.toml", BASE_URL=api.url + "/v1") as host:
        answer = content(host.chat("Hi"))
        expect(answer, "You said: Hi" in answer)


SEE = {
    "workflow": see_workflow,
    "compatibility": see_compatibility,
    "llmSwitch": see_llmswitch,
    "provider": see_provider,
    "hook": see_hook,
}


def meson_project(sdk, kind, folder):
    """Writes, builds and tests a project with the very commands that `plugin new` prints, in a shell that knows nothing of the SDK."""
    name = f"{kind.lower()}-mine"
    project = folder / name
    *commands, serve = sdk.run(sdk.executable, "plugin", "new", kind, name, "--dir", project).splitlines()[1:]
    expect(serve, serve.split() == [str(sdk.executable), "run", "try.toml"])
    sdk.run("sh", "-ec", "\n".join(commands), PKG_CONFIG_PATH="", CCACHE_DISABLE="1")
    return project


def from_build_tree(sdk, kind, folder):
    started = time.monotonic()
    project = meson_project(sdk, kind, folder)
    SEE[kind](sdk, project)
    seconds = time.monotonic() - started
    print(f"# {kind}: {seconds:.1f} s from `plugin new` to its first answer")
    expect(f"it took {seconds:.0f} s", seconds < FIVE_MINUTES_SCRIPTED)
    see_file(sdk, project)


def installed_with_meson(sdk, folder):
    project = meson_project(sdk, "workflow", folder)
    see_workflow(sdk, project)
    sdk.run("meson", "install", "-C", "build", cwd=project)
    expect("meson install puts it where the host looks", "org.example.workflow-mine" in sdk.run(sdk.executable, "plugin", "list"))


def installed_with(sdk, folder, file, *commands):
    """The same source, built by something else than Meson."""
    project = folder / f"workflow-{file.lower()}"
    sdk.run(sdk.executable, "plugin", "new", "workflow", "workflow-mine", "--dir", project)
    (project / file).write_text((HERE / file).read_text())
    for command in commands:
        sdk.run(*command, cwd=project)
    see_file(sdk, project)
    see_workflow(sdk, project)


def tutorial(sdk, folder):
    """Every C++ block of the tutorial compiles as it stands."""
    blocks = re.findall(r"^```cpp\n(.*?)^```", (HERE.parents[2] / "sdk/README.md").read_text(), re.MULTILINE | re.DOTALL)
    expect("there are blocks", len(blocks) >= 5)
    flags = sdk.run("pkg-config", "--cflags", "patchbay-testing").split()
    for number, block in enumerate(blocks):
        source = folder / f"block{number}.cpp"
        source.write_text(block)
        sdk.run("g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers", "-fsyntax-only", *flags, source)


def headers_hide(sdk, folder):
    """What the host is made of stays out of a plugin's translation units."""
    source = folder / "headers.cpp"
    headers = sorted(path.name for path in (HERE.parents[2] / "sdk/include/patchbay").iterdir())
    source.write_text("".join(f'#include "patchbay/{header}"\n' for header in headers + ["testing.hpp"]))
    flags = sdk.run("pkg-config", "--cflags", "patchbay-testing").split()
    seen = sdk.run("g++", "-std=c++20", "-M", *flags, source)
    for hidden in ["boost/asio", "boost/beast", "boost/dll", "spdlog", "toml++", "CLI/"]:
        expect(f"{hidden} is included", hidden not in seen)


def headers_are_compiled_alone():
    """The list of those in tests/sdk/meson.build is whole."""
    listed = (HERE.parent / "meson.build").read_text()
    for root in [HERE.parents[2] / "sdk/include/patchbay", HERE.parents[2] / "sdk/testing/include/patchbay"]:
        for header in root.rglob("*.h*"):
            expect(f"{header} is not in tests/sdk/meson.build", f"'{header.relative_to(root)}'" in listed)


def developer_environment(build):
    """`meson devenv` is enough for a shell to know the SDK of a build tree and its executable."""
    script = "pkg-config --exists patchbay-testing patchbay-testing-allocations && command -v patchbay"
    done = subprocess.run(["meson", "devenv", "-C", str(build), "sh", "-c", script], capture_output=True, text=True)
    expect(done, done.returncode == 0 and done.stdout.strip() == str(build / "runtime/patchbay"))


def schema(sdk, folder):
    """The schema takes every configuration that comes with Patchbay or is written by `plugin new`, and sees what is wrong in one."""
    validator = jsonschema.Draft202012Validator(json.loads((sdk.prefix / "share/patchbay/schemas/configuration.schema.json").read_text()))
    files = [*(HERE.parents[2] / "configs").glob("*.toml"), *folder.glob("*/try.toml")]
    expect("there are files", len(files) > 5)
    for file in files:
        faults = [f"{file}: {fault.json_path}: {fault.message}" for fault in validator.iter_errors(tomllib.loads(file.read_text()))]
        expect(faults, not faults)
    wrong = {"routes": [{"id": "all", "modules": [{"type": "provider", "config": {"type": "provider-openai", "config": {"base_ulr": "x"}}}]}]}
    faults = [fault.json_path for fault in validator.iter_errors(wrong)]
    expect(faults, faults == ["$.routes[0].modules[0].config.config"])


def refuses(sdk, folder):
    def refusal(*words):
        done = subprocess.run([sdk.executable, "plugin", "new", *words], cwd=folder, capture_output=True, text=True)
        expect(done, done.returncode == 2)
        return done.stderr

    (folder / "full").mkdir()
    (folder / "full" / "file").write_text("")
    expect("a bad name", "cannot name a plugin" in refusal("workflow", "Mine"))
    expect("a name that Meson has for itself", "Meson has a target" in refusal("workflow", "test"))
    expect("a name that no class can have", "class" in refusal("workflow", "config"))
    expect("a directory in use", "not an empty directory" in refusal("workflow", "mine", "--dir", "full"))
    expect("a directory below a file", "cannot make the directory" in refusal("workflow", "mine", "--dir", "full/file/mine"))
    expect("a kind that there is not", "KIND" in refusal("engine", "mine"))


def facts(sdk):
    def variable(name):
        return sdk.run("pkg-config", "--variable", name, "patchbay-sdk").strip()

    expect("plugindir", pathlib.Path(variable("plugindir")).is_dir())
    expect("mapfile", pathlib.Path(variable("mapfile")).is_file())
    expect("sdk_abi", int(variable("sdk_abi")) >= 3)


def cases(build, folder):
    tree = Sdk(build / "runtime/patchbay", build / "meson-uninstalled")
    for kind in SEE:
        yield f"a {kind} against the build tree: written, built, tested, and seen in a host", lambda kind=kind: from_build_tree(tree, kind, folder)
    yield "the tutorial's C++ compiles", lambda: tutorial(tree, folder)
    yield "public headers hide what the host is made of", lambda: headers_hide(tree, folder)
    yield "every public header is compiled alone", lambda: headers_are_compiled_alone()
    yield "meson devenv knows the SDK of a build tree", lambda: developer_environment(build)
    yield "what cannot be written is refused with the reason", lambda: refuses(tree, folder)

    root = folder / "root"
    tree.run("meson", "install", "-C", build, "--no-rebuild", "--tags", "runtime,devel,plugins", DESTDIR=str(root))
    [pc] = root.glob("**/patchbay-sdk.pc")
    [executable] = root.glob("**/bin/patchbay")
    installed = Sdk(executable, pc.parent, executable.parent.parent)
    (folder / "installed").mkdir()
    yield "an installation says where things are", lambda: facts(installed)
    yield "its schema knows configurations", lambda: schema(installed, folder)
    yield "a workflow against an installation", lambda: installed_with_meson(installed, folder / "installed")
    yield "the same with CMake", lambda: installed_with(
        installed,
        folder / "installed",
        "CMakeLists.txt",
        ("cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={installed.prefix}", "-DCMAKE_BUILD_TYPE=RelWithDebInfo"),
        ("cmake", "--build", "build"),
        ("ctest", "--test-dir", "build", "--output-on-failure"),
    )
    yield "the same with Make", lambda: installed_with(installed, folder / "installed", "Makefile", ("make", "check"))


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    print("TAP version 13")
    number = 0
    failed = False
    with tempfile.TemporaryDirectory(prefix="patchbay-sdk-") as folder:
        for name, case in cases(build, pathlib.Path(folder)):
            number += 1
            try:
                case()
                print(f"ok {number} - {name}", flush=True)
            except (AssertionError, OSError) as problem:
                failed = True
                print(f"not ok {number} - {name}\n# " + str(problem).replace("\n", "\n# "), flush=True)
    print(f"1..{number}")
    sys.exit(failed)


main()
