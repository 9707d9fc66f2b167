"""What the toolkit's own tests share: a sandbox on a real socket and the command line in a process."""

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.secrets import demo_secrets
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text

RUN_SECONDS = 900
# How long an example takes depends on what else the machine does.
settings.register_profile("mimtest", deadline=None)
settings.load_profile("mimtest")
os.environ.update(demo_secrets())
# What somebody added on this machine is no part of what is tested.
os.environ["MIMTEST_MODELS"] = str(Path(tempfile.gettempdir()) / f"mimtest-no-models-{os.getpid()}")


@dataclass(frozen=True)
class Ended:
    """A finished command: exit code, output and, where it made one, the report."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "report.json").read_text(encoding="utf-8"))


def mimtest(*args: object, cwd: Path, env: dict[str, str] | None = None) -> Ended:
    """Run the command line as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "mimtest", *map(str, args)],
        cwd=cwd,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=RUN_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr, cwd / "mimtest-report")


def hear_interrupts() -> None:
    """For a child process: take SIGINT, which whatever runs in the background has switched off."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def city(*faults: str, token: str | None = None):
    """The sandbox with these faults; yields its base address."""
    with serve(Platform(faults=[find_fault(f) for f in faults], token=token)) as base:
        yield base


def run_against(base: str, folder: Path, *args: object, level: str = "writes") -> Ended:
    """`mimtest run` against a sandbox."""
    target = folder / "mimtest.toml"
    text = target_text(base).replace('level = "writes"', f'level = "{level}"')
    target.write_text(text, encoding="utf-8")
    return mimtest("run", target, *args, cwd=folder)


@dataclass(frozen=True)
class Watched:
    """A whole run without a fault, and what was seen of each fault."""

    run: Ended
    seen: Any


@pytest.fixture(scope="session")
def watched(tmp_path_factory) -> Watched:
    """One whole run against the sandbox, each drawn fault asked about every answer: one for all processes of pytest-xdist."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    folder, kept = place / "watched", place / "watched.pickle"
    with FileLock(place / "watched.lock"):
        if not kept.exists():
            from mimtest.selftest.running import Crew
            from tests.matrix_part import MODE, drawn

            with Crew(1) as crew:
                seen = crew.watch(folder, drawn(), [()], MODE)
            report = folder / "0" / "mimtest-report"
            gate = json.loads((report / "report.json").read_text(encoding="utf-8"))["gate"]
            run = Ended(gate["exitCode"], "", "", report)
            kept.write_bytes(pickle.dumps(Watched(run, seen)))
        return pickle.loads(kept.read_bytes())


@pytest.fixture(scope="session")
def clean(watched) -> Ended:
    """One whole run against the sandbox without fault."""
    return watched.run


#: Files that take long, the longest first: what is begun last keeps one process busy alone.
LONG = ("kill_matrix", "zoo", "plugin", "mapserver", "canary", "secrets", "blame", "mqtt", "report")


def pytest_collection_modifyitems(items):
    """Begin with what takes long; of a file, what waits for the whole run comes last."""
    order = {f"test_{name}": number for number, name in enumerate(LONG)}
    items.sort(
        key=lambda item: (
            order.get(item.path.stem, len(LONG)),
            item.path.name,
            "watched" in getattr(item, "fixturenames", ()),
        )
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything is installed, a skipped test is a test that did not run."""
    report = yield
    if report.skipped and os.environ.get("MIMTEST_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    """The outcome of each check by `id@interface`."""
    return {f"{c['id']}@{c['interface']}": c["outcome"] for c in report["checks"]}


def failed(report: dict[str, Any]) -> set[str]:
    """The ids of the failed checks."""
    return {c["id"] for c in report["checks"] if c["outcome"] == "failed"}
