"""The kill matrix: every check has a fault it notices, and no check fails on the faults of others."""

import pytest

from mimtest.checks import load_checks
from tests.conftest import outcomes
from tests.matrix import FAULTS, run_all, selected, surplus

CHECKS = [c.id for c in load_checks()]
RUN = selected()
#: Checks that do not apply to the demo city as it is served: it has no cookies, no sensors that are
#: told of by MQTT, and no identifiers that are addresses.
NEEDS_MORE = {"SEC-HTTP-11", "CTX-IDN-05", "PLA-P-04", "PLA-S-32"}
#: Checks of an option that the demo does not claim; tests/test_common_behaviours.py has the first ones run,
#: tests/test_context_access.py those of access, tests/test_mqtt.py the one of MQTT, tests/test_stand.py the one of
#: public authorities, tests/test_security_gateways.py the one of limits.
UNCLAIMED = {
    "CTX-COM-08",
    "CTX-COM-24",
    "CTX-COM-30",
    "CTX-ACC-23",
    "CTX-ACC-24",
    "CTX-NOT-31",
    "SEC-RL-02",
    "SEC-TLS-12",
}
#: What a variant may leave without an answer, and why.
LEFT_OPEN = {
    "mod-variant-foreign-common-schema": {"unresolved_reference"},
    "ctx-variant-concise-values-wrapped": {"precondition_unmet"},
    "ctx-variant-described-by-the-standard": {"needs_review", "not_offered"},
    "tru-vp-variant-unlooked": {"needs_review"},
    # whose schema is elsewhere is known by its features alone
    "pla-variant-wfs-schema-of-its-owner": {"no_data"},
    # a further type takes the place of one whose features an earlier run noted
    "pla-variant-wfs-view": {"needs_review"},
    # whose pages are packed in a way that is not read
    "pla-variant-gpq-packed-otherwise": {"needs_review"},
    # these names leave the order of axes open, so things are not looked for elsewhere
    "pla-variant-wfs-short-names": {"no_data"},
    "pla-variant-wfs-names-of-a-country": {"no_data"},
    # some questions need a series of which all is known
    "pla-sta-variant-long-series": {"no_data"},
    # a place that is no GeoJSON is for people to read
    "pla-sta-variant-place-in-words": {"needs_review"},
    # whether what members alone get is the document, and what is in a frame or on a page, is for people to see
    "ctr-gov-login": {"auth_refused"},
    "ctr-gov-login-beside": {"needs_review"},
    "ctr-req-form-in-frame": {"needs_review"},
    "ctr-req-list-to-read": {"needs_review"},
}


@pytest.fixture(scope="module")
def runs(request, watched):
    """What each fault and variant that a selected test asks for is noticed by."""
    specs = [i.callspec.params for i in request.session.items if hasattr(i, "callspec")]
    asked = {p.get("fault") or p.get("variant") for p in specs}
    return run_all((f for f in RUN if f in asked), watched.touches)


@pytest.fixture(scope="module")
def seen(clean):
    """The outcomes of a run without a fault."""
    return outcomes(clean.report)


def test_without_a_fault_everything_that_applies_passes(clean):
    assert clean.code == 0
    assert set(outcomes(clean.report).values()) <= {"passed", "not_applicable"}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_passes_on_the_reference_and_has_a_fault(check, seen):
    found = {o for k, o in seen.items() if k.startswith(f"{check}@")}
    assert found <= {"passed", "not_applicable"}
    assert "passed" in found or check in NEEDS_MORE | UNCLAIMED
    assert any(check in f.kills for f in FAULTS.values())


@pytest.mark.parametrize("fault", [f for f in RUN if FAULTS[f].kind == "fault"])
def test_a_fault_is_noticed_by_its_checks_alone(fault, runs):
    assert set(FAULTS[fault].kills) - UNCLAIMED <= runs[fault].failed
    assert not surplus(FAULTS[fault], runs[fault].failed)
    assert "error" not in runs[fault].outcomes.values()


@pytest.mark.parametrize("variant", [f for f in RUN if FAULTS[f].kind == "variant"])
def test_a_variant_is_called_wrong_by_nobody(variant, runs):
    assert set(runs[variant].outcomes.values()) <= {"passed", "not_applicable", "inconclusive"}
    expected = LEFT_OPEN.get(variant, set())
    assert set(runs[variant].open.values()) <= expected


def test_every_fault_names_checks_that_exist():
    assert {k for f in FAULTS.values() for k in f.kills} <= set(CHECKS)
