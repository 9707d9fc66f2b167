"""What a run will do, found out without asking anything: the checks it collects and what they ask for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import pytest

from mimtest.checks import Check
from mimtest.session.annotate import PLANNED
from mimtest.session.state import RUN, Run

#: Fixtures of checks that speak for an identity, shake hands with a host, ask the other interfaces, and listen.
_USES: Final[Mapping[str, str]] = {
    "identities": "identities",
    "greet": "handshakes",
    "neighbours": "neighbours",
    "hosting": "listens",
}


@dataclass
class Work:
    """One check on one interface: its cases, and what it uses of `_USES`."""

    check: Check
    cases: int = 0
    uses: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Survey:
    """The work by interface; `left_out` counts the checks that will not run, by reason code."""

    run: Run
    work: Mapping[str, Collection[Work]]
    left_out: Mapping[str, int]


class Surveyor:
    """Looks at what pytest collected."""

    def __init__(self) -> None:
        self.survey: Survey | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take what will run."""
        run = session.config.stash[RUN]
        found: dict[str, dict[str, Work]] = {}
        for item in session.items:
            planned = item.stash.get(PLANNED, None)
            if planned is None or planned.interface is None:
                continue
            check = planned.check
            work = found.setdefault(planned.interface, {}).setdefault(check.id, Work(check))
            work.cases += 1
            names = set(getattr(item, "fixturenames", ()))
            work.uses |= {use for name, use in _USES.items() if name in names}
        left_out: dict[str, int] = {}
        for planned in run.plan:
            if planned.code:
                left_out[planned.code] = left_out.get(planned.code, 0) + 1
        self.survey = Survey(run, {i: [*w.values()] for i, w in found.items()}, left_out)
