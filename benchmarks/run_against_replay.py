"""What a run costs beside its requests: record a run, replay the same requests bare, print the ratio.

    python benchmarks/run_against_replay.py [--times 5] [--suite context] [--check "CTX-QRY-*"]

Both sides run in a process of their own against the same sandbox, which is a third process. The
replay sends each recorded request once, in order, with one bare httpx client and no checks.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import httpx

from mimtest.sandbox.secrets import demo_secrets


@contextmanager
def sandbox(folder):
    """The sandbox in a process; yields its target file."""
    target = folder / "mimtest.toml"
    command = [sys.executable, "-m", "mimtest", "sandbox", "--write-target", str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        while not target.exists():
            time.sleep(0.05)
        try:
            yield target
        finally:
            process.terminate()


def measured(command, expected=(0,)):
    """Wall and CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    known = {**os.environ, **demo_secrets()}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=known)
    if done.returncode not in expected:
        sys.exit(done.stderr)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def asked_in(report):
    """The requests that mimtest sent: what the product sent, and handshakes, cannot be sent again."""
    exchanges = json.loads(Path(report).read_text(encoding="utf-8"))["exchanges"]
    return [
        x["request"]
        for x in exchanges
        if not x.get("incoming") and x["request"]["method"] != "TLS" and x["response"]
    ]


def replay(report):
    """Send the recorded requests."""
    skipped = ("host", "content-length", "connection")
    with httpx.Client() as client:
        for request in asked_in(report):
            headers = [
                (k, v)
                for k, v in request["headers"]
                if k.lower() not in skipped and "\u2039" not in v
            ]
            body = (request["body"] or "").encode()
            with suppress(httpx.HTTPError):  # a fault that the check asked for
                client.request(request["method"], request["url"], headers=headers, content=body)


def main():
    """Measure both sides side by side and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--suite", action="append", default=[])
    parser.add_argument("--check", action="append", default=[])
    parser.add_argument("--replay", metavar="REPORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        replay(options.replay)
        return
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as target:
        report = Path(name) / "out" / "report.json"
        run = [sys.executable, "-m", "mimtest", "run", str(target), "--output", str(report.parent)]
        run += [f"--suite={s}" for s in options.suite] + [f"--check={c}" for c in options.check]
        bare = [sys.executable, __file__, "--replay", str(report)]
        pairs = [(measured(run, (0, 1, 3)), measured(bare)) for _ in range(options.times)]
        count = len(asked_in(report))
    print(f"{count} requests, median of {options.times}")
    print("          run   replay  ratio")
    for index, label in enumerate(("wall s", "CPU s")):
        one = median(p[0][index] for p in pairs)
        other = median(p[1][index] for p in pairs)
        print(f"{label}  {one:6.2f}  {other:6.2f}  {one / other:5.2f}")


main()
