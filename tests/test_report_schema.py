"""The published schema of report.json takes honest reports and refuses dishonest ones."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from mimtest.resources import SCHEMAS
from tests.rendering_samples import ALL, rich

SCHEMA = json.loads((SCHEMAS / "mimtest" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ALL)
def test_honest_reports_pass(name):
    assert [e.message for e in VALIDATOR.iter_errors(ALL[name]())] == []


def test_extensions_have_their_place():
    report = rich()
    report["extensions"] = {"org.example.note": {"any": 1}}
    report["checks"][0]["extensions"] = {"org.example.note": 1}
    assert VALIDATOR.is_valid(report)


def row(report, verdict):
    return next(q for q in report["assessments"][0]["requirements"] if q["verdict"] == verdict)


def check(report, outcome):
    return next(c for c in report["checks"] if c["outcome"] == outcome)


def met_by_declaration(report):
    row(report, "met")["basis"] = "declared"


def met_without_a_check(report):
    row(report, "met")["mechanisms"][0]["checks"] = []


def met_without_a_mechanism(report):
    row(report, "met")["mechanisms"] = []


def met_by_a_mechanism_nobody_claims(report):
    row(report, "met")["mechanisms"][0]["claimed"] = False


def met_by_a_mechanism_that_is_not_met(report):
    row(report, "met")["mechanisms"][0]["verdict"] = "inconclusive"


def inconclusive_without_a_test(report):
    row(report, "inconclusive")["basis"] = "none"


def declared_without_a_declaration(report):
    row(report, "declared_only")["declaration"] = None


def equivalent_called_tested(report):
    row(report, "equivalence_claimed")["basis"] = "tested"


def a_verdict_nobody_knows(report):
    row(report, "met")["verdict"] = "certified"


def open_without_a_reason(report):
    row(report, "not_tested")["reason"] = None


def passed_without_an_exchange(report):
    check(report, "passed")["exchanges"] = []


def passed_with_a_failed_case(report):
    case = {"name": "a", "outcome": "failed", "reason": {"code": "x", "message": "y"}}
    check(report, "passed")["cases"] = [
        {**case, "expected": None, "received": None, "exchanges": []}
    ]


def failed_without_exchange_or_message(report):
    failed = check(report, "failed")
    failed |= {"exchanges": [], "reason": {"code": "contradicted", "message": ""}}


def inconclusive_for_no_reason(report):
    check(report, "inconclusive")["reason"] = None


def an_outcome_called_skip(report):
    check(report, "not_run")["outcome"] = "skipped"


def no_word_about_certificates(report):
    report["notices"].remove("not_a_certificate")


def notices_in_another_order(report):
    report["notices"].reverse()


def a_supplier_who_hides(report):
    report["notices"][-1] = "buyer_tested"


def local_time(report):
    report["assessment"]["startedAt"] = "2026-11-20T09:14:03+01:00"


def a_fraction(report):
    report["checks"][0]["durationMs"] = 1.5


def a_score(report):
    report["score"] = 97


def a_percentage_in_the_summary(report):
    report["assessments"][0]["summary"]["overall"]["counts"]["percent"] = 97


def met_overall_with_something_open(report):
    report["assessments"][0]["summary"]["overall"]["verdict"] = "met"


def a_mim_met_with_a_failure(report):
    entry = next(
        m for m in report["assessments"][0]["summary"]["byMim"] if m["verdict"] == "not_met"
    )
    entry["verdict"] = "met"


def an_empty_mim_met(report):
    entry = next(m for m in report["assessments"][0]["summary"]["byMim"] if not m["claimed"])
    entry["verdict"] = "met"


def credentials_in_the_address(report):
    report["subject"]["interfaces"][0]["url"] = "https://user:word@broker.example/"


def credentials_in_an_exchange(report):
    report["exchanges"][0]["request"]["url"] = "https://user@broker.example/"


def an_exchange_without_answer_or_error(report):
    report["exchanges"][0] |= {"response": None, "error": None}


def not_ready_for_no_reason(report):
    report["readiness"][0]["ready"] = False


def a_product_without_a_version(report):
    report["subject"]["version"] = ""


def a_waiver_without_an_end(report):
    report["waivers"] = [
        {"about": "9.0/MIM1/R1.1", "reason": "r", "approver": "a", "ticket": "t", "state": "active"}
    ]


def a_pass_with_exit_code_of_its_own(report):
    report["gate"] |= {"result": "pass", "exitCode": 1}


def a_pass_of_a_broken_off_run(report):
    report["assessment"]["completed"] = False
    report["gate"] |= {"result": "pass", "exitCode": 0}


def a_pass_of_nothing(report):
    report["gate"] |= {"result": "pass", "exitCode": 0, "required": 0}


def no_digest(report):
    del report["digest"]


def an_extension_in_the_way(report):
    report["extensions"] = {"verdict": "met"}


DISHONEST = [
    met_by_declaration, met_without_a_check, met_without_a_mechanism, met_by_a_mechanism_nobody_claims,
    met_by_a_mechanism_that_is_not_met, inconclusive_without_a_test, declared_without_a_declaration,
    equivalent_called_tested, a_verdict_nobody_knows, open_without_a_reason, passed_without_an_exchange,
    passed_with_a_failed_case, failed_without_exchange_or_message, inconclusive_for_no_reason,
    an_outcome_called_skip, no_word_about_certificates, notices_in_another_order, a_supplier_who_hides,
    local_time, a_fraction, a_score, a_percentage_in_the_summary, met_overall_with_something_open,
    a_mim_met_with_a_failure, an_empty_mim_met, credentials_in_the_address, credentials_in_an_exchange,
    an_exchange_without_answer_or_error, not_ready_for_no_reason, a_product_without_a_version,
    a_waiver_without_an_end, a_pass_with_exit_code_of_its_own, a_pass_of_a_broken_off_run, a_pass_of_nothing,
    no_digest, an_extension_in_the_way,
]  # fmt: skip


@pytest.mark.parametrize("spoil", DISHONEST, ids=lambda f: f.__name__)
def test_a_dishonest_report_is_refused(spoil):
    report = copy.deepcopy(rich())
    spoil(report)
    assert not VALIDATOR.is_valid(report)
