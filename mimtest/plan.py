"""Which checks a run makes on which interface, and why not the others: decided before the first request."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import translate
from functools import lru_cache

from mimtest.checks import SUITE_NAMES, Check
from mimtest.errors import UsageError
from mimtest.target import OLDEST, Interface, Level, Target, version_number
from mimtest.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty means everything."""

    suites: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether everything was asked for."""
        return not self.suites and not self.checks

    def takes(self, check: Check) -> bool:
        """Whether the check was asked for."""
        in_suite = not self.suites or check.suite in self.suites
        return in_suite and (not self.checks or bool(_fitting(self.checks)(check.id)))


def selected(checks: Sequence[Check], selection: Selection) -> list[Check]:
    """The checks that were asked for. Raises UsageError for a suite that is none, and where nothing fits."""
    for suite in selection.suites:
        if suite not in SUITE_NAMES:
            raise UsageError(
                f"--suite {suite}: not known.", f"Known are: {', '.join(SUITE_NAMES)}."
            )
    ids = [c.id for c in checks]
    for glob in selection.checks:
        if glob not in ids and not any(map(_fitting((glob,)), ids)):
            raise UsageError(f"--check {glob}: fits no check.", _near(glob, ids))
    found = [c for c in checks if selection.takes(c)]
    if not found:
        raise UsageError(
            "--check: none of these checks is in the suites of --suite.", "Leave one of them out."
        )
    return found


def _near(glob: str, ids: Sequence[str]) -> str:
    near = get_close_matches(glob.upper(), ids, 1)
    return f"Did you mean '{near[0]}'?" if near else "'mimtest list checks' names them."


@lru_cache(maxsize=256)
def _fitting(globs: tuple[str, ...]) -> Callable[[str], object]:
    """Tells whether one of the globs fits a name."""
    return re.compile("|".join(map(translate, globs))).match


@dataclass(frozen=True, slots=True)
class Planned:
    """One check on one interface. `outcome` is None for what will run, else settled with its reason."""

    check: Check
    interface: str | None
    outcome: Outcome | None = None
    code: str | None = None
    message: str | None = None


def plan(
    checks: Iterable[Check], target: Target, level: Level, selection: Selection
) -> tuple[Planned, ...]:
    """Every check once per interface it applies to, or once without one."""
    return tuple(p for c in checks for p in _plan_check(c, target, level, selection))


def _plan_check(check: Check, target: Target, level: Level, selection: Selection) -> list[Planned]:
    interfaces = target.of_kind(check.interfaces)
    if not interfaces:
        message = f"the target file has no interface of kind {' or '.join(check.interfaces)}"
        return [_settled(check, None, Outcome.NOT_APPLICABLE, "interface_not_claimed", message)]
    wanted = selection.takes(check)
    return [_plan_one(check, i, target, level, wanted=wanted) for i in interfaces]


def _plan_one(
    check: Check, interface: Interface, target: Target, level: Level, *, wanted: bool
) -> Planned:
    if check.option and check.option not in target.options:
        message = f"claims.options does not name '{check.option}'"
        return _settled(check, interface, Outcome.NOT_APPLICABLE, "option_not_claimed", message)
    version = interface.version or OLDEST.get(interface.kind)
    if check.since and version and version_number(version) < version_number(check.since):
        message = f"holds since version {check.since}; version {version} is claimed"
        return _settled(check, interface, Outcome.NOT_APPLICABLE, "version_not_claimed", message)
    if not wanted:
        message = "left out by --suite or --check"
        return _settled(check, interface, Outcome.NOT_RUN, "filtered", message)
    if not level.allows(check.level):
        message = f"needs level '{check.level}'; this run has '{level}'"
        return _settled(check, interface, Outcome.NOT_RUN, "level", message)
    return Planned(check, interface.name)


def _settled(
    check: Check, interface: Interface | None, outcome: Outcome, code: str, message: str
) -> Planned:
    return Planned(check, interface.name if interface else None, outcome, code, message)
