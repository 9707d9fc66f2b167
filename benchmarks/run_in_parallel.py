"""What `-n` brings against a target that is far away: the same run with one and with several processes.

    python benchmarks/run_in_parallel.py [--latency 50] [--suite context] [--check "CTX-QRY-*"] [-n 8]

Every answer of the sandbox comes so many milliseconds late. Printed are the seconds, their ratio, and whether the
outcomes are the same.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from mimtest.sandbox.secrets import demo_secrets

_SERVER = """
import sys, time
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text

class Distant(Platform):
    def handle(self, request):
        time.sleep(float(sys.argv[1]) / 1000)
        return super().handle(request)

with serve(Distant()) as base:
    open(sys.argv[2], "w", encoding="utf-8").write(target_text(base))
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def distant(latency, target):
    """The sandbox in a process, so many milliseconds away."""
    command = [sys.executable, "-c", _SERVER, str(latency), str(target)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        server.stdout.readline()
        try:
            yield
        finally:
            server.stdin.close()


def run(target, folder, some, workers):
    """Seconds of a run and the outcome of each check."""
    command = [sys.executable, "-m", "mimtest", "run", str(target), "--output", str(folder)]
    command += [*some, "-n", str(workers)]
    known = {**os.environ, **demo_secrets()}
    started = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=known)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1, 3):
        sys.exit(done.stderr)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    ran = (c for c in report["checks"] if c["outcome"] != "not_run")
    outcomes = {(c["id"], c["interface"]): c["outcome"] for c in ran}
    return seconds, outcomes, len(report["exchanges"])


def main():
    """Run with one process, then with several."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds")
    parser.add_argument("--suite", action="append", default=[])
    parser.add_argument("--check", action="append", default=[])
    parser.add_argument("-n", type=int, action="append", default=[])
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    some = [f"--suite={s}" for s in asked.suite or ["context"]]
    some += [f"--check={c}" for c in asked.check]
    target = folder / "mimtest.toml"
    with distant(asked.latency, target):
        alone, expected, sent = run(target, folder / "n1", some, 1)
        print(f"n=1: {alone:.1f} s, {sent} requests, {len(expected)} checks", flush=True)
        for n in asked.n or [8]:
            seconds, found, sent = run(target, folder / f"n{n}", some, n)
            same = "the same outcomes" if found == expected else "OTHER OUTCOMES"
            print(
                f"n={n}: {seconds:.1f} s, {sent} requests, {alone / seconds:.1f} x faster, {same}",
                flush=True,
            )
            changed = [k for k in expected if found.get(k) != expected[k]]
            for key in changed[:20]:
                print(f"  {key}: {expected[key]} and {found.get(key)}")


if __name__ == "__main__":
    main()
