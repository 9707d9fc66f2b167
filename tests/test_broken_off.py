"""A run that is broken off, or has no room to write: its report is whole or not there, an earlier one is still there."""

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mimtest.network.journal import Journal, NotWritten, pending
from mimtest.network.redaction import Redactor
from mimtest.report import load_report, write_whole
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from tests.conftest import hear_interrupts, mimtest
from tests.environment import city_target
from tests.sandbox_state import changes, state_of

SECONDS = 120
CHECKS = ("CTX-ENT-0[1-4]", "PLA-S-27")
ENDED = {"passed", "inconclusive", "not_applicable", "not_run"}


class Signalling(Platform):
    """A sandbox that sends a signal to whoever creates something for the `at`-th time."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: subprocess.Popen | None = None
        self.sends, self.at, self.seen = signal.SIGTERM, 0, 0

    def handle(self, request: Request) -> Response:
        answer = super().handle(request)
        self.seen += request.method == "POST" and answer.status == 201
        if self.at and self.seen == self.at:
            self.at = 0
            self.victim.send_signal(self.sends)
        return answer


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A sandbox, a folder with a target file for it, and in `mimtest-report` the report of a whole run."""
    folder, platform = tmp_path_factory.mktemp("broken-off"), Signalling()
    with serve(platform) as base:
        (folder / "mimtest.toml").write_text(
            city_target(base, "context", "sensors"), encoding="utf-8"
        )
        assert run(platform, folder).returncode in (0, 3)
        yield platform, folder


def run(
    platform: Signalling, folder: Path, *more: str, most: int | None = None
) -> subprocess.CompletedProcess:
    """A run whose files may have so many bytes at `most`."""

    def prepare() -> None:
        hear_interrupts()
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    line = [
        sys.executable,
        "-m",
        "mimtest",
        "run",
        "mimtest.toml",
        *more,
        *(f"--check={c}" for c in CHECKS),
    ]
    with subprocess.Popen(
        line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=prepare,  # noqa: PLW1509 - it takes no lock
    ) as platform.victim:  # fmt: skip
        out, err = platform.victim.communicate(timeout=SECONDS)
        return subprocess.CompletedProcess(line, platform.victim.returncode, out, err)


@pytest.mark.parametrize(("sends", "more"), [
    (signal.SIGINT, ()), (signal.SIGTERM, ()), (signal.SIGTERM, ("-n", "2")),
])  # fmt: skip
def test_a_run_that_is_told_to_end_cleans_up_and_says_so(town, sends, more):
    platform, folder = town
    before = state_of(platform)
    platform.sends, platform.seen, platform.at = sends, 0, 3
    ended = run(platform, folder, *more)
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    assert changes(before, state_of(platform)) == []
    report = load_report(folder / "mimtest-report/report.json")
    assert report["assessment"]["completed"] is False
    assert report["assessment"]["impact"]["leftBehind"] == 0
    assert {"not_run"} <= {c["outcome"] for c in report["checks"]} <= ENDED
    assert sorted(p.name for p in (folder / "mimtest-report").iterdir()) == [
        "junit.xml",
        "report.html",
        "report.json",
    ]


@pytest.mark.parametrize("most", [200, 4000, 60_000])
def test_a_full_disk_halves_no_file_and_loses_no_earlier_report(town, most):
    platform, folder = town
    output = folder / "mimtest-report"
    known = next(p for p in (output / "report.json", output / "report.earlier.json") if p.exists())
    kept, before = known.read_bytes(), state_of(platform)
    ended = run(platform, folder, most=most)
    assert ended.returncode == 2, ended.stderr
    (said,) = ended.stderr.splitlines()
    assert "report.json: cannot be written (File too large)" in said
    assert (output / "report.earlier.json").read_bytes() == kept
    assert not (output / "report.json").exists()
    assert not list(output.glob(".*"))
    for journal in output.glob("journal-*"):
        assert all(json.loads(line) for line in journal.read_text().splitlines())
        done = mimtest("cleanup", journal, "--target", "mimtest.toml", cwd=folder)
        assert done.code == 0, done.out
        journal.unlink()
    assert changes(before, state_of(platform)) == []
    again = run(platform, folder)
    assert again.returncode in (0, 3)
    assert load_report(output / "report.json")
    assert not (output / "report.earlier.json").exists()


FULL = """
import resource, sys
from pathlib import Path
from mimtest.network.journal import Journal, NotWritten
from mimtest.network.redaction import Redactor
journal = Journal(Path(sys.argv[1]), Redactor({}))
entry = journal.will_create("context", "http://x/1")
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, size + 20))
journal.removed(entry)
try:
    journal.will_create("context", "http://x/2")
except NotWritten as no:
    print(no.code, Path(sys.argv[1]).stat().st_size == size)
"""


def test_a_ledger_without_room_keeps_whole_lines_and_lets_nothing_be_created(tmp_path):
    path = tmp_path / "journal.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", FULL, path], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "not_written_down True"
    assert [e.url for e in pending(path)] == ["http://x/1"]


def test_a_device_without_space_is_told():
    journal = Journal(Path("/dev/full"), Redactor({}))
    with pytest.raises(NotWritten, match="No space left on device"):
        journal.will_create("context", "http://x/1")


def test_what_breaks_off_a_write_leaves_no_piece(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    write_whole(path, b"old")

    def interrupted(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]
