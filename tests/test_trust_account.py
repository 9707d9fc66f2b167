"""The checks of personal data on accounts unlike the demo's: by person, without description, and senseless ones."""

from contextlib import contextmanager

import pytest

from mimtest.sandbox.faults.registry import Fault
from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch

CHECKS = ("TRU-CON-*", "TRU-RIG-*", "TRU-POR-*")
BY_PERSON = {
    'data = "/data"': 'data = "/data/{subject}"',
    'access = "/me"': 'access = "/people/{subject}"',
}
EVERYTHING = {
    "records": [
        {"id": "urn:example:resident:hanna-8f21", "email": "hanna.vogt@residents.example"},
        {"id": "urn:example:resident:imre-3c77", "email": "imre.szalai@residents.example"},
        {"id": "urn:example:resident:jana-5d90", "email": "jana.kralova@residents.example"},
    ]
}


@contextmanager
def account(act):
    """The demo with an account that does something else."""

    def fault(request, _, proceed):
        return act(request, proceed) if request.path.startswith("/my") else proceed(request)

    made = Fault("odd", "trust", "It is odd.", "fault", (), fault)
    with serve(Platform(faults=[made])) as base:
        yield base


def judged(
    folder,
    act=lambda request, proceed: proceed(request),
    *,
    level="writes",
    checks=CHECKS,
    **changes,
):
    """The outcomes of the checks by id, and the report."""
    with account(act) as base:
        text = target_text(base).replace('level = "writes"', f'level = "{level}"')
        for old, new in (changes.get("paths") or {}).items():
            assert old in text
            text = text.replace(old, new)
        target = folder / "mimtest.toml"
        target.write_text(text, encoding="utf-8")
        report = launch(Order(target=target, output=folder, checks=checks, suites=("trust",)))
    return {c["id"]: c["outcome"] for c in report["checks"] if c["interface"] == "account"}, report


def test_addresses_may_name_the_person(tmp_path):
    outcomes, _ = judged(tmp_path, paths=BY_PERSON)
    assert set(outcomes.values()) == {"passed"}


def test_data_at_an_address_that_names_the_person_is_hers(tmp_path):
    def gives_to_all(request, proceed):
        if not request.path.startswith("/my/people/"):
            return proceed(request)
        return json_response({"id": "x", "email": "hanna.vogt@residents.example"})

    outcomes, _ = judged(tmp_path, gives_to_all, paths=BY_PERSON)
    assert outcomes["TRU-RIG-03"] == "failed"


@pytest.mark.parametrize("status", [403, 404, 500])
def test_who_refuses_everything_passes_nothing(tmp_path, status):
    def refuses(request, proceed):
        known = request.path in ("/my", "/my/openapi.json")
        return proceed(request) if known else problem(status, "no")

    outcomes, _ = judged(tmp_path, refuses)
    assert {k for k, v in outcomes.items() if v == "passed"} <= {"TRU-POR-05"}
    allowed = {"inconclusive"} if status != 404 else {"inconclusive", "failed", "not_applicable"}
    assert set(outcomes.values()) - {"passed"} <= allowed


@pytest.mark.parametrize(
    "answer",
    [
        json_response(EVERYTHING),
        json_response({}),
        Response(200, (("Content-Type", "text/html"),), b"<!DOCTYPE html><html>Log in</html>"),
    ],
    ids=["everything", "nothing", "a page"],
)
def test_who_answers_everything_alike_passes_nothing(tmp_path, answer):
    outcomes, _ = judged(tmp_path, lambda *_: answer)
    assert "passed" not in outcomes.values()
    assert "error" not in outcomes.values()


def test_without_a_description_nothing_is_called_wrong_but_that(tmp_path):
    def undescribed(request, proceed):
        there = request.path != "/my/openapi.json"
        return proceed(request) if there else problem(404, "there is nothing here")

    outcomes, _ = judged(tmp_path, undescribed)
    assert [k for k, v in outcomes.items() if v == "failed"] == ["TRU-POR-05"]


def test_who_may_only_look_changes_nothing(tmp_path):
    _, report = judged(tmp_path, level="safe")
    asked = [e["request"] for e in report["exchanges"] if "/my/" in e["request"]["url"]]
    assert asked
    assert {r["method"] for r in asked} == {"GET"}


def _first_page(entries):
    return {"entries": [], "total": len(entries), "next": "/my/log?page=2"}


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (
            lambda e: {"_embedded": {"log": {"entries": e}}, "links": [{"rel": "self"}] * 9},
            "passed",
        ),
        (lambda e: {"total": len(e), "items": e[::-1]}, "passed"),
        (_first_page, "inconclusive"),
        (lambda e: {"entries": {str(n): one for n, one in enumerate(e)}}, "inconclusive"),
        (lambda _: {"entries": []}, "failed"),
    ],
    ids=["deep", "newest first", "in pages", "by number", "empty"],
)
def test_a_log_has_any_form_that_holds_entries(tmp_path, told, wanted):
    def tells(request, proceed):
        response = proceed(request)
        if request.path != "/my/log" or response.status != 200:
            return response
        return json_response(told(response.json()["entries"]))

    outcomes, _ = judged(tmp_path, tells, checks=("TRU-RIG-06",))
    assert outcomes["TRU-RIG-06"] == wanted


def entry(number, purpose):
    return {"time": f"2026-11-22T10:00:{number:02}Z", "who": "her", "purpose": purpose}


def test_an_earlier_access_that_is_logged_late_is_no_reading_of_the_log(tmp_path):
    entries, readings = [], []

    def tells(request, proceed):
        if request.path == "/my/log" and "authorization" in request.headers:
            readings.append(request)
            if len(readings) == 2:
                entries.append(entry(0, "access"))
            return json_response({"entries": [*entries]})
        if request.path == "/my/me" and readings:
            entries.append(entry(1, "access"))
        return proceed(request)

    outcomes, _ = judged(tmp_path, tells, checks=("TRU-RIG-06",))
    assert outcomes["TRU-RIG-06"] == "passed"


@pytest.mark.parametrize(
    ("accesses", "told", "wanted"),
    [
        (True, "its log", "passed"),
        (False, "its log", "inconclusive"),
        (True, "access", "inconclusive"),
        (False, "", "failed"),
    ],
    ids=["both", "the log alone", "both in the same words", "neither"],
)
def test_a_reading_of_the_log_is_no_access(accesses, told, wanted, tmp_path):
    entries = []

    def tells(request, proceed):
        if request.path == "/my/log" and "authorization" in request.headers:
            answer = json_response({"entries": [*entries]})
            if told:
                entries.append(entry(len(entries), told))
            return answer
        if request.path == "/my/me" and accesses:
            entries.append(entry(len(entries), "access"))
        return proceed(request)

    outcomes, _ = judged(tmp_path, tells, checks=("TRU-RIG-06",))
    assert outcomes["TRU-RIG-06"] == wanted
