"""What `mimtest verify` prints, and its exit code."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mimtest.errors import UsageError
from mimtest.rendering.text import clip, line, quiet
from mimtest.rendering.words import load
from mimtest.verification.package import REPORT, TARGET, Package
from mimtest.verification.steps import State, Step, Verified

if TYPE_CHECKING:
    from mimtest.session.replayed import Replayed

_SIGNS: Final = {
    State.HOLDS: "✓",
    State.WRONG: "✗",
    State.OPEN: "?",
    State.UNASKED: "\N{EN DASH}",
}
#: Notes of a step that are printed, and characters of each.
_NOTES: Final = 20
_LONGEST: Final = 400


def exit_code(steps: Sequence[Step]) -> int:
    """1 where something is wrong, 3 where a step is open, else 0."""
    states = {s.state for s in steps}
    return 1 if State.WRONG in states else 3 if State.OPEN in states else 0


def as_lines(steps: Sequence[Step], lang: str) -> Iterator[str]:
    """Each step with what it shows and what it does not, then what came of all."""
    words = load(lang)
    for step in steps:
        state = words(f"verify.state.{step.state}")
        yield f"{_SIGNS[step.state]} {words(f'verify.{step.name}')}: {state}"
        if step.state is State.HOLDS:
            yield f"    {words(f'verify.{step.name}.shows')}"
            yield f"    {words(f'verify.{step.name}.not')}"
        for note in step.notes[:_NOTES]:
            yield f"    - {quiet(line(clip(note, _LONGEST)))}"
        if len(step.notes) > _NOTES:
            yield f"    - {words('more', n=len(step.notes) - _NOTES)}"
    yield ""
    yield words(f"verify.ended.{exit_code(steps)}")
    yield words("verify.ended.never")


def replayed(verified: Verified, target: Path | None) -> Step:
    """The step of the replay: the same checks on the recorded answers."""
    from mimtest.session.replayed import replay

    report, package = verified.report, verified.package
    if report is None or package is None:
        return Step("replay", State.OPEN, ("there is no sound report",))
    if any(s.state is State.WRONG for s in verified.steps):
        return Step("replay", State.OPEN, ("what is wrong already is not replayed",))
    with tempfile.TemporaryDirectory(prefix="mimtest-verify-") as name:
        place = target or _laid_out(package, Path(name))
        if place is None:
            hint = "the target file is not there: give it with --target, or sign with --target"
            return Step("replay", State.OPEN, (hint,))
        try:
            found = replay(report, place)
        except UsageError as error:
            return Step("replay", State.OPEN, (str(error),))
    return of_replay(found)


def _laid_out(package: Package, folder: Path) -> Path | None:
    """The target file of a package in a folder, with the files it may name beside it."""
    if TARGET not in package.members:
        return None
    for name, content in package.members.items():
        if name != REPORT:
            (folder / name).write_bytes(content)
    return folder / TARGET


def of_replay(found: "Replayed") -> Step:
    """The step that a replay came to: what its record lacks leaves it open, for that may be on purpose."""
    left = [
        f"not replayed, for {why} ({len(names)}): {', '.join(names)}"
        for why, names in found.left_out.items()
    ]
    count = f"checks with the same outcome: {len(found.same)}"
    if found.other:
        return Step("replay", State.WRONG, (*found.other, *found.vague, count, *left))
    if found.vague or found.hidden:
        return Step("replay", State.OPEN, (*found.vague, count, *left))
    if not found.same:
        return Step("replay", State.OPEN, ("no check could be replayed", *left))
    return Step("replay", State.HOLDS, (count, *left))
