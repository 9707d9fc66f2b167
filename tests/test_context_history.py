"""Reading the past in a run that only reads: what is found in the product takes the place of data of our own."""

import json
from urllib.parse import urlencode

import pytest

from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch

POWER = "https://example.org/power"
VALUES = [5, 6, 7, 7, 9, 1, 2, 3, 4, 4, 8, 12]
ALWAYS = {"CTX-TMP-15", "CTX-TMP-17", "CTX-TMP-18", "CTX-TMP-41", "CTX-TMP-42"}
SAMPLED = ALWAYS | {f"CTX-TMP-{n}" for n in (13, 14, 19, 20, 24, 25)}


@pytest.fixture
def run(tmp_path):
    """Runs the temporal checks at level safe; the outcomes of those that ran, by id."""

    def against(platform):
        target = tmp_path / "mimtest.toml"
        with serve(platform) as base:
            text = target_text(base).replace('level = "writes"', 'level = "safe"')
            target.write_text(text, encoding="utf-8")
            order = Order(
                target=target, output=tmp_path, suites=("context",), checks=("CTX-TMP-*",)
            )
            report = launch(order)
        assert not report["assessment"]["impact"]["created"]
        rows = [c for c in report["checks"] if c["id"].startswith("CTX-TMP-")]
        return {c["id"]: c["outcome"] for c in rows if c["outcome"] != "not_run"}

    return against


def lit(*faults):
    """A city in which one light has a past."""
    platform = Platform(faults=[find_fault(f) for f in faults])
    light = first_light(platform)
    instances = [
        {"type": "Property", "value": v, "observedAt": f"2026-10-{at}:00Z"}
        for v, at in zip(VALUES, moments(), strict=True)
    ]
    answer = asked(platform, "POST", f"/temporal/entities/{light}/attrs", {POWER: instances})
    assert answer.status == 204, answer.body
    return platform


def moments():
    """Twice an hour, two hours a day."""
    for day in (3, 4, 5):
        for at in ("08:10", "08:40", "09:10", "09:40"):
            yield f"{day:02}T{at}"


def first_light(platform):
    found = asked(platform, "GET", "/types").json()["typeList"]
    kind = next(t for t in found if "Streetlight" in t)
    return asked(platform, "GET", "/entities", type=kind).json()[0]["id"]


def asked(platform, method, path, body=None, **params):
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "content-length": str(len(data))}
    url = f"/ngsi-ld/v1{path}"
    return platform.handle(Request(method, url, urlencode(params), headers, data))


def test_what_is_found_is_tried(run):
    found = run(lit())
    assert {k for k, o in found.items() if o == "passed"} >= SAMPLED
    assert {k for k, o in found.items() if o not in ("passed", "inconclusive")} == set()


def test_without_observations_only_refusals_are_tried(run):
    found = run(Platform())
    assert {k for k, o in found.items() if o == "passed"} >= ALWAYS
    assert {found[c] for c in SAMPLED - ALWAYS - {"CTX-TMP-20"}} == {"inconclusive"}
    assert set(found.values()) <= {"passed", "inconclusive"}


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("ctx-past-end-ignored", "CTX-TMP-13"),
        ("ctx-past-end-included", "CTX-TMP-14"),
        ("ctx-past-last-of-all-time", "CTX-TMP-19"),
        ("ctx-past-variance", "CTX-TMP-24"),
        ("ctx-past-days-are-hours", "CTX-TMP-25"),
    ],
)
def test_a_fault_is_noticed_in_what_is_found(run, fault, check):
    assert run(lit(fault))[check] == "failed"
