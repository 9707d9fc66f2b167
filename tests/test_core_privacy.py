"""What each level of redaction leaves of a report, field by field: quick, so that mutants can be run against it."""

import copy

import pytest

from mimtest.privacy import CLASSES, DEFAULT, EXCERPT, FIELD, LEVELS, counted, redact

MAIL = "a.b@example.org"
PHONE = "+49 30 901820"
NONE = dict.fromkeys(CLASSES, 0)
OUT = "\u2039left out\u203a"


def message(body=None, headers=(), **more):
    return {"headers": [list(h) for h in headers], "body": body, "bodyBytes": 1, "bodyDigest": None, **more}  # fmt: skip


def exchange(name, asked=None, answered=None, error=None):
    return {
        "id": name,
        "check": "C1",
        "request": asked or message(method="GET", url="http://a.example/x"),
        "response": answered,
        "error": error,
        "elapsedMs": 1,
    }


def check(outcome="failed", exchanges=("m-1",), reason=None, **more):
    return {
        "id": "C1",
        "outcome": outcome,
        "exchanges": [*exchanges],
        "reason": reason,
        "expected": None,
        "received": None,
        "cases": [],
        **more,
    }


def report(*, checks=(), exchanges=(), readiness=(), extensions=None):
    made = {
        "checks": [*checks],
        "exchanges": [*exchanges],
        "readiness": [*readiness],
        "digest": {"sha256": "d" * 64},
        "kept": "as it is",
    }
    return made if extensions is None else {**made, "extensions": extensions}


def note(found):
    return found["extensions"][FIELD]


def test_the_levels_and_where_they_are_noted():
    assert (LEVELS, DEFAULT, FIELD, EXCERPT) == (("excerpt", "none", "ids"), "excerpt", "mimtest.privacy", 2048)  # fmt: skip
    assert CLASSES == ("mail", "phone", "iban", "plate", "person")


# -- counting


def test_everything_of_the_evidence_is_counted_and_nothing_else():
    asked = message(MAIL, [("X-From", MAIL)], method="GET", url=f"http://a.example/?m={MAIL}")
    answered = message(PHONE, [("X-To", "nobody"), ("X-Cc", MAIL)], status=200, truncated=False)
    whole = report(
        exchanges=[exchange("m-1", asked, answered), exchange("m-2")],
        checks=[check(received=MAIL)],
    )
    found = counted(whole)
    assert note(found) == {"level": "none", "found": NONE | {"mail": 4, "phone": 1}}
    assert {k: v for k, v in found.items() if k != "extensions"} == whole
    assert note(counted(report())) == {"level": "none", "found": NONE}


def test_other_notes_stay():
    given = report(extensions={"org.example": 1, FIELD: {"level": "none", "found": NONE}})
    assert counted(given)["extensions"]["org.example"] == 1
    assert redact(given)["extensions"]["org.example"] == 1
    empty = {**report(), "extensions": None}
    assert note(counted(empty))["found"] == NONE
    assert note(redact(empty))["level"] == "excerpt"


# -- levels


def test_level_none_is_the_report_itself():
    given = report(exchanges=[exchange("m-1", answered=message(MAIL, status=200))])
    assert redact(given, "none") == given


def test_a_report_is_only_redacted_further():
    given = report(exchanges=[exchange("m-1", answered=message(MAIL, status=200, truncated=False))], checks=[check()])  # fmt: skip
    before = copy.deepcopy(given)
    once = redact(given)
    assert given == before
    assert redact(once) == once
    assert redact(once, "none") == once
    twice = redact(once, "ids")
    assert note(twice) == {"level": "ids", "found": NONE | {"mail": 1}, "of": "d" * 64}
    assert redact(twice) == redact(twice, "ids") == redact(twice, "none") == twice


def test_the_digest_of_the_whole_is_kept_over_two_steps():
    once = redact(report())
    once["digest"] = {"sha256": "e" * 64}
    assert note(redact(once, "ids"))["of"] == "d" * 64


def test_a_count_of_the_whole_is_not_added_to_what_was_masked():
    given = counted(report(exchanges=[exchange("m-1", answered=message(MAIL, status=200, truncated=False))], checks=[check()]))  # fmt: skip
    assert note(redact(given))["found"] == NONE | {"mail": 1}


# -- exchanges


def shown(given, level="excerpt", outcome="failed"):
    made = report(exchanges=[given], checks=[check(outcome)])
    return redact(made, level)["exchanges"][0]


def test_an_exchange_that_a_failed_check_read_is_an_excerpt():
    asked = message(f"to {MAIL}", [("A", MAIL), ("B", "b")], method="POST", url=f"http://a.example/{MAIL}?q={PHONE}")  # fmt: skip
    answered = message("fine", [("A", "a")], status=200, truncated=False)
    found = shown(exchange("m-1", asked, answered, {"kind": "timeout", "message": f"by {MAIL}"}))
    assert found == {
        "id": "m-1",
        "check": "C1",
        "request": {"headers": [["A", "\u2039mail\u203a"], ["B", "b"]], "body": "to \u2039mail\u203a", "bodyBytes": 1, "bodyDigest": None, "method": "POST", "url": "http://a.example/\u2039mail\u203a?q=\u2039phone\u203a"},
        "response": {"headers": [["A", "a"]], "body": "fine", "bodyBytes": 1, "bodyDigest": None, "status": 200, "truncated": False},
        "error": {"kind": "timeout", "message": "by \u2039mail\u203a"},
        "elapsedMs": 1,
    }  # fmt: skip


def test_at_level_ids_stay_method_path_and_status():
    asked = message("x", [("A", "a")], method="POST", url=f"http://a.example/{MAIL}?q=1")
    answered = message("y", [("A", "a")], status=200, truncated=False)
    found = shown(exchange("m-1", asked, answered, {"kind": "timeout", "message": "word"}), "ids")
    assert found["request"] == message(method="POST", url="http://a.example/\u2039mail\u203a")
    assert found["response"] == message(status=200, truncated=False)
    assert found["error"] == {"kind": "timeout", "message": OUT}
    assert (found["id"], found["elapsedMs"]) == ("m-1", 1)


def test_an_address_at_level_ids_ends_before_its_first_question():
    for url in ("http://a.example/x", "http://a.example/x?q=1", "http://a.example/x?q=1?r=2"):
        found = shown(exchange("m-1", message(method="GET", url=url)), "ids")
        assert found["request"]["url"] == "http://a.example/x"


def test_headers_that_are_all_masked_are_masked():
    found = shown(exchange("m-1", message("x", [("A", MAIL)], method="GET", url="http://a.example/")))  # fmt: skip
    assert found["request"]["headers"] == [["A", "\u2039mail\u203a"]]


def test_what_only_passed_checks_read_is_shown_without_bodies():
    asked = message("x", [("A", "a")], method="POST", url="http://a.example/?q=1")
    answered = message("y", [("A", "a")], status=200, truncated=False)
    found = shown(exchange("m-1", asked, answered), outcome="passed")
    assert (found["request"]["body"], found["response"]["body"]) == (None, None)
    assert found["response"]["truncated"] is False
    assert found["request"]["headers"] == [["A", "a"]]
    both = report(exchanges=[exchange("m-1", asked, answered)], checks=[check("passed"), check("error")])  # fmt: skip
    assert redact(both)["exchanges"][0]["response"]["body"] == "y"
    nobody = report(exchanges=[exchange("m-9", asked, answered)], checks=[check("passed")])
    assert redact(nobody)["exchanges"][0]["response"]["body"] == "y"


@pytest.mark.parametrize("length", [EXCERPT, EXCERPT + 1])
@pytest.mark.parametrize("before", [True, False])
def test_a_long_body_is_cut_and_says_so(length, before):
    found = shown(exchange("m-1", answered=message("y" * length, status=200, truncated=before)))
    assert found["response"]["body"] == "y" * EXCERPT
    assert found["response"]["truncated"] is (before or length > EXCERPT)


def test_what_is_cut_in_two_is_masked():
    body = "x " * (EXCERPT // 2 - 4) + f"{MAIL} " + "y" * 999
    found = shown(exchange("m-1", answered=message(body, status=200, truncated=False)))
    assert "a.b" not in found["response"]["body"]
    assert len(found["response"]["body"]) <= EXCERPT


def test_an_empty_body_stays_empty():
    found = shown(exchange("m-1", answered=message("", status=200, truncated=False)))
    assert found["response"]["body"] == ""
    assert shown(exchange("m-1"))["response"] is None


# -- what checks quote


def told(level, **row):
    made = report(checks=[check(**row)])
    return redact(made, level)["checks"][0]


def test_a_check_quotes_without_personal_data():
    reason = {"code": "contradicted", "message": f"said {MAIL}"}
    case = {"reason": dict(reason), "expected": MAIL, "received": None, "name": "a"}
    found = told("excerpt", reason=reason, expected=PHONE, received=f"{MAIL} x", cases=[case], looked=[MAIL, "b"])  # fmt: skip
    assert found["reason"] == {"code": "contradicted", "message": "said \u2039mail\u203a"}
    assert (found["expected"], found["received"]) == ("\u2039phone\u203a", "\u2039mail\u203a x")
    assert found["cases"] == [{"reason": {"code": "contradicted", "message": "said \u2039mail\u203a"}, "expected": "\u2039mail\u203a", "received": None, "name": "a"}]  # fmt: skip
    assert found["looked"] == ["\u2039mail\u203a", "b"]


def test_a_check_at_level_ids_quotes_nothing():
    found = told("ids", reason={"code": "c", "message": "m"}, expected="e", received="", looked=["l", ""])  # fmt: skip
    assert found["reason"] == {"code": "c", "message": OUT}
    assert (found["expected"], found["received"], found["looked"]) == (OUT, "", [OUT, ""])


def test_a_check_without_reason_or_words_stays():
    found = told("ids", outcome="passed")
    assert (found["reason"], found["expected"], found["cases"]) == (None, None, [])
    assert "looked" not in found
    assert told("ids", reason={"code": "c"})["reason"] == {"code": "c"}


@pytest.mark.parametrize(
    ("level", "words"),
    [("excerpt", "\u2039mail\u203a is away"), ("ids", OUT), ("none", f"{MAIL} is away")],
)
def test_what_readiness_says(level, words):
    probe = {"interface": "a", "ready": False, "reason": {"code": "dns", "message": f"{MAIL} is away", "hint": None}}  # fmt: skip
    found = redact(report(readiness=[probe, {"interface": "b", "ready": True, "reason": None}]), level)  # fmt: skip
    assert found["readiness"][0] == {"interface": "a", "ready": False, "reason": {"code": "dns", "message": words, "hint": None}}  # fmt: skip
    assert found["readiness"][1] == {"interface": "b", "ready": True, "reason": None}


def test_everything_masked_is_counted_once():
    given = report(
        checks=[check(received=MAIL, looked=[MAIL])],
        exchanges=[exchange("m-1", message(MAIL, [("A", MAIL)], method="GET", url=f"http://a/{MAIL}"))],
        readiness=[{"interface": "a", "ready": False, "reason": {"code": "dns", "message": MAIL}}],
    )  # fmt: skip
    assert note(redact(given)) == {"level": "excerpt", "found": NONE | {"mail": 6}, "of": "d" * 64}
    assert redact(given)["kept"] == "as it is"
