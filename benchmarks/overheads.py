"""What mimtest costs beside its work: start-up, an unrelated pytest run, pages from a report, memory; peers in the same run.

python benchmarks/overheads.py [--times 5] [--report REPORT] [--peers VENV] [start pytest pages run]

Each command is a process of its own. CPU seconds are those of the process and its children (`wait4`), the smallest of several
tries, because other work on the machine only ever adds; wall seconds stand beside them. VENV is a virtual environment with
the peers, such as schemathesis, robotframework with robotframework-requests, and check-jsonschema; what is not in it is left out.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

_TESTS = 300
#: Exit codes of tools that did what they were asked for; robot has one for its help.
_FINE = (0, 1, 3, 251)
_ROBOT_REQUESTS = 300


@dataclass(frozen=True)
class Cost:
    """The least CPU and wall seconds of several tries, and the most memory, in MB."""

    cpu: float
    wall: float
    memory: float


def cost(command: Iterable[object], times: int, **env: str) -> Cost:
    """Run a command several times."""
    tries = [_once([str(c) for c in command], env) for _ in range(times)]
    return Cost(min(t.cpu for t in tries), min(t.wall for t in tries), max(t.memory for t in tries))


def _once(command: list[str], env: dict[str, str]) -> Cost:
    quiet = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ | env, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) not in _FINE:
        sys.exit(f"{' '.join(command)}: ended with {os.waitstatus_to_exitcode(status)}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def table(title: str, rows: Iterable[tuple[str, Cost]]) -> None:
    """Print rows with their ratio to the first."""
    first = None
    print(f"\n{title}\n\n| what | CPU s | ratio | wall s | MB |\n|---|--:|--:|--:|--:|")
    for name, found in rows:
        first = first or found.cpu
        print(
            f"| {name} | {found.cpu:.2f} | {found.cpu / first:.2g} | {found.wall:.2f} | {found.memory:.0f} |",
            flush=True,
        )


def peers(folder: Path | None, *names: str) -> Iterator[tuple[str, Path]]:
    """The commands of other tools that are there."""
    for name in names:
        if folder and (folder / "bin" / name).exists():
            yield name, folder / "bin" / name


UNRELATED = f"""\
import pytest
@pytest.mark.parametrize("n", range({_TESTS}))
def test(n): assert n >= 0
"""
MIMTEST = (sys.executable, "-m", "mimtest")


def start(times: int, folder: Path | None) -> Iterator[tuple[str, Cost]]:
    """How long it takes until anything happens."""
    yield "python -c pass", cost([sys.executable, "-c", "pass"], times)
    for args in (["--help"], ["list", "suites"], ["list", "checks"], ["explain", "CTX-ENT-01"]):
        yield f"mimtest {' '.join(args)}", cost([*MIMTEST, *args], times)
    for name, path in peers(folder, "schemathesis", "robot", "check-jsonschema", "pytest"):
        yield f"{name} --help", cost([path, "--help"], times)


def unrelated(times: int) -> Iterator[tuple[str, Cost]]:
    """A pytest run of somebody who has mimtest installed and does not use it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_nothing.py"
        file.write_text(UNRELATED)
        bare = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file]
        off = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        yield f"pytest, {_TESTS} tests, no plugins", cost(bare, times, **off)
        yield "with mimtest's plugin alone", cost([*bare, "-p", "mimtest.plugin"], times, **off)


def pages(times: int, report: Path) -> Iterator[tuple[str, Cost]]:
    """Each form of a report, beside reading it."""
    read = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"
    yield "python: json.load", cost([sys.executable, "-c", read, report], times)
    for form in ("summary", "html", "csv", "junit", "md", "earl", "ctrf", "gitb", "sarif"):
        yield f"mimtest report --as {form}", cost([*MIMTEST, "report", report, "--as", form, "-o", os.devnull], times)  # fmt: skip
    yield "mimtest gate", cost([*MIMTEST, "gate", report], times)
    yield "mimtest verify", cost([*MIMTEST, "verify", report], times)


@contextmanager
def sandbox(folder: Path) -> Iterator[Path]:
    """The demo city in a process of its own, its secrets in the environment; yields its target file."""
    told = subprocess.run([*MIMTEST, "sandbox", "--secrets"], capture_output=True, text=True, check=True)  # fmt: skip
    words = shlex.split(told.stdout)
    os.environ |= dict(w.split("=", 1) for w in words if "=" in w)
    target = folder / "mimtest.toml"
    command = [*MIMTEST, "sandbox", "--write-target", str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            while not target.exists():
                time.sleep(0.05)
            yield target
        finally:
            process.terminate()


ROBOT = """\
*** Settings ***
Library    RequestsLibrary
*** Test Cases ***
{cases}
"""
CASE = """\
Read {n}
    ${{answer}}=    GET    url={url}    headers=${{{{{headers}}}}}    expected_status=200
    Should Be Equal    ${{answer.headers}}[content-type]    application/json
"""


def runs(folder: Path | None) -> None:
    """A run of a suite, and of peers against the same sandbox: CPU of the tester for each request."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as target:
        print("\n| run | requests | CPU s | CPU ms a request | wall s | MB |\n|---|--:|--:|--:|--:|--:|")  # fmt: skip
        for suite in ("places",):
            place = Path(name) / suite
            found = cost([*MIMTEST, "run", target, "--suite", suite, "--output", place], 1)
            report = json.loads((place / "report.json").read_bytes())
            sent = report["assessment"]["impact"]["requestsSent"]
            _told(f"mimtest run --suite {suite}, evidence and pages kept", sent, found)
        broker = tomllib.loads(target.read_text(encoding="utf-8"))["interfaces"]["context"]["url"]
        for tool, path in peers(folder, "robot"):
            file = Path(name) / "reads.robot"
            url = f"{broker}/entities?type=Streetlight&limit=5"
            headers = "{'Accept': 'application/json'}"
            cases = "\n".join(CASE.format(n=n, url=url, headers=headers) for n in range(_ROBOT_REQUESTS))  # fmt: skip
            file.write_text(ROBOT.format(cases=cases))
            found = cost([path, "--outputdir", Path(name) / "robot", file], 1)
            _told(f"{tool}: {_ROBOT_REQUESTS} reads of the broker, one assertion each", _ROBOT_REQUESTS, found)  # fmt: skip
        _schemathesis(folder, Path(name), broker)


def _schemathesis(folder: Path | None, place: Path, broker: str) -> None:
    """What it makes of the broker's reads; requests are counted from its own report."""
    words = {"name": "type", "in": "query", "required": True, "schema": {"enum": ["Streetlight", "Building"]}}  # fmt: skip
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}  # fmt: skip
    answer = {"200": {"description": "entities", "content": {"application/json": {"schema": {"type": "array"}}}}}  # fmt: skip
    document = {
        "openapi": "3.0.3",
        "info": {"title": "reads", "version": "1"},
        "paths": {"/entities": {"get": {"parameters": [words, limit], "responses": answer}}},
    }
    (place / "openapi.json").write_text(json.dumps(document))
    for tool, path in peers(folder, "schemathesis"):
        har = place / "har.json"
        command = [path, "run", place / "openapi.json", "--url", broker, "--max-examples", "300", "--phases", "fuzzing", "--mode", "positive", "--report", "har", "--report-har-path", har]  # fmt: skip
        with chdir(place):  # it leaves a folder where it runs
            found = cost(command, 1)
        sent = len(json.loads(har.read_bytes())["log"]["entries"])
        _told(f"{tool}: made-up reads of the broker by a schema", sent, found)


def _told(name: str, sent: int, found: Cost) -> None:
    each = 1000 * found.cpu / max(sent, 1)
    print(f"| {name} | {sent:,} | {found.cpu:.1f} | {each:.1f} | {found.wall:.1f} | {found.memory:.0f} |", flush=True)  # fmt: skip


def main() -> None:
    """Measure what is named, or all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["start", "pytest", "pages", "run"])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--peers", type=lambda text: Path(text).absolute())
    asked = parser.parse_args()
    if "start" in asked.what:
        table("Start-up", start(asked.times, asked.peers))
    if "pytest" in asked.what:
        table("An unrelated pytest run", unrelated(asked.times))
    if "pages" in asked.what and asked.report:
        table(f"Forms of a report of {asked.report.stat().st_size / 1e6:.1f} MB", pages(asked.times, asked.report))  # fmt: skip
    if "run" in asked.what:
        runs(asked.peers)


if __name__ == "__main__":
    main()
