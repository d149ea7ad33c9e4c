#!/usr/bin/env python3
"""What pooling saves: a V1 configuration of 100 pools over 8 providers against what `patchbay migrate` makes of it. See README.md."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
POOLS = 100
PROVIDERS = 8


def v1_configuration():
    """A pool for each model, and one pipeline in each pool."""
    providers = {}
    routing = {"default": ["p0.m0"]}
    for number in range(POOLS):
        provider = f"p{number % PROVIDERS}"
        entry = providers.setdefault(
            provider, {"type": "openai", "baseURL": f"https://{provider}.test/v1", "apiKey": [f"key-of-{provider}"], "compatibilityProfile": "chat:glm", "models": {}}
        )
        entry["models"][f"m{number}"] = {}
        routing[f"pool{number}"] = [f"{provider}.m{number}"]
    return {"httpserver": {"port": 5520}, "virtualrouter": {"providers": providers, "routing": routing}}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patchbay", default=os.environ.get("PATCHBAY_BIN", ROOT / "build/optimised/runtime/patchbay"))
    patchbay = str(arguments.parse_args().patchbay)
    with tempfile.TemporaryDirectory() as folder:
        v1 = pathlib.Path(folder, "v1.json")
        v2 = pathlib.Path(folder, "v2.toml")
        v1.write_text(json.dumps(v1_configuration()))
        subprocess.run([patchbay, "migrate", v1, "-o", v2, "--check"], check=True, stdout=subprocess.DEVNULL)
        keys = {f"P{number}_API_KEY_1": f"key-of-p{number}" for number in range(PROVIDERS)}
        result = json.loads(
            subprocess.run([patchbay, "compare", v1, v2, "--json"], check=True, stdout=subprocess.PIPE, env=os.environ | keys).stdout
        )
    one, other = result["files"]
    for name, side in (("V1", one), ("V2", other)):
        print(f"{name}: {side['instances']} instances, {side['module_bytes'] / 1024:.0f} KiB, p50 {side['p50_us']:.1f} us, p95 {side['p95_us']:.1f} us")
    ratio = other["module_bytes"] / one["module_bytes"]
    print(f"memory of modules V2 / V1: {ratio:.2f} (bar: 0.50); p50 V2 / V1: {other['p50_us'] / one['p50_us']:.2f}")
    return 0 if ratio <= 0.5 and not result["differences"] else 1


if __name__ == "__main__":
    sys.exit(main())
