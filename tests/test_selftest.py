"""The self-test: which faults share a run, what proves a check, and the command."""

import json
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.checks import load_checks
from mimtest.rendering import kill_matrix
from mimtest.report import canonical
from mimtest.resources import KILL_MATRIX
from mimtest.selftest import _PARTS, running
from mimtest.selftest.matrix import matrix_of, wrong_with
from mimtest.selftest.packing import FAULTS, Mode, chosen, packed, places_with
from mimtest.selftest.running import Killed, run_with
from tests.conftest import mimtest

PLACES = st.frozensets(st.sampled_from([f"C-{n}@{i}" for n in range(6) for i in "ab"]))


def test_every_check_is_in_one_part():
    for check in load_checks():
        assert [s for s, glob in _PARTS if fnmatchcase(check.id, glob)] == [check.suite]


@given(st.dictionaries(st.sampled_from("fghijk"), st.tuples(PLACES, PLACES), min_size=1))
def test_no_fault_of_a_pack_touches_where_another_is_looked_for(given):
    runs = {name: run for name, (run, _) in given.items()}
    touches = {name: run | more for name, (run, more) in given.items()}
    packs = list(packed(runs, touches))
    assert sorted(n for p in packs for n in p) == sorted(given)
    for pack in packs:
        for one in pack:
            for other in set(pack) - {one}:
                assert runs[one].isdisjoint(touches[other])


def test_a_sample_has_a_fault_for_every_check_that_any_fault_is_for():
    sample = {c for n in chosen(Mode.SAMPLE) for c in FAULTS[n].kills}
    assert sample == {c for f in FAULTS.values() for c in f.kills}


def test_a_check_runs_for_its_fault_even_where_nobody_saw_it_touched():
    fault = next(f for f in FAULTS.values() if f.kills)
    places = [f"{fault.kills[0]}@a", "X-1@a"]
    assert f"{fault.kills[0]}@a" in places_with(fault.id, frozenset(), places, Mode.SAMPLE)


def _fault():
    return next(f for f in FAULTS.values() if len(f.kills) == 1 and not f.beside)


def _variant():
    return next(f for f in FAULTS.values() if f.kind == "variant")


def test_what_is_as_declared_is_right():
    fault, variant = _fault(), _variant()
    assert wrong_with(fault.id, Killed({f"{fault.kills[0]}@a": "failed"}, {})) == []
    assert wrong_with(variant.id, Killed({"X-1@a": "passed"}, {})) == []


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ({}, "KILL did not notice it"),
        ({"KILL@a": "passed"}, "KILL did not notice it"),
        ({"KILL@a": "failed", "X-1@a": "failed"}, "X-1 failed, which it does not declare"),
        ({"KILL@a": "failed", "X-1@a": "error"}, "X-1@a ended in mimtest's own error"),
    ],
)
def test_what_a_fault_does_otherwise_is_told(outcomes, said):
    fault = _fault()
    killed = Killed({k.replace("KILL", fault.kills[0]): o for k, o in outcomes.items()}, {})
    assert said.replace("KILL", fault.kills[0]) in wrong_with(fault.id, killed)


@pytest.mark.parametrize(
    ("killed", "said"),
    [
        (Killed({"X-1@a": "failed"}, {}), "X-1 failed, which it does not declare"),
        (Killed({"X-1@a": "inconclusive"}, {"X-1@a": "c1"}), "checks were left open for c1"),
    ],
)
def test_what_a_variant_does_otherwise_is_told(killed, said):
    assert wrong_with(_variant().id, killed) == [said]


@pytest.mark.parametrize(
    ("reference", "outcome", "proven"),
    [
        ("passed", "failed", True),
        ("passed", "passed", False),
        ("failed", "failed", False),
        ("inconclusive", "failed", False),
        ("not_applicable", "failed", False),
    ],
)
def test_a_check_is_proven_by_passing_and_by_failing(reference, outcome, proven):
    fault = _fault()
    place = f"{fault.kills[0]}@a"
    killed = {fault.id: Killed({place: outcome}, {})}
    matrix = matrix_of(Mode.SAMPLE, {place: reference}, killed, fault.kills)
    (check,) = matrix.checks
    assert check.is_proven is proven
    assert matrix.is_complete is proven


def test_the_digest_is_that_of_what_is_said():
    fault = _fault()
    place = f"{fault.kills[0]}@a"

    def digest(outcome):
        killed = {fault.id: Killed({place: outcome}, {})}
        return matrix_of(Mode.SAMPLE, {place: "passed"}, killed, fault.kills).as_dict()["digest"]

    assert digest("failed") == digest("failed") != digest("passed")


def test_processes_are_replaced_and_all_the_work_is_done(monkeypatch):
    monkeypatch.setattr(running, "_RUNS", 2)
    told = []
    with running.Crew(1, lambda _, done, of: told.append((done, of))) as crew:
        assert crew._each("", abs, [(-n,) for n in range(5)]) == [0, 1, 2, 3, 4]
        assert crew._each("", abs, [(-1,), (-2,)]) == [1, 2]
    assert told == [(n, 5) for n in (1, 2, 3, 4, 5)] + [(1, 2), (2, 2)]


def test_only_the_places_that_are_wanted_run():
    killed = run_with((), frozenset({"SEC-HTTP-05@context", "SEC-CORS-01@features"}))
    assert set(killed.outcomes) == {"SEC-HTTP-05@context", "SEC-CORS-01@features"}


def test_the_command_writes_the_matrix_and_says_that_a_part_is_no_whole(tmp_path):
    done = mimtest("selftest", "--fault", "tru-export-pdf", "-n", 1, "-o", "proof", cwd=tmp_path)
    assert done.code == 3, done.out + done.err
    assert done.err == ""
    matrix = json.loads((tmp_path / "proof/kill-matrix.json").read_text(encoding="utf-8"))
    assert matrix["complete"] is True
    assert matrix["digest"] in done.out
    page = (tmp_path / "proof/kill-matrix.html").read_text(encoding="utf-8")
    assert all(f["id"] in page for f in matrix["faults"])
    assert "<script" not in page


def test_a_fault_nobody_knows_is_one_line(tmp_path):
    done = mimtest("selftest", "--fault", "no-such-*", cwd=tmp_path)
    assert done.code == 2
    assert done.err == "mimtest: --fault: no fault fits. 'mimtest list faults' names them.\n"
    assert not (tmp_path / "mimtest-selftest").exists()


PUBLISHED = json.loads(KILL_MATRIX.read_text(encoding="utf-8"))
PAGE = Path(__file__).parent.parent / "docs/kill-matrix.html"


def test_the_published_matrix_is_complete_and_has_every_check():
    assert PUBLISHED["complete"] is True
    assert [c["id"] for c in PUBLISHED["checks"]] == [c.id for c in load_checks()]
    assert {f["id"] for f in PUBLISHED["faults"]} == set(chosen(Mode(PUBLISHED["mode"])))
    assert {f["id"]: f["sentence"] for f in PUBLISHED["faults"]} == {
        f["id"]: FAULTS[f["id"]].sentence for f in PUBLISHED["faults"]
    }
    plain = {k: v for k, v in PUBLISHED.items() if k != "digest"}
    assert PUBLISHED["digest"] == f"sha256:{sha256(canonical(plain)).hexdigest()}"
    assert PAGE.read_text(encoding="utf-8") == kill_matrix.render(PUBLISHED)


def test_a_report_names_the_matrix(clean):
    assert clean.report["tool"]["killMatrix"] == PUBLISHED["digest"]
    assert PUBLISHED["digest"] in (clean.folder / "report.html").read_text(encoding="utf-8")
