"""The step of `mimtest verify` that makes a PDF again from the report attached to it."""

import json
from collections.abc import Iterator

from mimtest.errors import MimtestError
from mimtest.verification.pdf import MARK, brought, report_in
from mimtest.verification.steps import State, Step, Verified


def pages(verified: Verified) -> Iterator[Step]:
    """The step, where there is a PDF that brings a report: the same report gives the same bytes."""
    members = verified.package.members if verified.package and verified.report else {}
    papers = {name: c for name, c in sorted(members.items()) if c.startswith(MARK)}
    try:
        found = [t for name, c in papers.items() for t in _remade(name, c)]
    except MimtestError as error:
        found = [(State.OPEN, str(error))]
    if not found:
        return
    own = any(s.name == "program" and s.state is State.HOLDS for s in verified.steps)
    states = {state for state, _ in found}
    worst = next(s for s in (State.WRONG, State.OPEN, State.HOLDS) if s in states)
    # Another build of the same version may make other bytes: nothing is said against who has that one.
    state = State.OPEN if worst is State.WRONG and not own else worst
    yield Step("pages", state, tuple(line for _, line in found))


def _remade(name: str, content: bytes) -> Iterator[tuple[State, str]]:
    """What a PDF is beside the one that is made here. Raises MimtestError where none can be made."""
    from mimtest.rendering.pdf import render
    from mimtest.report import require_form

    try:
        there = brought(content)
        if not there.reports:
            return
        report = json.loads(report_in(content))
        require_form(report)
        again = render(report, lang=there.lang)
    except (ValueError, RecursionError) as error:
        yield State.OPEN, f"{name}: {error}"
        return
    if again == content:
        yield State.HOLDS, f"{name}: is what is made here, to the byte"
    elif (other := brought(again).made) != there.made:
        yield State.OPEN, f"{name}: made by {_told(there.made)}; this is {_told(other)}"
    else:
        yield State.WRONG, f"{name}: is not what is made of the report in it, which alone counts"


def _told(made: tuple[str, str]) -> str:
    return " with ".join(made)
