"""The places suite against a real server: what it says of pygeoapi has to be true."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygeoapi", reason="pygeoapi is not installed (extra 'test')")

from tests.pygeoapi_server import pygeoapi, target_of

#: Where pygeoapi does not do what the standard says, and why that is so.
DEVIATIONS = {
    "PLA-C-28": "bbox=160,-50,170,160 gets 200, though 17-069r4 7.15.3 says of just this latitude "
    "that the server returns an error, and /req/core/query-param-invalid which: 400.",
    "PLA-C-31": "The TinyDB provider compares times as text: 08:00:00+02:00 does not find 06:00:00Z, "
    "the same instant by RFC 3339 (/req/core/fc-time-definition); and the GeoJSON provider does not "
    "look at 'datetime', though the collection has a temporal extent (/req/core/fc-time-response A).",
    "PLA-D-04": "The link 'items' names application/geo+json, application/json comes (RFC 8288 3.4.1).",
    "PLA-E-01": "Asked for application/geo+json it answers with application/json "
    "(/req/geojson/definition A).",
}

#: What does not apply to pygeoapi, and by which of its own words.
NOT_APPLICABLE = {
    "PLA-C-33": "Its API definition has the free-form parameter 'vendorSpecificParameters'.",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outcome of each check of the places suite by id."""
    folder = tmp_path_factory.mktemp("pygeoapi")
    with pygeoapi(folder) as base:
        target = folder / "mimtest.toml"
        target.write_text(target_of(base, "MIM7"))
        output = folder / "report"
        command = [
            sys.executable,
            "-m",
            "mimtest",
            "run",
            target,
            "--suite",
            "places",
            "--output",
            output,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    file = Path(output, "report.json")
    assert file.is_file(), done.stdout + done.stderr
    checks = json.loads(file.read_text())["checks"]
    return {c["id"]: c["outcome"] for c in checks if c["suite"] == "places"}


def having(outcomes: dict[str, str], outcome: str) -> set[str]:
    return {check for check, found in outcomes.items() if found == outcome}


def test_just_the_known_deviations_fail(outcomes):
    assert having(outcomes, "failed") == set(DEVIATIONS)


def test_just_what_it_declares_away_does_not_apply(outcomes):
    assert having(outcomes, "not_applicable") == set(NOT_APPLICABLE)


def test_every_other_check_passes(outcomes):
    others = outcomes.keys() - DEVIATIONS.keys() - NOT_APPLICABLE.keys()
    assert having(outcomes, "passed") == others
    assert len(others) > 30
