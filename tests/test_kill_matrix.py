"""The kill matrix: every check has a fault it notices, and no check fails on the faults of others."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mimtest.checks import load_checks
from mimtest.sandbox.faults import all_faults
from tests.conftest import city, failed, outcomes, run_against

FAULTS = {f.id: f for f in all_faults()}
AT_ONCE = 2


def _run(fault: str, folder: Path):
    with city(fault) as base:
        return run_against(base, folder)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A whole run of every suite for each fault and variant."""
    folders = {f: tmp_path_factory.mktemp(f) for f in FAULTS}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = pool.map(_run, folders, folders.values())
        return dict(zip(folders, ended, strict=True))


def test_without_a_fault_everything_that_applies_passes(clean):
    assert clean.code == 0, clean.out + clean.err
    assert set(outcomes(clean.report).values()) <= {"passed", "not_applicable"}


@pytest.mark.parametrize("check", [c.id for c in load_checks()])
def test_a_check_passes_on_the_reference_and_has_a_fault(check, clean):
    assert "passed" in {
        o for key, o in outcomes(clean.report).items() if key.startswith(f"{check}@")
    }
    assert any(check in f.kills for f in FAULTS.values())


@pytest.mark.parametrize("fault", [f for f in FAULTS if FAULTS[f].kind == "fault"])
def test_a_fault_is_noticed_by_its_checks_alone(fault, runs):
    ended = runs[fault]
    assert ended.code in (1, 3), ended.err
    assert failed(ended.report) == set(FAULTS[fault].kills)
    assert "error" not in outcomes(ended.report).values()


@pytest.mark.parametrize("variant", [f for f in FAULTS if FAULTS[f].kind == "variant"])
def test_a_variant_is_called_wrong_by_nobody(variant, runs):
    ended = runs[variant]
    assert set(outcomes(ended.report).values()) <= {"passed", "not_applicable"}
    assert ended.code == 0


def test_every_fault_names_checks_that_exist():
    known = {c.id for c in load_checks()}
    assert {k for f in FAULTS.values() for k in f.kills} <= known
