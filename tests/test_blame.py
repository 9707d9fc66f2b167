"""A report leads with the cause: one broken thing is one finding, its consequences counted below it."""

import re

import pytest

from mimtest.rendering import terminal
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import city

RETRIEVAL = re.compile(r"/ngsi-ld/v1/entities/[^/?]+(\?|$)")
BROKEN = ("failed", "error", "inconclusive")


def run(folder, *faults, token=None, suites=("context",), checks=()):
    target = folder / "mimtest.toml"
    with city(*faults, token=token) as base:
        target.write_text(target_text(base), encoding="utf-8")
        return launch(Order(target=target, output=folder, suites=suites, checks=checks))


#: Topics that are about entities and not about waiting.
QUICK = ("ENT", "ATT", "QRY", "REP")


@pytest.fixture(scope="module")
def untyped(tmp_path_factory):
    """The report on a broker that gives out attributes without their type."""
    folder, checks = tmp_path_factory.mktemp("untyped"), tuple(f"CTX-{t}-*" for t in QUICK)
    return run(folder, "ctx-attributes-without-type", checks=checks)


def test_a_lost_type_turns_at_least_a_fifth_of_what_retrieves(untyped):
    retrieving = {
        x["check"]
        for x in untyped["exchanges"]
        if x["check"] and x["request"]["method"] == "GET" and RETRIEVAL.search(x["request"]["url"])
    }
    turned = {c["id"] for c in untyped["checks"] if c["outcome"] in BROKEN} & retrieving
    assert len(turned) >= len(retrieving) / 5


def test_its_report_leads_with_one_root_cause(untyped):
    first, *others = untyped["findings"]
    assert (first["check"], first["suspect"]) == ("CTX-ENT-01", "product")
    rest = sum(1 + len(f["follows"]) for f in others)
    assert len(first["follows"]) > rest
    lines = terminal.lines(untyped)
    failed = next(n for n, line in enumerate(lines) if line.startswith("Failed: "))
    assert "CTX-ENT-01" in lines[failed + 2]
    assert any(f"may follow from it: {len(first['follows'])}" in line for line in lines)


def test_every_check_without_a_pass_names_whom_to_suspect(untyped):
    told = {x["check"]: f["suspect"] for f in untyped["findings"] for x in (f, *f["follows"])}
    assert all(told[c["id"]] for c in untyped["checks"] if c["outcome"] in BROKEN)


def test_one_dead_authorisation_is_one_finding_for_each_interface(tmp_path):
    report = run(tmp_path, token="another-token-than-none", suites=(), checks=("CTX-*", "PLA-*"))
    broken = [c for c in report["checks"] if c["outcome"] == "inconclusive"]
    unready = [f for f in report["findings"] if f["code"] == "auth_refused"]
    interfaces = {c["interface"] for c in broken if c["reason"]["code"] == "auth_refused"}
    assert {f["interface"] for f in unready} == interfaces
    assert all(f["suspect"] == "target file" and f["check"] is None for f in unready)
