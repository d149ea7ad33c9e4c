#!/usr/bin/env python3
"""Measures what `isolation = "process"` costs: the same gateway with a module in the host and in a process of its own. See README.md."""

import sys

import variants

LOADS = ["small", "large", "streams"]
# name of the variant: which modules have processes of their own
VARIANTS = {"host": (), "dialect": ("dialect",), "provider": ("provider",), "both": ("dialect", "provider")}

TOML = """
# Looks into every document and every event, and changes none.
[library.dialect]
type = "compatibility-field-mapping"
isolation = "DIALECT"

[library.dialect.config]
request = [{{ action = "remove", path = "nobody_sends_this" }}]
response = [{{ action = "remove", path = "nobody_sends_this" }}]
event = [{{ action = "remove", path = "nobody_sends_this" }}]

[library.provider]
type = "provider-openai"
isolation = "PROVIDER"
config = {{ base_url = "http://127.0.0.1:{upstream}/v1", api_keys = ["bench-upstream-key"] }}

[[routes]]
id = "bench"
pattern = {{ protocols = ["openai-chat"] }}
modules = [
  {{ type = "llmSwitch", config = {{ type = "llmswitch-passthrough", config = {{ }} }} }},
  {{ type = "compatibility", config = "dialect" }},
  {{ type = "provider", config = "provider" }},
]
"""


def toml_of(isolated):
    text = TOML
    for module in ("dialect", "provider"):
        text = text.replace(module.upper(), "process" if module in isolated else "none")
    return text


if __name__ == "__main__":
    sys.exit(variants.main(__doc__, {name: toml_of(isolated) for name, isolated in VARIANTS.items()}, LOADS))
