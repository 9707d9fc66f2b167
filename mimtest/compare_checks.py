"""The failed checks of two reports by fingerprint: which are new, which are fixed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mimtest.fingerprint import fingerprint, kind_of, kinds_of


class CheckState(StrEnum):
    """What became of a failed check between report A and report B."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNSEEN = "unseen"
    FIXED = "fixed"


#: Outcomes that leave open whether the product still does what it did.
_SILENT: Final = frozenset({"not_run", "inconclusive", "error"})

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A failed check on a kind of interface.

    `new` failed in B only; `fixed` failed in A only and passed in B; `unseen` failed in A and has no answer in B;
    `changed` fails in both, but otherwise than before; `unchanged` fails in both alike. The fingerprint is that of
    B, or of A where B has none.
    """

    fingerprint: str
    check: str
    kind: str
    title: str
    strength: str
    state: CheckState


def compare_checks(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[CheckRow, ...]:
    """The failed checks of both reports, the new ones first."""
    before, after = _failed(a), _failed(b)
    left, right = _keys(before), _keys(after)
    settled = _settled(b)
    rows = [_row(f, found, _still(f, found, before, left)) for f, found in after.items()]
    rows += [
        _row(f, found, CheckState.FIXED if found[0] in settled else CheckState.UNSEEN)
        for f, found in before.items()
        if f not in after and found[0] not in right
    ]
    order = list(CheckState)
    return tuple(sorted(rows, key=lambda r: (order.index(r.state), r.check, r.kind, r.fingerprint)))


Found = tuple[Key, Mapping[str, Any]]


def _failed(report: Mapping[str, Any]) -> dict[str, Found]:
    """The failed checks by fingerprint, each with its id and kind of interface."""
    kinds = kinds_of(report)
    return {
        fingerprint(c, kinds): ((c["id"], kind_of(c, kinds)), c)
        for c in report["checks"]
        if c["outcome"] == "failed"
    }


def _keys(found: Mapping[str, Found]) -> set[Key]:
    return {key for key, _ in found.values()}


def _settled(report: Mapping[str, Any]) -> set[Key]:
    """Checks that passed wherever they ran, so that nothing of an older failure may be left."""
    kinds = kinds_of(report)
    passed, silent = set[Key](), set[Key]()
    for check in report["checks"]:
        key = check["id"], kind_of(check, kinds)
        passed |= {key} if check["outcome"] == "passed" else set()
        silent |= {key} if check["outcome"] in _SILENT else set()
    return passed - silent


def _still(
    name: str, found: Found, before: Mapping[str, Found], failed_before: Iterable[Key]
) -> CheckState:
    if name in before:
        return CheckState.UNCHANGED
    return CheckState.CHANGED if found[0] in failed_before else CheckState.NEW


def _row(name: str, found: Found, state: CheckState) -> CheckRow:
    (check, kind), row = found
    return CheckRow(name, check, kind, row["title"], row["strength"], state)
