"""Makes the first corpus of each target out of the fixtures: make_corpus.py FIXTURES OUTPUT

The two bytes in front of each input choose what it is taken for; see codec.cpp and framing.cpp."""

import pathlib
import sys

PROTOCOLS = {"openai-chat": 0, "openai-responses": 1, "anthropic-messages": 2, "gemini": 3, "ollama-chat": 5}  # their places in codec.cpp

fixtures, output = map(pathlib.Path, sys.argv[1:])
for target in ("codec", "framing"):
    (output / target).mkdir(parents=True, exist_ok=True)
for protocol, number in PROTOCOLS.items():
    kinds = [fixtures / "requests" / f"{protocol}.json", fixtures / "answers" / f"{protocol}.json"]
    for kind, path in enumerate(kinds):
        (output / "codec" / f"{path.parent.name}-{protocol}").write_bytes(bytes([number, kind]) + path.read_bytes())
    stream = (fixtures / "streams" / f"{protocol}.txt").read_bytes()
    for target in range(6):
        (output / "codec" / f"stream-{protocol}-{target}").write_bytes(bytes([number, 2 + 3 * target]) + stream)
    lines = stream.splitlines()
    (output / "framing" / f"sse-{protocol}").write_bytes(b"\0\3" + b"".join(b"event: e\ndata: " + line + b"\n\n" for line in lines) + b": comment\n\n")
    (output / "framing" / f"ndjson-{protocol}").write_bytes(b"\1\5" + stream)
    (output / "framing" / f"array-{protocol}").write_bytes(b"\2\7[" + b",".join(lines) + b"]")
