"""Whenever a run is killed, `mimtest cleanup` makes the target what it was before, in every detail.

Six points are tried here; `MIMTEST_KILLED=50` tries as many as it says, with checks of more suites. A point is a number of
requests that the target has seen: the run is killed before that request is answered, half of the time after it took effect.
"""

import os
import random
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from mimtest.cli.cleanup import command
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.session.launch import Order, launch
from tests.environment import between, city_target, cuts
from tests.sandbox_state import changes, state_of

POINTS = int(os.environ.get("MIMTEST_KILLED", "6"))
WHOLE = POINTS > 6
SEED = 10
SECONDS = 300
#: Each makes things in another way: by its own identifier, by one the service gives, many at once, as somebody else.
CHECKS = ("CTX-ENT-01", "CTX-SUB-01", "PLA-S-27", "PLA-T-02", "SEC-AZ-17")
MORE = (
    "CTX-BAT-01", "CTX-TMP-0[12]", "CTX-JSC-0*", "CTX-REG-01", "PLA-S-3*", "PLA-S-50", "PLA-T-0*", "SEC-DEF-01",
    "SEC-AZ-14", "CTR-REQ-04", "CTR-TMF-1[17]", "CTR-DSP-16",
)  # fmt: skip
INTERFACES = ("context", "features", "sensors", "office", "login")
CONTRACTS = ("wishes", "market", "dataspace")
#: What the protocol of an interface lets nobody take back; its places are told instead.
BY_HAND = ("/data-requests", "/tmf-api", "/dsp")


class Deadly(Platform):
    """A sandbox that kills whoever asks for the `at`-th time."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: subprocess.Popen | None = None
        self.at, self.after, self.seen = 0, False, 0

    def arm(self, at: int, *, after: bool) -> None:
        self.at, self.after, self.seen = at, after, 0

    def handle(self, request: Request) -> Response:
        self.seen += 1
        mine = self.seen == self.at
        if mine and not self.after:
            self._kill()
        answer = super().handle(request)
        if mine and self.after:
            self._kill()
        return answer

    def _kill(self) -> None:
        self.victim.kill()
        self.victim.wait()


def points(total: int) -> list[tuple[int, bool]]:
    """At which request, and whether after it took effect: the same for the same number of requests."""
    dice = random.Random(SEED)
    return [(dice.randint(1, total), dice.random() < 0.5) for _ in range(POINTS)]


def run(platform: Deadly, folder: Path, output: str) -> int:
    """A run against it, until it ends or is ended; its exit code."""
    checks = (*CHECKS, *(MORE if WHOLE else ()))
    line = [sys.executable, "-m", "mimtest", "run", "mimtest.toml", "--output", output]
    line += [f"--check={c}" for c in checks]
    with subprocess.Popen(line, cwd=folder, stdout=subprocess.DEVNULL) as platform.victim:
        return platform.victim.wait(SECONDS)


def cleaned(folder: Path, output: str) -> tuple[int, str]:
    """Exit codes and words of the clean-up after a run: 0 and nothing where it had not created anything yet."""
    codes, words = [0], []
    for journal in (folder / output).glob("journal-*.jsonl"):
        done = CliRunner().invoke(
            command, [str(journal), "--target", str(folder / "mimtest.toml")], standalone_mode=False
        )
        assert done.exception is None, done.exception
        codes.append(done.return_value)
        words.append(done.output)
    return max(codes), "".join(words)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A platform with everything in it that a run creates, and removes; its folder; how many requests a run takes."""
    folder, platform = tmp_path_factory.mktemp("killed"), Deadly()
    with serve(platform) as base:
        names = (*INTERFACES, *(CONTRACTS if WHOLE else ()))
        (folder / "mimtest.toml").write_text(city_target(base, *names), encoding="utf-8")
        platform.arm(0, after=False)
        assert run(platform, folder, "whole") in (0, 3)
        assert not list((folder / "whole").glob("journal-*"))
        yield platform, folder, platform.seen


def test_a_killed_run_is_cleaned_up_after(town):
    platform, folder, total = town
    assert total > 60
    before, wrong = state_of(platform), []
    for number, (at, after) in enumerate(points(total)):
        platform.arm(at, after=after)
        assert run(platform, folder, f"killed-{number}") < 0
        assert not (folder / f"killed-{number}" / "report.json").exists()
        code, words = cleaned(folder, f"killed-{number}")
        now = state_of(platform)
        left = re.findall(r"^LEFT (\S+): ", words, re.MULTILINE)
        differs = [c for c in changes(before, now) if not c.split(" ")[1].startswith(BY_HAND)]
        stays = [place for place in left if not urlsplit(place).path.startswith(BY_HAND)]
        if differs or stays or code != (3 if left else 0):
            wrong.append((at, after, code, stays, differs))
        before = now
    assert wrong == []


def test_what_came_of_a_request_whose_answer_was_lost_is_removed_too(tmp_path):
    platform, lost = Platform(), []

    def meddle(asked, connection, answered):
        if asked.method == "POST" and asked.target.endswith("/Things") and not lost:
            lost.append(asked)
            return cuts(asked, connection, answered)
        return answered()

    with between(platform, meddle) as gate:
        target = tmp_path / "mimtest.toml"
        target.write_text(city_target(gate.url, "sensors"), encoding="utf-8")
        before = state_of(platform)
        report = launch(Order(target=target, output=tmp_path, checks=("PLA-S-27",), pages=False))
        assert lost
        assert changes(before, state_of(platform)) == []
    assert report["assessment"]["impact"]["leftBehind"] == 0
    assert not list(tmp_path.glob("journal-*"))
