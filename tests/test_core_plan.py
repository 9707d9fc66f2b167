"""The plan of a run and its parts, entry by entry: quick, so that mutants can be run against it."""

import json
from hashlib import sha256

import pytest

from mimtest.checks import Check
from mimtest.errors import UsageError
from mimtest.plan import Planned, Selection, plan
from mimtest.shards import (
    LIMIT,
    Shard,
    assign,
    digest_of,
    is_elsewhere,
    outstanding,
    part_of,
    shard_of,
)
from mimtest.target import Level, parse_target
from mimtest.verdict import Outcome

KINDS = ("ngsi-ld", "ngsi-v2")


def target(*interfaces, options=()):
    """Interfaces as `name kind [version]`."""
    made = {}
    for text in interfaces:
        name, kind, *version = text.split()
        made[name] = {"kind": kind, "url": "http://a.example/", **({"version": version[0]} if version else {})}  # fmt: skip
    product = {"supplier": "s", "name": "n", "version": "1"}
    return parse_target({"product": product, "interfaces": made, "claims": {"options": [*options]}})  # fmt: skip


def check(name="CTX-ENT-01", *, level="safe", since=None, option=None, kinds=KINDS, file="context/a.py"):  # fmt: skip
    return Check(name, "context", "t", "c", "must", Level(level), kinds, since, option, "f", file)


def planned(made, checks=(), suites=(), level="safe", **facts):
    (found,) = plan([check(**facts)], made, Level(level), Selection(suites, checks))
    assert found.check == check(**facts)
    return found.interface, found.outcome, found.code, found.message


BROKER = target("broker ngsi-ld 1.6.1")


def test_what_runs_is_named_with_its_interface():
    assert planned(BROKER) == ("broker", None, None, None)


def test_a_check_is_planned_for_each_interface_of_its_kinds_in_their_order():
    two = target("b ngsi-v2", "x wfs", "a ngsi-ld")
    found = plan([check("B"), check("A")], two, Level.SAFE, Selection())
    assert [(p.check.id, p.interface) for p in found] == [("B", "b"), ("B", "a"), ("A", "b"), ("A", "a")]  # fmt: skip


NOT, LEFT = Outcome.NOT_APPLICABLE, Outcome.NOT_RUN


@pytest.mark.parametrize(
    ("asked", "settled"),
    [
        ({"made": target("x wfs")}, (None, NOT, "interface_not_claimed", "the target file has no interface of kind ngsi-ld or ngsi-v2")),
        ({"option": "temporal"}, ("broker", NOT, "option_not_claimed", "claims.options does not name 'temporal'")),
        ({"since": "1.6.2"}, ("broker", NOT, "version_not_claimed", "holds since version 1.6.2; version 1.6.1 is claimed")),
        ({"checks": ("X*",)}, ("broker", LEFT, "filtered", "left out by --suite or --check")),
        ({"suites": ("places",)}, ("broker", LEFT, "filtered", "left out by --suite or --check")),
        ({"level": "passive"}, ("broker", LEFT, "level", "needs level 'safe'; this run has 'passive'")),
    ],
)  # fmt: skip
def test_what_does_not_run_says_why(asked, settled):
    given = dict(asked)
    made, level = given.pop("made", BROKER), given.pop("level", "safe")
    facts = {k: v for k, v in given.items() if k in ("option", "since")}
    chosen = {k: v for k, v in given.items() if k in ("checks", "suites")}
    assert planned(made, level=level, **chosen, **facts) == settled


def test_what_runs_though_something_was_asked_for():
    assert planned(target("broker ngsi-ld 1.6.1", options=["temporal"]), option="temporal")[1] is None  # fmt: skip
    assert planned(BROKER, since="1.6.1")[1] is None
    assert planned(target("broker ngsi-ld 1.9.1"), since="1.6.1")[1] is None
    assert planned(BROKER, level="writes")[1] is None
    # Without a version the oldest of the kind is taken; a kind that has none keeps every check.
    assert planned(target("broker ngsi-ld"), since="1.9.1")[2] == "version_not_claimed"
    assert planned(target("broker rest"), since="9", kinds=("rest",))[1] is None


def test_claims_come_before_the_filter_and_the_filter_before_the_level():
    nothing = {"checks": ("X*",), "level": "passive"}
    assert planned(BROKER, option="o", since="9", **nothing)[2] == "option_not_claimed"
    assert planned(BROKER, since="9", **nothing)[2] == "version_not_claimed"
    assert planned(BROKER, **nothing)[2] == "filtered"


@pytest.mark.parametrize(
    ("suites", "globs", "taken"),
    [
        ((), (), True),
        (("context",), (), True),
        (("places", "context"), (), True),
        (("places",), (), False),
        ((), ("CTX-*",), True),
        ((), ("PLA-*", "CTX-ENT-0?"), True),
        ((), ("ctx-*",), False),
        (("context",), ("PLA-*",), False),
        (("places",), ("CTX-*",), False),
    ],
)
def test_a_selection_takes_what_suite_and_glob_both_take(suites, globs, taken):
    assert Selection(suites, globs).takes(check()) is taken


# -- parts


def entries(*files, outcome=None):
    return [Planned(check(f"C{n}", file=f), "x", outcome) for n, f in enumerate(files)]


def test_the_heaviest_files_are_dealt_out_first_and_ties_by_name():
    plan = entries("c", "a", "a", "a", "b", "b", "d")
    assert assign(plan, 2) == {"a": 1, "b": 2, "c": 2, "d": 1}
    assert assign(plan, 1) == dict.fromkeys("abcd", 1)
    assert assign(plan, 9) == {"a": 1, "b": 2, "c": 3, "d": 4}
    assert assign(entries("a", outcome=Outcome.NOT_RUN), 2) == {}
    many = entries(*"xxxxxxx", *"yyyyyy", *"zzz", *"abc")
    assert assign(many, 2) == {"x": 1, "y": 2, "z": 2, "a": 1, "b": 1, "c": 1}


def test_files_weigh_what_was_measured_and_others_nine():
    heavy = "data_models/test_models_agreement.py"  # more than fifty requests a check
    plan = entries(heavy, *("x" for _ in range(5)), "y")
    assert assign(plan, 2) == {heavy: 1, "x": 2, "y": 2}
    assert assign(entries("context/test_context_access.py", "x"), 2)["x"] == 1


def test_a_part_settles_what_others_run_and_keeps_the_rest():
    plan = [*entries("a", "b"), *entries("b", outcome=Outcome.NOT_APPLICABLE)]
    first, second = (part_of(plan, Shard(i, 2)) for i in (1, 2))
    assert first[0] == plan[0]
    assert first[2] == second[2] == plan[2]
    assert (second[0].outcome, second[0].code, second[0].message) == (
        LEFT,
        "other_shard",
        "belongs to shard 1 of 2",
    )
    assert (second[0].check, second[0].interface, second[1]) == (plan[0].check, "x", plan[1])
    assert first[1].message == "belongs to shard 2 of 2"


def test_a_digest_is_over_the_number_of_parts_and_the_sorted_plan():
    plan = [*entries("b", "a"), Planned(check("C9"), None, NOT, "interface_not_claimed")]
    plan += [Planned(check("C9"), "W", NOT, "x"), Planned(check("C0", file="b"), "a")]
    rows = [
        ["C0", "a", None, None, 1],
        ["C0", "x", None, None, 1],
        ["C1", "x", None, None, 2],
        ["C9", None, "not_applicable", "interface_not_claimed", "not_applicable"],
        ["C9", "W", "not_applicable", "x", "not_applicable"],
    ]
    wanted = f"sha256:{sha256(json.dumps([2, rows]).encode()).hexdigest()}"
    assert digest_of(plan, 2) == digest_of(reversed(plan), 2) == wanted


@pytest.mark.parametrize(
    ("text", "index", "of"), [("1/1", 1, 1), ("2/5", 2, 5), ("1000/1000", 1000, 1000)]
)
def test_shards_are_counted_from_one(text, index, of):
    shard = Shard.parse(text)
    assert (shard, str(shard), shard.prefix) == (Shard(index, of), text, f"s{index}-")


@pytest.mark.parametrize("text", ["0/1", "2/1", "1/1001", "1/", "x", "1" * 60])
def test_what_is_no_shard_is_told_with_what_to_write(text):
    with pytest.raises(UsageError) as raised:
        Shard.parse(text)
    assert raised.value.message == f"--shard {text[:40]}: is no part of a whole."
    assert raised.value.hint == f"Write 2/5 for the second of five, of {LIMIT} at most."


def row(name, outcome="not_run", code="other_shard", strength="must"):
    return {"id": name, "outcome": outcome, "reason": code and {"code": code}, "strength": strength}


def test_a_check_is_elsewhere_where_another_shard_has_it():
    assert is_elsewhere(row("A"))
    assert not is_elsewhere(row("A", code="filtered"))
    assert not is_elsewhere(row("A", "inconclusive"))
    assert not is_elsewhere(row("A", "passed", None))


def test_what_a_decision_waits_for():
    checks = [row("A"), row("B"), row("B"), row("C", strength="should"), row("D", "passed", None), row("E", strength="should")]  # fmt: skip
    rows = [
        {"mechanisms": [{"claimed": True, "checks": ["A", "D", "E"]}, {"claimed": False, "checks": ["B"]}]},
        {"mechanisms": [{"claimed": True, "checks": []}]},
    ]  # fmt: skip
    part = {"scope": {"shard": {"index": 2, "of": 3}}, "checks": checks}
    assert shard_of(part) == Shard(2, 3)
    assert outstanding(part, rows, strict=False) == ["A", "E"]
    assert outstanding(part, rows, strict=True) == ["A", "B", "E"]
    whole = {"scope": {}, "checks": checks}
    assert shard_of(whole) is None
    assert outstanding(whole, rows, strict=True) == []
