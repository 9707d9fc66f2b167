"""Findings put every broken check in one place, and dialects say what was seen."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.ambiguities import load_ambiguities
from mimtest.dialect import dialect
from mimtest.findings import findings

OUTCOMES = ("passed", "failed", "error", "inconclusive", "not_applicable", "not_run")


def check(name, outcome, *, rests_on=(), message="it differs", expected="a", received="b"):
    codes = {"failed": "contradicted", "inconclusive": "no_data", "error": "mimtest_error"}
    failed = outcome == "failed"
    return {
        "id": name,
        "interface": "context",
        "outcome": outcome,
        "strength": "must",
        "reason": {"code": codes[outcome], "message": message} if outcome in codes else None,
        "expected": expected if failed else None,
        "received": received if failed else None,
        "restsOn": list(rests_on),
        "readings": [],
    }


def report(*checks, readiness=()):
    interfaces = [{"name": "context", "version": "1.9.1"}]
    return {"checks": checks, "readiness": readiness, "subject": {"interfaces": interfaces}}


def test_consequences_stand_under_the_check_they_rest_on():
    root = check("CTX-ENT-01", "failed")
    middle = check("CTX-ATT-01", "failed", rests_on=["CTX-ENT-01"], message="another")
    leaf = check("CTX-ATT-02", "inconclusive", rests_on=["CTX-ATT-01"])
    apart = check("CTX-CTX-01", "failed", message="something else")
    first, second = findings(report(apart, leaf, middle, root))
    assert first["check"] == "CTX-ENT-01"
    assert {f["check"] for f in first["follows"]} == {"CTX-ATT-01", "CTX-ATT-02"}
    assert (second["check"], second["follows"]) == ("CTX-CTX-01", [])
    assert first["suspect"] == "product"


def test_what_rests_on_something_sound_stands_alone():
    sound = check("CTX-ENT-01", "passed")
    (found,) = findings(report(sound, check("CTX-ATT-01", "failed", rests_on=["CTX-ENT-01"])))
    assert found["check"] == "CTX-ATT-01"


def test_one_contradiction_met_by_many_is_one_finding():
    seen = [
        check(f"CTX-ENT-0{n}", "failed", message=f"the attribute '{name}' has no member 'type'")
        for n, name in enumerate(("temp", "label", "open"), 1)
    ]
    (found,) = findings(report(*seen))
    assert (found["check"], len(found["follows"])) == ("CTX-ENT-01", 2)


def test_different_contradictions_stay_apart():
    one, other = check("CTX-ENT-01", "failed"), check("CTX-ENT-02", "failed", received="nothing")
    assert len(findings(report(one, other))) == 2


def test_an_interface_that_was_not_ready_is_one_finding():
    silent = [check(f"CTX-ENT-0{n}", "inconclusive") for n in range(1, 8)]
    probe = {"interface": "context", "ready": False, "reason": {"code": "auth_refused"}}
    (found,) = findings(report(*silent, readiness=[probe]))
    assert (found["check"], found["suspect"], len(found["follows"])) == (None, "target file", 7)


@given(st.data())
def test_every_broken_check_stands_in_one_finding(data):
    names = [f"CTX-ENT-{n:02}" for n in range(1, data.draw(st.integers(1, 9)) + 1)]
    checks = [
        check(
            name,
            data.draw(st.sampled_from(OUTCOMES)),
            rests_on=data.draw(st.lists(st.sampled_from(names), max_size=2)),
            message=data.draw(st.sampled_from(["one", "two"])),
        )
        for name in names
    ]
    found = findings(report(*checks))
    told = Counter(x["check"] for f in found for x in (f, *f["follows"]))
    broken = {c["id"] for c in checks if c["outcome"] in ("failed", "error", "inconclusive")}
    assert told == Counter(broken)


def answered(id, status, body):
    return {"id": id, "response": {"status": status, "body": body}}


def test_a_server_that_fails_on_any_bad_token_is_one_finding():
    broken = check("SEC-TOK-19", "failed", message="the server fails on a bad token")
    rows = [broken] + [
        check(f"SEC-TOK-0{n}", "inconclusive", message=f"no refusal of {what}")
        for n, what in enumerate(("unsigned", "altered", "expired tokens here"), 7)
    ]
    rows = [r | {"exchanges": [f"m-{n}"]} for n, r in enumerate(rows)]
    exchanges = [answered(f"m-{n}", 500, f'{{"trace": "{n}{n}"}}') for n in range(len(rows))]
    (found,) = findings(report(*rows) | {"exchanges": exchanges})
    assert found["check"] == "SEC-TOK-19"
    assert {f["check"] for f in found["follows"]} == {"SEC-TOK-07", "SEC-TOK-08", "SEC-TOK-09"}


def test_tokens_that_are_let_in_alike_are_one_finding_and_ways_in_are_not():
    rows = [
        check("SEC-TOK-07", "failed", message="a token of another issuer is taken"),
        check("SEC-TOK-10", "failed", message="an altered token is taken"),
        check("SEC-AZ-06", "failed", message="another spelling lets in"),
        check("SEC-AZ-07", "failed", message="a field of a proxy lets in"),
    ]
    rows = [r | {"exchanges": ["m-0", "m-1"]} for r in rows]
    exchanges = [answered("m-0", 401, ""), answered("m-1", 200, '[{"id": "urn:x:1"}]')]
    found = findings(report(*rows) | {"exchanges": exchanges})
    told = {f["check"]: [c["check"] for c in f["follows"]] for f in found}
    assert told == {"SEC-TOK-07": ["SEC-TOK-10"], "SEC-AZ-06": [], "SEC-AZ-07": []}


def test_what_met_the_answers_of_two_findings_makes_them_one():
    broken = {"outcome": "failed", "message": "the server fails"}
    rows = [
        check("SEC-TOK-07", **broken | {"message": "it fails on a bad token"}),
        check("SEC-TOK-08", **broken | {"message": "it fails on none"}),
        *(check(f"SEC-AZ-0{n}", **broken) for n in (1, 2)),
    ]
    rows = [r | {"exchanges": [f"m-{n % 2}"]} for n, r in enumerate(rows)]
    exchanges = [answered("m-0", 500, "one"), answered("m-1", 500, "another")]
    (found,) = findings(report(*rows) | {"exchanges": exchanges})
    assert {f["check"] for f in found["follows"]} == {"SEC-AZ-02", "SEC-TOK-07", "SEC-TOK-08"}


def test_other_checks_are_not_put_together_by_their_answers():
    rows = [
        check("CTX-ENT-01", "failed", message="no entity") | {"exchanges": ["m-0"]},
        check("CTX-QRY-01", "failed", message="no list") | {"exchanges": ["m-0"]},
    ]
    found = findings(report(*rows) | {"exchanges": [answered("m-0", 500, "")]})
    assert [f["follows"] for f in found] == [[], []]


def test_a_failure_comes_before_what_is_open():
    silent, failed = check("CTX-ENT-01", "inconclusive"), check("CTX-ENT-02", "failed")
    assert [f["outcome"] for f in findings(report(silent, failed))] == ["failed", "inconclusive"]


def test_a_dialect_names_each_reading_and_whether_it_is_steady():
    taken = [("CTX-ENT-01", "text"), ("CTX-ENT-02", "array"), ("CTX-ENT-03", "text")]
    checks = [
        check(name, "passed") | {"readings": [{"point": "A15", "reading": reading}]}
        for name, reading in taken
    ]
    (entry,) = dialect(report(*checks))
    assert (entry["point"], entry["steady"]) == ("A15", False)
    assert {r["reading"]: r["checks"] for r in entry["readings"]} == {
        "text": ["CTX-ENT-01", "CTX-ENT-03"],
        "array": ["CTX-ENT-02"],
    }
    (steady,) = dialect(report(*checks[:1]))
    assert steady["steady"]


@pytest.mark.parametrize("ambiguity", load_ambiguities().values(), ids=lambda a: a.id)
def test_an_open_point_has_several_readings_in_words(ambiguity):
    assert len(ambiguity.readings) > 1
    assert ambiguity.point
    assert ambiguity.clause
    assert set(ambiguity.until) <= set(ambiguity.readings)
