"""What shards become when they are merged, and what keeps them apart, field by field: quick, so that mutants can be run against it."""

import copy
import itertools
import uuid

import pytest

from mimtest import __version__
from mimtest.belonging import require_together
from mimtest.catalogue import digest
from mimtest.errors import UsageError
from mimtest.gate import Policy
from mimtest.merging import merge
from mimtest.profile import FULL, TECHNICAL
from mimtest.report import seal
from mimtest.verdict import RULES

ELSEWHERE = {"code": "other_shard", "message": "belongs to another"}


def check(name, outcome="passed", *, code=None, exchanges=(), interface="x"):
    reason = {"code": code, "message": code} if code else None
    return {
        "id": name,
        "interface": interface,
        "outcome": outcome,
        "reason": reason,
        "exchanges": [*exchanges],
        "strength": "must",
        "cases": [],
        "readings": [],
        "expected": None,
        "received": None,
        "restsOn": [],
    }


def elsewhere(name, interface="x"):
    return check(name, "not_run", code="other_shard", interface=interface)


def exchange(name):
    return {"id": name, "check": None, "request": {"url": "http://a.example"}, "response": None}


def probe(*exchanges, ready=True, words="no answer"):
    reason = None if ready else {"code": "timeout", "message": words, "hint": "wait"}
    return {"interface": "x", "ready": ready, "reason": reason, "exchanges": [*exchanges]}


def document(state="present", *exchanges, **more):
    return {"locator": "a.pdf", "state": state, "exchanges": [*exchanges], **more}


def declaration(*evidence):
    return {"about": ["R1"], "answer": "meets", "plannedFor": None, "evidence": [*evidence]}


def impact(sent=1, created=0, items=()):
    return {
        "requestsSent": sent,
        "created": created,
        "leftBehind": len(items),
        "leftBehindItems": [*items],
    }


def run(index, **more):
    return {
        "runId": f"run-{index}",
        "startedAt": f"2026-11-21T1{index}:00:00Z",
        "endedAt": f"2026-11-21T1{index}:30:00Z",
        "completed": True,
        "mode": "live",
        "party": "second",
        "performedBy": "the city",
        "level": "safe",
        "impact": impact(),
        **more,
    }


WAIVER = {"about": "R1", "reason": "known", "approver": "the city", "ticket": "7", "expires": "2026-11-22", "state": "unmatched"}  # fmt: skip


def shard(index, of=2, *, checks=(), **more):
    """A report of one shard; what two of them share is the same."""
    whole = {
        "reportId": f"urn:uuid:{index}",
        "issuedAt": f"2026-11-2{index}T10:00:00Z",
        "seed": 1,
        "tool": {
            "version": __version__,
            "rules": RULES,
            "checks": "sha256:c",
            "catalogue": {},
            "python": "3.12",
            "platform": f"machine {index}",
        },
        "scope": {
            "shard": {"index": index, "of": of, "target": "t", "plan": "p"},
            "profile": TECHNICAL.as_dict(),
            **{key: [] for key in ("mims", "options", "mechanisms", "editions")},
        },
        "subject": {"interfaces": [{"name": "x", "kind": "rest", "version": None}]},
        "assessment": run(index),
        "readiness": [],
        "checks": [*checks],
        "exchanges": [],
        "declarations": [],
        "waivers": [],
        "assessments": [],
    }
    return seal(whole | more)


def pair(first=None, second=None):
    """Two shards, each of which has a check of its own."""
    return {
        "one": shard(1, checks=[check("C1"), elsewhere("C2")], **(first or {})),
        "two": shard(2, checks=[elsewhere("C1"), check("C2")], **(second or {})),
    }


def refused(shards, policy=Policy()):  # noqa: B008 - frozen
    with pytest.raises(UsageError) as caught:
        require_together(shards, policy)
    return caught.value.message, caught.value.hint


# -- the whole


def test_the_whole_has_what_both_share_and_what_each_has():
    shards = pair(
        {"exchanges": [exchange("s1-m-0001")]},
        {"exchanges": [exchange("s2-m-0001")]},
    )
    before = copy.deepcopy(shards)
    whole = merge(shards)
    assert shards == before
    digests = [shards[n]["digest"]["sha256"] for n in ("one", "two")]
    assert whole["reportId"] == f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ' '.join(digests))}"
    assert whole["issuedAt"] == "2026-11-22T10:00:00Z"
    assert whole["tool"] == {
        "version": __version__,
        "rules": RULES,
        "checks": "sha256:c",
        "catalogue": {},
        "python": "3.12",
        "platform": "machine 1, machine 2",
    }
    assert whole["scope"] == {k: v for k, v in shards["one"]["scope"].items() if k != "shard"}
    assert whole["subject"] == shards["one"]["subject"]
    assert whole["exchanges"] == [exchange("s1-m-0001"), exchange("s2-m-0001")]
    assert [(c["id"], c["outcome"]) for c in whole["checks"]] == [
        ("C1", "passed"),
        ("C2", "passed"),
    ]
    assert whole["extensions"]["mimtest.privacy"]["level"] == "none"
    assert whole["digest"] == seal(whole)["digest"]


def test_the_order_does_not_matter():
    three = {n: shard(n, 12, checks=[]) for n in range(1, 13)}
    for n in range(1, 13):
        three[n]["checks"] = [
            check(f"C{i}") if i == n else elsewhere(f"C{i}") for i in range(1, 13)
        ]
        three[n]["issuedAt"] = f"2026-11-21T{n:02}:00:00Z"
        three[n]["assessment"] = run(n) | {
            "startedAt": "2026-11-21T10:00:00Z",
            "endedAt": "2026-11-21T10:00:00Z",
        }
    named = {f"name {n}": seal(three[n]) for n in range(1, 13)}
    turned = dict(reversed(named.items()))
    whole = merge(turned)
    assert whole == merge(named)
    assert [p["index"] for p in whole["assessment"]["parts"]] == [*range(1, 13)]


def test_the_run_of_the_whole_is_from_the_first_to_the_last():
    first = run(1, endedAt="2026-11-21T19:00:00Z", impact=impact(3, 2, ["b", "c"]))
    second = run(2, startedAt="2026-11-21T09:00:00Z", impact=impact(4, 1, ["a"]))
    shards = pair({"assessment": first}, {"assessment": second})
    found = merge(dict(reversed(shards.items())))["assessment"]
    assert found == {
        **first,
        "startedAt": "2026-11-21T09:00:00Z",
        "endedAt": "2026-11-21T19:00:00Z",
        "completed": True,
        "impact": {
            "requestsSent": 7,
            "created": 3,
            "leftBehind": 3,
            "leftBehindItems": ["a", "b", "c"],
        },
        "parts": [
            {
                "index": index,
                "reportId": f"urn:uuid:{index}",
                "sha256": shards[name]["digest"]["sha256"],
                **{k: given[k] for k in ("runId", "startedAt", "endedAt")},
            }
            for index, name, given in ((1, "one", first), (2, "two", second))
        ],
    }
    for broken in ({"completed": False}, {}), ({}, {"completed": False}):
        parts = [{"assessment": run(n, **b)} for n, b in enumerate(broken, 1)]
        assert merge(pair(*parts))["assessment"]["completed"] is False


def test_an_interface_is_ready_where_all_found_it_so():
    (found,) = merge(pair({"readiness": [probe("a")]}, {"readiness": [probe("b", "c")]}))[
        "readiness"
    ]
    assert found == probe("a", "b", "c")
    gone = probe("b", ready=False, words="gone")
    (found,) = merge(pair({"readiness": [probe("a")]}, {"readiness": [gone]}))["readiness"]
    assert found == {
        "interface": "x",
        "ready": False,
        "reason": {"code": "timeout", "message": "in shard 2: gone", "hint": "wait"},
        "exchanges": ["a", "b"],
    }
    both = pair({"readiness": [probe(ready=False, words="dead")]}, {"readiness": [gone]})
    assert merge(both)["readiness"][0]["reason"]["message"] == "in shard 1: dead"


def test_the_row_of_a_check_is_that_of_the_shard_that_ran_it():
    settled = check("C3", "not_applicable", code="option")
    filtered = check("C4", "not_run", code="filtered")
    rows = merge({
        "one": shard(1, checks=[check("C1", "failed", code="no", exchanges=["s1-1"]), elsewhere("C2"), settled, filtered]),
        "two": shard(2, checks=[elsewhere("C1"), check("C2", "inconclusive", code="x"), settled, filtered]),
    })["checks"]  # fmt: skip
    told = [(r["id"], r["outcome"], (r["reason"] or {}).get("code"), r["exchanges"]) for r in rows]
    assert told == [
        ("C1", "failed", "no", ["s1-1"]),
        ("C2", "inconclusive", "x", []),
        ("C3", "not_applicable", "option", []),
        ("C4", "not_run", "filtered", []),
    ]


def test_a_run_of_one_shard_is_the_whole():
    parts = {"readiness": [probe("s1-1")], "declarations": [declaration(document())]}
    only = shard(1, 1, checks=[check("C1")], **parts)
    whole = merge({"only": only})
    for key in ("readiness", "declarations", "subject", "issuedAt"):
        assert whole[key] == only[key]
    assert [(c["id"], c["outcome"]) for c in whole["checks"]] == [("C1", "passed")]
    lost = {"only": shard(1, 1, checks=[elsewhere("C1")])}
    assert refused(lost) == ("C1: is in no shard of the run.", "Run all shards again.")


STATES = ("missing", "changed", "expired", "unseen", "present")


@pytest.mark.parametrize(("one", "other"), [*itertools.product(STATES, repeat=2)])
def test_a_document_is_as_bad_as_somebody_found_it(one, other):
    looks = [
        {"declarations": [declaration(document(), document(state, f"x{n}", note=f"n{n}"))]}
        for n, state in enumerate((one, other), 1)
    ]
    (found,) = merge(pair(*looks))["declarations"]
    number = 1 if STATES.index(one) <= STATES.index(other) else 2
    worst = (one, other)[number - 1]
    assert found == declaration(document(), document(worst, "x1", "x2", note=f"n{number}"))


def test_waivers_and_profile_count_for_the_whole_on_its_day():
    rows = [
        {"about": about, "expires": day}
        for about, day in (("R1", "2026-11-22"), ("R2", "2026-11-21"))
    ]
    waivers = [WAIVER | row for row in rows]
    scope = shard(1)["scope"]
    shards = pair({"waivers": waivers}, {"waivers": [w | {"state": "expired"} for w in waivers]})
    for n, name in enumerate(("one", "two"), 1):
        shards[name]["scope"] = {
            **scope,
            "profile": FULL.as_dict(),
            "shard": {**scope["shard"], "index": n},
        }
    whole = merge(shards)
    assert whole["waivers"] == [
        waivers[0] | {"state": "unmatched"},
        waivers[1] | {"state": "expired"},
    ]
    assert whole["scope"]["profile"] == FULL.as_dict()


def test_the_whole_is_judged_by_the_editions_of_the_shards():
    judged = {"assessments": [{"edition": "8.0"}]}
    shards = pair(judged, judged)
    for report in shards.values():
        report["tool"]["catalogue"] = {"8.0": digest("8.0")}
        report["scope"]["mims"] = ["MIM1"]
    whole = merge(shards)
    assert [a["edition"] for a in whole["assessments"]] == ["8.0"]
    assert whole["tool"]["catalogue"] == {"8.0": digest("8.0")}
    assert whole["gate"]["required"] > 0


# -- what belongs together


def test_shards_of_one_run_are_together():
    require_together(pair(), Policy())
    require_together({"only": shard(1, 1, checks=[check("C1")])}, Policy())


def change(*path, to):
    """A second shard in which one thing is another."""

    def made(report):
        place = report
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return made


OTHERS = {
    "number of shards": [change("scope", "shard", "of", to=3)],
    "version of mimtest": [change("tool", "checks", to="other")],
    "target file": [change("scope", "shard", "target", to="other")],
    "product": [change("subject", "interfaces", to=[])],
    "profile": [change("scope", "profile", "extends", to="full")],
    "level": [change("assessment", "level", to="writes")],
    "seed": [change("seed", to=2)],
    "choice of suites, checks or editions": [
        change("scope", "mims", to=["MIM1"]),
        change("scope", "suites", to=["context"]),
        change("scope", "editions", to=["8.0"]),
    ],
    "tester": [
        change("assessment", "party", to="first"),
        change("assessment", "performedBy", to="who"),
    ],
    "challenge": [change("assessment", "challenge", to="abc")],
    "report that is repeated": [change("assessment", "repeats", to={"reportId": "x"})],
    "mode": [change("assessment", "mode", to="replay")],
    "set of waivers": [
        change("waivers", to=[]),
        change("waivers", 0, "about", to="R2"),
        change("waivers", 0, "expires", to="2026-11-23"),
    ],
    "set of declarations": [
        change("declarations", to=[]),
        change("declarations", 0, "answer", to="equivalent"),
        change("declarations", 0, "evidence", to=[]),
        change("declarations", 0, "evidence", 0, "locator", to="b.pdf"),
        change("declarations", 0, "evidence", 0, "digest", to="sha256:0"),
        change("declarations", 0, "evidence", 0, "valid_until", to="2027-01-01"),
    ],
    "plan": [
        change("scope", "shard", "plan", to="other"),
        change("checks", to=[]),
        change("checks", 0, "id", to="C9"),
        change("checks", 0, "interface", to="y"),
        change("readiness", to=[]),
        change("readiness", 0, "interface", to="y"),
    ],
}
ALL = {"waivers": [WAIVER], "declarations": [declaration(document())], "readiness": [probe()]}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_not_the_same_is_named(what):
    for changed in OTHERS[what]:
        shards = pair(copy.deepcopy(ALL), copy.deepcopy(ALL))
        require_together(shards, Policy())
        changed(shards["two"])
        assert refused(shards) == (
            f"two: has another {what} than one.",
            "Merge the shards of one run.",
        )


def test_the_first_thing_that_differs_is_named():
    shards = pair()
    shards["two"]["seed"] = 2
    shards["two"]["assessment"]["mode"] = "replay"
    assert "seed" in refused(shards)[0]
    three = {n: shard(n, 3, checks=[]) for n in (1, 2, 3)}
    three[3]["seed"] = 2
    assert refused(three)[0] == "3: has another seed than 1."


def test_what_a_look_adds_to_a_document_may_differ():
    seen = {"found": "sha256:1", "note": "n", "instrument": {"name": "i"}}
    shards = pair(
        {"declarations": [declaration(document())], "waivers": [WAIVER]},
        {
            "declarations": [declaration(document("missing", "x", **seen))],
            "waivers": [WAIVER | {"state": "active"}],
        },
    )
    require_together(shards, Policy())


def test_what_is_no_shard_is_refused():
    shards = pair()
    del shards["two"]["scope"]["shard"]
    assert refused(shards) == ("two: is a whole run, not a shard.", "Make shards with --shard I/N.")


def test_what_was_redacted_is_refused():
    shards = pair(
        {"extensions": None}, {"extensions": {"mimtest.privacy": {"level": "none", "found": {}}}}
    )
    require_together(shards, Policy())
    shards["two"]["extensions"]["mimtest.privacy"]["of"] = "0"
    assert refused(shards) == ("two: was redacted.", "Merge the reports as they were written.")


def test_what_another_mimtest_wrote_is_refused():
    shards = pair()
    for report in shards.values():
        report["tool"] |= {"version": "0", "rules": "0"}
    said = f"one: it was written by mimtest 0; this is {__version__}."
    assert refused(shards) == (said, "Merge with the version that wrote it.")


def test_exchanges_are_those_of_their_shard():
    shards = pair(
        {"exchanges": [exchange("s1-m-1")]}, {"exchanges": [exchange("s2-m-1"), exchange("s1-m-2")]}
    )
    assert refused(shards) == (
        "two: has exchanges that are not of shard 2/2.",
        "Run that shard again.",
    )
    del shards["two"]["exchanges"][1]
    require_together(shards, Policy())


@pytest.mark.parametrize(
    "more",
    [
        {"issuedAt": "2026-02-30T10:00:00Z"},
        {"waivers": [WAIVER, WAIVER | {"expires": "2026-02-30"}]},
    ],
)
def test_a_day_that_is_none_is_refused(more):
    shards = pair(more, more)
    assert refused(shards) == ("one: there is no day 2026-02-30.", "Run that shard again.")


def test_each_is_given_once_and_all_are():
    def some(*given, of=3):
        return {f"n{i}": shard(n, of, checks=[]) for i, n in enumerate(given)}

    assert refused(some(1, 2, 1)) == ("n2: is shard 1, as n0 is.", "Give each once.")
    assert refused(some(2)) == ("shard 1, 3 of 3 is missing.", "Give the reports of all.")
    assert refused(some(1, 2)) == ("shard 3 of 3 is missing.", "Give the reports of all.")
    assert refused(some(2, 3)) == ("shard 1 of 3 is missing.", "Give the reports of all.")
    require_together(some(3, 1, 2), Policy())


SETTLED = check("C1", "not_applicable", code="option")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([check("C1"), elsewhere("C1"), elsewhere("C1")], None),
        ([elsewhere("C1"), elsewhere("C1"), check("C1", "failed")], None),
        ([elsewhere("C1"), check("C1", "not_run", code="filtered"), elsewhere("C1")], None),
        ([SETTLED, SETTLED, SETTLED], None),
        ([check("C1", "not_run", code="filtered")] * 3, None),
        ([elsewhere("C1")] * 3, "no shard"),
        ([check("C1"), check("C1"), elsewhere("C1")], "several shards"),
        ([check("C1")] * 3, "several shards"),
        ([check("C1", "inconclusive", code="x")] * 3, "several shards"),
        ([SETTLED, SETTLED, elsewhere("C1")], "several shards"),
        ([SETTLED, SETTLED, check("C1")], "several shards"),
        ([SETTLED, SETTLED, check("C1", "not_applicable", code="other")], "several shards"),
        ([SETTLED, check("C1", "not_run", code="option"), SETTLED], "several shards"),
        ([SETTLED | {"exchanges": ["s1-1"]}, SETTLED, SETTLED], "several shards"),
    ],
)
def test_each_check_is_for_one_shard_or_for_none(rows, said):
    shards = {
        n: shard(n, 3, checks=[check("C0", "not_run", code="filtered"), row])
        for n, row in enumerate(rows, 1)
    }
    if said:
        assert refused(shards) == (f"C1: is in {said} of the run.", "Run all shards again.")
    else:
        require_together(shards, Policy())


def test_shards_lie_no_further_apart_than_a_policy_allows():
    first = {"assessment": run(1, startedAt="2026-11-21T10:00:00Z", endedAt="2026-11-21T12:00:00Z")}
    second = {
        "assessment": run(2, startedAt="2026-11-21T09:00:00Z", endedAt="2026-11-21T11:00:00Z")
    }
    shards = pair(first, second)
    require_together(shards, Policy(max_span_hours=3))
    assert refused(shards, Policy(max_span_hours=2)) == (
        "the shards were run between 2026-11-21T09:00:00Z and 2026-11-21T12:00:00Z, more than 2 hours apart.",
        "Run the old ones again, or allow it by max_span_hours in a policy.",
    )
    shards["one"]["assessment"]["endedAt"] = "2026-11-21T12:00:01Z"
    assert "more than 3 hours" in refused(shards, Policy(max_span_hours=3))[0]
    with pytest.raises(UsageError, match="more than 1 hours"):
        merge(shards, Policy(max_span_hours=1))
    assert merge(shards, Policy())


def test_a_time_that_is_none_is_refused():
    shards = pair({"assessment": run(1, startedAt="2026-02-30T10:00:00Z")})
    message, hint = refused(shards)
    assert message.startswith("a shard has a date that is none: day is out of range for month")
    assert message.endswith(".")
    assert hint == "Run that shard again."
