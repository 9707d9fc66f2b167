"""The kill matrix: every check has a fault it notices, and no check fails on the faults of others.

How much runs, `tests/matrix_part.py` says: a part, which is another one for each state of the program. `mimtest selftest` runs all of it.
"""

import pytest

from mimtest.checks import load_checks
from mimtest.selftest.expected import NEEDS_MORE, UNCLAIMED
from mimtest.selftest.matrix import wrong_with
from mimtest.selftest.packing import FAULTS
from mimtest.selftest.running import Crew
from tests.conftest import outcomes
from tests.matrix_part import MODE, drawn

CHECKS = [c.id for c in load_checks()]
RUN = drawn()
#: More than there are processors: much of it is waiting.
AT_ONCE = 6


@pytest.fixture(scope="module")
def runs(request, watched):
    """What each fault and variant that a selected test asks for is noticed by."""
    specs = [i.callspec.params for i in request.session.items if hasattr(i, "callspec")]
    asked = {p.get("fault") for p in specs}
    with Crew(AT_ONCE) as crew:
        return crew.run([f for f in RUN if f in asked], watched.seen, MODE)


@pytest.fixture(scope="module")
def seen(clean):
    """The outcomes of a run without a fault."""
    return outcomes(clean.report)


def test_without_a_fault_everything_that_applies_passes(clean):
    assert clean.code == 0
    assert set(outcomes(clean.report).values()) <= {"passed", "not_applicable"}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_passes_on_the_reference_and_has_a_fault(check, seen):
    found = {o for k, o in seen.items() if k.startswith(f"{check}@")}
    assert found <= {"passed", "not_applicable"}
    assert "passed" in found or check in {*NEEDS_MORE, *UNCLAIMED}
    assert any(check in f.kills for f in FAULTS.values())


@pytest.mark.parametrize("fault", RUN)
def test_a_fault_is_noticed_by_its_checks_alone_and_a_variant_by_none(fault, runs):
    assert wrong_with(fault, runs[fault]) == []


def test_every_fault_names_checks_that_exist():
    assert {k for f in FAULTS.values() for k in f.kills} <= set(CHECKS)
