"""Write `suites/requests.toml` anew: how many requests a check of each file sends, from the report of a whole run.

python benchmarks/expected_requests.py mimtest-report/report.json

It balances shards and nothing else. A file that is not listed counts as an ordinary one.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from mimtest.checks import load_checks
from mimtest.resources import SUITES

HEAD = """\
# Requests that one check of a file sends, rounded up, as counted in a whole run against the sandbox. They balance the
# parts of `mimtest run --shard`, and nothing else. `python benchmarks/expected_requests.py REPORT` writes them anew.

[requests]
"""


def main(path: str) -> None:
    """Count and write."""
    report = json.loads(Path(path).read_bytes())
    files = {c.id: c.file for c in load_checks()}
    ran = ("passed", "failed", "inconclusive", "error")
    checks = Counter(files[c["id"]] for c in report["checks"] if c["outcome"] in ran)
    sent = Counter(
        files[x["check"]]
        for x in report["exchanges"]
        if x["check"] in files and not x.get("incoming")
    )
    lines = [f'"{file}" = {max(1, -(-sent[file] // checks[file]))}' for file in sorted(checks)]
    (SUITES / "requests.toml").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
