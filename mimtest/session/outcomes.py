"""By whose fault: from what a phase of a check raised to an outcome."""

import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from mimtest.errors import Contradiction, NotApplicable, Unsettled, UsageError
from mimtest.verdict import Outcome

_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """What one phase (setup, call, teardown) came to, in plain words."""

    outcome: Outcome
    code: str | None = None
    message: str | None = None
    expected: str | None = None
    received: str | None = None

    def plain(self) -> dict[str, Any]:
        """Builtins only, to cross processes."""
        return asdict(self) | {"outcome": self.outcome.value}


def classify(phase: str, raised: BaseException | None) -> PhaseResult:
    """The outcome of a phase. An assertion speaks against the target only in the check's own body."""
    match raised:
        case None:
            return PhaseResult(Outcome.PASSED)
        case NotApplicable():
            return PhaseResult(Outcome.NOT_APPLICABLE, raised.code, _text(raised.detail))
        case Unsettled() | UsageError():
            return _open(raised)
        case AssertionError():
            return _assertion(phase, raised)
        case pytest.skip.Exception() | pytest.xfail.Exception():
            return PhaseResult(Outcome.NOT_RUN, "skipped", _text(str(raised)))
    told = f"{type(raised).__name__}: {raised} ({_place(raised)})"
    return PhaseResult(Outcome.ERROR, "mimtest_error", _text(told))


def _open(raised: Unsettled | UsageError) -> PhaseResult:
    if isinstance(raised, Unsettled):
        return PhaseResult(Outcome.INCONCLUSIVE, raised.code, _text(raised.detail))
    # The launch has looked at the target file: a file it names is there no more.
    return PhaseResult(Outcome.INCONCLUSIVE, "file_gone", _text(str(raised)))


def _place(raised: BaseException) -> str:
    """File and line of the innermost frame, without the folders of this machine."""
    frames = traceback.extract_tb(raised.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "no place"


def _assertion(phase: str, raised: AssertionError) -> PhaseResult:
    message = _text(str(raised)) or "an assertion without words"
    expected = received = None
    if isinstance(raised, Contradiction):
        expected, received = _maybe(raised.expected), _maybe(raised.received)
    if phase == "call":
        return PhaseResult(Outcome.FAILED, "contradicted", message, expected, received)
    code = "precondition_unmet" if phase == "setup" else "cleanup_failed"
    return PhaseResult(Outcome.INCONCLUSIVE, code, message, expected, received)


def _maybe(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _text(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
