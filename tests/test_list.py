"""`mimtest list`."""

import json
from fnmatch import fnmatchcase

import pytest

from mimtest.checks import load_checks
from tests.conftest import mimtest


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((), lambda _: True),
        (("--suite", "places"), lambda c: c.suite == "places"),
        (("--suite", "places", "--suite", "trust"), lambda c: c.suite in ("places", "trust")),
        (("--check", "PLA-W-*"), lambda c: fnmatchcase(c.id, "PLA-W-*")),
        (("--suite", "trust", "--check", "*-01"), lambda c: c.suite == "trust" and "-01" in c.id),
    ],
)
def test_the_checks_that_were_asked_for_are_listed(given, wanted, tmp_path):
    there = [c.id for c in load_checks() if wanted(c)]
    listed = mimtest("list", "checks", *given, "--json", cwd=tmp_path)
    assert [c["id"] for c in json.loads(listed.out)] == there
    shown = mimtest("list", "checks", *given, cwd=tmp_path).out.splitlines()
    assert [line.split()[0] for line in shown] == there
