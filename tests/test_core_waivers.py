"""Waivers, from the file to what they let pass: quick, so that mutants can be run against it."""

from datetime import date, timedelta

import pytest

from mimtest.errors import UsageError
from mimtest.verdict import Outcome, Verdict
from mimtest.waivers import Waived, Waiver, apply, is_waived, load_waivers

DAY = date(2026, 11, 21)
FILE = '[[waivers]]\nabout = "C1"\nreason = "r"\napprover = "a"\nticket = "t"\nexpires = {}\n'


def waiver(about="R1", expires=DAY):
    return Waiver(about, f"reason {about}", f"approver {about}", f"ticket {about}", expires)


def row(verdict="met", name="R1", *mechanisms):
    listed = [{"claimed": claimed, "checks": checks} for claimed, checks in mechanisms]
    return {"id": name, "verdict": verdict, "mechanisms": listed}


def report(require=(), **outcomes):
    """A report of checks; `C1b` is C1 on another interface."""
    checks = [{"id": n[:2], "outcome": o} for n, o in outcomes.items()]
    return {"scope": {"profile": {"require": [*require]}}, "checks": checks}


def states(*waivers, rows=(), today=DAY, **more):
    return [r["state"] for r in apply(waivers, report(**more), rows, today).rows]


# -- the file


@pytest.mark.parametrize("day", ['"2026-11-21"', "2026-11-21"])
def test_a_day_may_be_text_or_a_day(tmp_path, day):
    (tmp_path / "w.toml").write_text(
        FILE.format(day) + FILE.format('"2027-01-31"'), encoding="utf-8"
    )
    assert load_waivers(tmp_path / "w.toml") == (
        Waiver("C1", "r", "a", "t", DAY),
        Waiver("C1", "r", "a", "t", date(2027, 1, 31)),
    )


def test_a_file_without_waivers_has_none(tmp_path):
    (tmp_path / "w.toml").write_text("", encoding="utf-8")
    assert load_waivers(tmp_path / "w.toml") == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (FILE.format('"2026-02-30"'), "w.toml: '2026-02-30' is not a day.", "Write it as 2027-01-31."),
        (FILE.format('"soon"'), "w.toml: waivers[0].expires: must be a day such as 2027-01-31.", ""),
        (FILE.format("2026-11-21T10:00:00"), "w.toml: waivers[0].expires: must be a day such as 2027-01-31.", ""),
        (FILE.format('""').replace('reason = "r"\n', ""), "w.toml: waivers[0].reason: is missing.", ""),
        ("waiver = 1", "w.toml: waiver: unknown key.", "Did you mean 'waivers'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path, text, message, hint):
    (tmp_path / "w.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_waivers(tmp_path / "w.toml")
    assert (caught.value.message, caught.value.hint) == (message, hint)


# -- on a day


def test_a_waiver_holds_through_its_last_day():
    for days, state in ((-1, "expired"), (0, "active"), (1, "active")):
        held = waiver(expires=DAY + timedelta(days))
        assert states(held, rows=[row("not_met")]) == [state]
    assert states(waiver(expires=DAY - timedelta(1)), rows=[row("met")]) == ["expired"]


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("wanted", [(), ("R1",), ("R2",)])
def test_what_is_open_of_requirements(verdict, wanted):
    is_open = "R1" in wanted if verdict == "not_applicable" else verdict != "met"
    expected = "active" if is_open else "unmatched"
    assert states(waiver(), rows=[row(verdict), row("met", "R2")], require=wanted) == [expected]


@pytest.mark.parametrize("outcome", Outcome)
def test_a_check_that_did_not_pass_where_it_applies_is_open(outcome):
    expected = "unmatched" if outcome in ("passed", "not_applicable") else "active"
    assert states(waiver("C1"), C1=outcome, C2="passed") == [expected]
    assert states(waiver("C1"), C1="passed", C2=outcome) == ["unmatched"]


def test_all_of_them_are_listed_with_what_became_of_them():
    given = (waiver("R1"), waiver("C1", DAY - timedelta(1)), waiver("R3"), waiver("C2"))
    found = apply(iter(given), report(C1="failed", C2="failed"), iter([row("not_met")]), DAY)
    assert found == Waived(
        active=frozenset({"R1", "C2"}),
        expired=frozenset({"C1"}),
        rows=tuple(
            {
                "about": about,
                "reason": f"reason {about}",
                "approver": f"approver {about}",
                "ticket": f"ticket {about}",
                "expires": expires,
                "state": state,
            }
            for about, expires, state in (
                ("R1", "2026-11-21", "active"),
                ("C1", "2026-11-20", "expired"),
                ("R3", "2026-11-21", "unmatched"),
                ("C2", "2026-11-21", "active"),
            )
        ),
    )


# -- what they let pass

BOTH = row("not_met", "R1", (True, ["C1", "C2"]), (False, ["C3"]))


@pytest.mark.parametrize(
    ("outcomes", "active", "expected"),
    [
        ({"C1": "failed"}, {"R1"}, True),
        ({}, {"R1"}, True),
        ({}, {"R2"}, False),
        ({"C1": "failed"}, {"C1"}, True),
        ({"C1": "failed"}, {"C2"}, False),
        ({"C1": "failed", "C2": "failed"}, {"C1"}, False),
        ({"C1": "failed", "C2": "failed"}, {"C1", "C2", "C9"}, True),
        ({"C1": "failed", "C2": "inconclusive"}, {"C1"}, False),
        ({"C1": "failed", "C2": "not_run"}, {"C1"}, False),
        ({"C1": "failed", "C2": "passed"}, {"C1"}, True),
        ({"C1": "failed", "C2": "not_applicable"}, {"C1"}, True),
        ({"C1": "passed", "C1b": "failed", "C2": "passed"}, {"C1"}, True),
        ({"C1": "failed", "C3": "failed", "C9": "failed"}, {"C1"}, True),
        ({"C1": "passed", "C2": "not_applicable"}, {"C1", "C2"}, False),
        ({"C3": "failed"}, {"C3"}, False),
        ({"C1": "failed"}, set(), False),
    ],
)
def test_a_requirement_is_waived_by_its_id_or_by_all_checks_against_it(outcomes, active, expected):
    assert is_waived(BOTH, report(**outcomes), frozenset(active)) is expected
