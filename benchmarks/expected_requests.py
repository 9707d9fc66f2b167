"""Write `suites/requests.toml` anew: how many requests a check of each file sends, from the report of a whole run.

python benchmarks/expected_requests.py mimtest-report/report.json

What it takes to remove what a check made counts as the check's. It balances shards and processes, and nothing else. A
file that is not listed counts as an ordinary one.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mimtest.checks import load_checks
from mimtest.resources import SUITES

_NAME = re.compile(r"[\w.:~-]{12,}")
HEAD = """\
# Requests that one check of a file sends, those to remove what it made included, rounded up, as counted in a whole run
# against the sandbox. They balance the parts of `mimtest run --shard` and the processes of `-n`, and nothing else.
# `python benchmarks/expected_requests.py REPORT` writes them anew.

[requests]
"""


def main(path: str) -> None:
    """Count and write."""
    report = json.loads(Path(path).read_bytes())
    files = {c.id: c.file for c in load_checks()}
    ran = ("passed", "failed", "inconclusive", "error")
    checks = Counter(files[c["id"]] for c in report["checks"] if c["outcome"] in ran)
    sent = Counter(files.get(c) for c in _senders(report["exchanges"]))
    lines = [f'"{file}" = {max(1, -(-sent[file] // checks[file]))}' for file in sorted(checks)]
    (SUITES / "requests.toml").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def _senders(exchanges: list[dict[str, Any]]) -> Iterator[str | None]:
    """For each request the check that sent it, or that first named what it removes."""
    named: dict[str, str] = {}
    for one in (x for x in exchanges if not x.get("incoming")):
        check = one["check"]
        if check is None:
            check = next(
                (named[n] for n in _names(urlsplit(one["request"]["url"]).path) if n in named), None
            )
        else:
            held = one["response"] or {}
            for name in _names(f"{one['request']} {held.get('headers')}"):
                named.setdefault(name, check)
        yield check


def _names(text: str) -> list[str]:
    """Whatever may be the name of something that a check made: words with a digit."""
    return [n for n in _NAME.findall(unquote(text)) if any(c.isdigit() for c in n)]


if __name__ == "__main__":
    main(sys.argv[1])
