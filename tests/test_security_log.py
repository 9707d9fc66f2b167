"""A log that is handed back as a file is matched with what an earlier run asked for."""

import json

import pytest

from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import outcomes

NOTE = "log-challenge-office.json"
LOG = "handed-back.log"


def run(folder):
    """What becomes of the check, and why."""
    with serve(Platform()) as base:
        target = folder / "mimtest.toml"
        text = target_text(base).replace('log = "/log"', f'log = "file:///{LOG}"')
        target.write_text(text, encoding="utf-8")
        checks = ("SEC-LOG-01",)
        report = launch(
            Order(target=target, output=folder, suites=("security",), checks=checks, pages=False)
        )
    assert json.loads((folder / NOTE).read_text(encoding="utf-8"))["requests"]
    return outcomes(report)["SEC-LOG-01@office"]


def line(asked):
    return f"{asked['at']} refused {asked['method']} {asked['path']} {asked['status']} trace={asked['trace']}"


@pytest.mark.parametrize(
    ("kept", "outcome"), [(slice(None), "passed"), (slice(1), "failed"), (slice(0), "failed")]
)
def test_lines_handed_back_are_matched(tmp_path, kept, outcome):
    assert run(tmp_path) == "inconclusive"
    asked = json.loads((tmp_path / NOTE).read_text(encoding="utf-8"))["requests"]
    assert len({a["trace"] for a in asked}) == 3
    lines = ["2020-01-01T00:00:00Z started", *map(line, asked[kept])]
    (tmp_path / LOG).write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path) == outcome
