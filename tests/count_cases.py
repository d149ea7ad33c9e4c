"""Counts test cases: `count_cases.py junit|tap FILE` prints "PASSED FAILED" and names the failed ones on standard error, with what they say.

A file that is missing, unreadable or without a single case counts as one failure: a suite that did not run is not a success."""

import pathlib
import re
import sys
import xml.etree.ElementTree

LINES_OF_DIAGNOSIS = 60


def of_junit(path):
    """Meson's report has a <testcase> for every case of a GoogleTest program and for every other test as a whole."""
    passed, failed = 0, []
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        name = f'{case.get("classname", "")}.{case.get("name", "")}'
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif case.find("skipped") is None and case.get("status") != "notrun":
            passed += 1
    return passed, failed


def of_tap(path):
    """Leaves only: a line that is followed by its subtests' plan is their sum, not a case."""
    passed, failed, skipped = 0, [], 0
    lines = pathlib.Path(path).read_text(errors="replace").splitlines()
    for index, line in enumerate(lines):
        result = re.match(r"(\s*)(not )?ok \d+(?: - (.*))?$", line)
        if not result or is_sum(lines, index):
            continue
        name = result.group(3) or ""
        if re.search(r"# (SKIP|TODO)", name):
            skipped += 1
        elif result.group(2):
            failed.append("\n".join([name, *diagnosis(lines, index)]))
        else:
            passed += 1
    if skipped:
        print(f"skipped: {skipped}", file=sys.stderr)
    return passed, failed


def diagnosis(lines, index):
    """The YAML block or the comments below a result."""
    rest = lines[index + 1 :]
    last = next((number for number, line in enumerate(rest) if re.match(r"\s*(not )?ok \d+|\s*\.\.\.$|\d+\.\.", line)), len(rest))
    return rest[: min(last, LINES_OF_DIAGNOSIS)]


def is_sum(lines, index):
    return any("type: 'suite'" in line for line in lines[index + 1 : index + 5])


def main():
    kind, path = sys.argv[1:]
    try:
        passed, failed = (of_junit if kind == "junit" else of_tap)(path)
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        passed, failed = 0, [f"{path}: {error}"]
    if passed + len(failed) == 0:
        failed = [f"{path}: not one case"]
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    print(passed, len(failed))


main()
