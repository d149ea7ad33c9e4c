"""Writes the files of the web page as one C++ file, so that the host carries them: embed.py OUTPUT FILE..."""

import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PIECE = 8000  # a string literal may have no more than 65536 characters


def literal(text):
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    return "\n".join(f'R"_page_({piece})_page_"' for piece in pieces) or '""'


def main(output, *names):
    entries = []
    for name in names:
        path = pathlib.Path(name)
        text = path.read_text(encoding="utf-8")
        assert ")_page_" not in text, name
        entries.append(f'    {{"{path.name}", "{TYPES[path.suffix]}",\n{literal(text)}}},')
    pathlib.Path(output).write_text(
        '#include "admin/web_page.hpp"\n\nnamespace patchbay::admin {\n\nconst WebFile web_files[] = {\n'
        + "\n".join(entries)
        + "\n};\n\nconst std::size_t web_file_count = sizeof web_files / sizeof *web_files;\n\n}  // namespace patchbay::admin\n",
        encoding="utf-8",
    )


main(*sys.argv[1:])
