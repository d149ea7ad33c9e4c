#!/usr/bin/env python3
"""Measures what a request pays for being let in, limited and counted: the same gateway without and with keys, limits and metrics. See README.md."""

import hashlib
import sys

import variants

LOADS = ["small", "large", "streams"]
KEY = "bench-client-key"  # what bench-load shows

ROUTE = """
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

NO_METRICS = """
[metrics]
enabled = false
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
    "bare": ROUTE + NO_METRICS,
    "metrics": ROUTE,
    "key": ROUTE + NO_METRICS + LIMITED_KEY.replace("STATE", "key"),
    "both": ROUTE + LIMITED_KEY.replace("STATE", "both"),  # the bar: at most 1.10
    "with log": ROUTE + LIMITED_KEY.replace("STATE", "log") + LOG,
}

if __name__ == "__main__":
    sys.exit(variants.main(__doc__, VARIANTS, LOADS))
