"""The kill matrix: every check has a fault it notices, and no check fails on the faults of others."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from mimtest.checks import load_checks
from mimtest.sandbox.faults import all_faults
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import city, failed, outcomes
from tests.impact import Spotlight, find_impact

FAULTS = {f.id: f for f in all_faults()}
CHECKS = [c.id for c in load_checks()]
AT_ONCE = 2
#: Checks that do not apply to the demo city as it is served: it has no https and sets no cookies.
NEEDS_MORE = {"SEC-HTTP-03", "SEC-HTTP-11"}
#: What a variant may leave without an answer, and why.
LEFT_OPEN = {"mod-variant-foreign-common-schema": "unresolved_reference"}


@dataclass(frozen=True)
class Killed:
    """What a whole run of every suite came to under one fault."""

    failed: set[str]
    outcomes: dict[str, str]
    open: set[str]
    code: int


def run_with(fault: str, folder: Path, checks: tuple[str, ...] = ()) -> Killed:
    """Run these checks, by default all, in this process against a sandbox with the fault."""
    target = folder / "mimtest.toml"
    suites = tuple({c.suite for c in load_checks() if c.id in checks})
    with city(fault) as base:
        target.write_text(target_text(base), encoding="utf-8")
        report = launch(Order(target=target, output=folder, suites=suites, checks=checks))
    left = {c["reason"]["code"] for c in report["checks"] if c["outcome"] == "inconclusive"}
    ran = {k: o for k, o in outcomes(report).items() if o != "not_run"}
    return Killed(failed(report), ran, left, report["gate"]["exitCode"])


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """A run for each fault and variant that a selected test asks for.

    It has the checks that the fault can touch; all of them where MIMTEST_WHOLE_MATRIX is set.
    """
    specs = [i.callspec.params for i in request.session.items if hasattr(i, "callspec")]
    asked = {p.get("fault") or p.get("variant") for p in specs}
    folders = {f: tmp_path_factory.mktemp(f) for f in FAULTS if f in asked}
    checks = [_touched(f) for f in folders]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=spawn) as pool:
        ended = pool.map(run_with, folders, folders.values(), checks)
        return dict(zip(folders, ended, strict=True))


def _touched(fault: str) -> tuple[str, ...]:
    if os.environ.get("MIMTEST_WHOLE_MATRIX"):
        return ()
    return tuple(sorted(_impact().checks(fault) | set(FAULTS[fault].kills))) or ("*",)


@cache
def _impact() -> Spotlight:
    return find_impact(FAULTS.values())


def test_without_a_fault_everything_that_applies_passes(clean):
    assert clean.code == 0, clean.out + clean.err
    assert set(outcomes(clean.report).values()) <= {"passed", "not_applicable"}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_passes_on_the_reference_and_has_a_fault(check, clean):
    found = {o for k, o in outcomes(clean.report).items() if k.startswith(f"{check}@")}
    assert found <= {"passed", "not_applicable"}
    assert "passed" in found or check in NEEDS_MORE
    assert any(check in f.kills for f in FAULTS.values())


@pytest.mark.parametrize("fault", [f for f in FAULTS if FAULTS[f].kind == "fault"])
def test_a_fault_is_noticed_by_its_checks_alone(fault, runs):
    item = FAULTS[fault]
    surplus = runs[fault].failed - set(item.kills)
    assert set(item.kills) <= runs[fault].failed
    assert not [c for c in surplus if not any(fnmatchcase(c, p) for p in item.beside)]
    assert "error" not in runs[fault].outcomes.values()


@pytest.mark.parametrize("variant", [f for f in FAULTS if FAULTS[f].kind == "variant"])
def test_a_variant_is_called_wrong_by_nobody(variant, runs):
    assert set(runs[variant].outcomes.values()) <= {"passed", "not_applicable", "inconclusive"}
    assert (
        runs[variant].open == {LEFT_OPEN[variant]}
        if variant in LEFT_OPEN
        else not runs[variant].open
    )
    assert runs[variant].code in (0, 3)


def test_every_fault_names_checks_that_exist():
    assert {k for f in FAULTS.values() for k in f.kills} <= set(CHECKS)
