#!/usr/bin/env python3
"""Measures what a request pays for being let in, limited and counted: the same gateway without and with keys, limits and metrics. See README.md."""

import hashlib
import sys

import proxies
import variants

LOADS = ["small", "large", "streams"]
KEY = "bench-client-key"  # what bench-load shows

NO_METRICS = """
[metrics]
enabled = false
"""

NO_RING = """
[debug]
ring = 0
"""

LIMITED_KEY = f"""
[state]
url = "sqlite:{{dir}}/STATE.sqlite"

[[keys]]
name = "bench"
key_hash = "sha256:{hashlib.sha256(KEY.encode()).hexdigest()}"
requests_per_minute = 1000000000
tokens_per_minute = 1000000000000
concurrency = 100000
budgets = [{{{{ per = "month", tokens = 1000000000000, cost = 1000000000 }}}}]

[[prices]]
model = "*"
input = 1.0
output = 2.0
"""

LOG = """
[access_log]
path = "{dir}/access.log"
"""

VARIANTS = {
    "bare": proxies.PASSTHROUGH_TOML + NO_METRICS,
    "metrics": proxies.PASSTHROUGH_TOML,
    "key": proxies.PASSTHROUGH_TOML + NO_METRICS + LIMITED_KEY.replace("STATE", "key"),
    "both": proxies.PASSTHROUGH_TOML + LIMITED_KEY.replace("STATE", "both"),  # the bar: at most 1.10
    "no ring": proxies.PASSTHROUGH_TOML + NO_METRICS + NO_RING,
    "with log": proxies.PASSTHROUGH_TOML + LIMITED_KEY.replace("STATE", "log") + LOG,
}

if __name__ == "__main__":
    sys.exit(variants.main(__doc__, VARIANTS, LOADS))
