"""The steps of a verification, in their order: each shows one thing, and says by its words what it does not.

The words stand in `reports/locales` under `verify.<step>`; what was found is told in English beside them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mimtest.errors import UsageError
from mimtest.report import require_form, seal
from mimtest.verification.envelope import EnvelopeError, read_envelope
from mimtest.verification.evidence import gaps, unchallenged
from mimtest.verification.keys import key_id
from mimtest.verification.package import PAGES, Package, PackageError, read_package
from mimtest.verification.recomputing import (
    contradictions,
    foreign,
    missing_editions,
    odd_checks,
)
from mimtest.verification.statement import differences

#: The steps that are always taken, as their words are named.
STEPS: Final = (
    "package",
    "form",
    "digest",
    "signature",
    "judgement",
    "evidence",
    "catalogue",
    "dates",
    "challenge",
    "attachments",
)
#: How far two clocks may be apart.
_CLOCKS: Final = timedelta(minutes=5)


class State(StrEnum):
    """What became of a step: `open` could not be taken here, `unasked` was not asked for."""

    HOLDS = "holds"
    WRONG = "wrong"
    OPEN = "open"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Step:
    """A step, what became of it, and one line for each thing that was found or is to be known."""

    name: str
    state: State
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the one who verifies brings along, none of it from what is verified."""

    keys: tuple[Ed25519PublicKey, ...] = ()
    challenge: str | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Verified:
    """The steps, and the report where there is one that can be read."""

    steps: tuple[Step, ...]
    report: Mapping[str, Any] | None = None
    package: Package | None = None


def verify(path: Path, asked: Asked) -> Verified:
    """Take every step that can be taken. Raises UsageError when nothing is there."""
    try:
        package = read_package(path)
    except PackageError as error:
        return Verified(tuple(_stopped("package", str(error))))
    try:
        report = _read_form(package.report)
    except UsageError as error:
        return Verified(
            (Step("package", State.HOLDS), *_stopped("form", str(error))), None, package
        )
    done = (Step("package", State.HOLDS), Step("form", State.HOLDS))
    return Verified((*done, *_further(package, report, asked)), report, package)


def _stopped(name: str, problem: str) -> Iterator[Step]:
    """A step after which no other can be taken."""
    yield Step(name, State.WRONG, (problem,))
    for later in STEPS[STEPS.index(name) + 1 :]:
        yield Step(later, State.OPEN, ("there is nothing sound to look at",))


def _read_form(content: bytes) -> Mapping[str, Any]:
    """A report in JSON that cannot be read in two ways. Raises UsageError."""
    try:
        report = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        known = str(error) if isinstance(error, _TwofoldError) else "it is not JSON"
        raise UsageError(f"report.json: {known}.", "Ask for it again.") from None
    require_form(report, "report.json")
    return dict(report)


class _TwofoldError(ValueError):
    """JSON that two readers could take for two things."""


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwofoldError("a member is there twice")
    return found


def _no_number(text: str) -> Any:
    raise _TwofoldError(f"{text[:40]} is not a whole number")


def _further(package: Package, report: Mapping[str, Any], asked: Asked) -> Iterator[Step]:
    yield _digest(report)
    yield _signature(package, report, asked)
    others = foreign(report)
    yield _judged_alike("judgement", others, lambda: contradictions(report))
    yield _result("evidence", gaps(report))
    yield _judged_alike(
        "catalogue", others, lambda: [*missing_editions(report), *odd_checks(report)]
    )
    yield _result("dates", list(_dates(report, asked.now)))
    yield _challenge(report, asked.challenge)
    yield _attachments(package)


def _result(name: str, problems: Iterable[str], notes: Iterable[str] = ()) -> Step:
    found = tuple(problems)
    return Step(name, State.WRONG, found) if found else Step(name, State.HOLDS, tuple(notes))


def _judged_alike(name: str, others: Sequence[str], look: Callable[[], list[str]]) -> Step:
    """A step that only the same version, rules and catalogue can take."""
    if others:
        return Step(name, State.OPEN, (*others, "verify with the version that wrote the report"))
    try:
        return _result(name, look())
    except (LookupError, TypeError, ValueError, AttributeError, UsageError) as error:
        # The schema leaves room for what no run would write.
        told = f"it cannot be judged again: {type(error).__name__}: {error}"
        return Step(name, State.WRONG, (told,))


def _digest(report: Mapping[str, Any]) -> Step:
    own = seal(report)["digest"]
    problems = [] if own == report["digest"] else ["the report was changed after the run"]
    return _result("digest", problems, (f"sha256 {own['sha256']}",))


def _signature(package: Package, report: Mapping[str, Any], asked: Asked) -> Step:
    if package.envelope is None:
        return (
            _result("signature", ["it is not signed, but a key was given"])
            if asked.keys
            else Step("signature", State.UNASKED, ("it is not signed",))
        )
    try:
        envelope = read_envelope(package.envelope)
    except EnvelopeError as error:
        return _result("signature", [f"report.intoto.json: {error}"])
    problems = differences(envelope.payload, report, package.members)
    problems += [
        f"no signature of the key {key_id(k)} holds"
        for k in asked.keys
        if not envelope.is_signed_by(k)
    ]
    rest = envelope.signers_other_than(asked.keys)
    unseen = [f"a signature said to be of the key {k} was not looked at" for k in rest]
    if problems or asked.keys:
        return _result("signature", problems, [*_held(asked.keys), *unseen])
    hint = "give the signer's public key, which you have from elsewhere: --key"
    return Step("signature", State.UNASKED, (*unseen, hint))


def _held(keys: Iterable[Ed25519PublicKey]) -> list[str]:
    return [f"signed with the key {key_id(k)}" for k in keys]


def _dates(report: Mapping[str, Any], now: datetime) -> Iterator[str]:
    run = report["assessment"]
    told = (run["startedAt"], run["endedAt"], report["issuedAt"])
    try:
        started, ended, issued = map(datetime.fromisoformat, told)
    except ValueError as error:
        yield f"there is no such moment: {error}"
        return
    if not started <= ended <= issued:
        yield "the run began, ended and was reported in an order that cannot be"
    if issued > now + _CLOCKS:
        yield f"it is dated in the future: {report['issuedAt']}"


def _challenge(report: Mapping[str, Any], challenge: str | None) -> Step:
    if challenge is not None:
        return _result("challenge", unchallenged(report, challenge))
    told = report["assessment"].get("challenge")
    note = "the report has none" if told is None else f"the report answers the challenge {told}"
    return Step("challenge", State.UNASKED, (note,))


def _attachments(package: Package) -> Step:
    """Files beside the report are only as good as what signs them."""
    names = sorted(n for n in package.members if n != "report.json")
    if not names:
        return Step("attachments", State.UNASKED, ("there are none",))
    if package.envelope is None:
        return Step("attachments", State.UNASKED, (f"nobody signed {', '.join(names)}",))
    pages = [n for n in names if n in PAGES]
    kept = [f"their digests are signed: {', '.join(names)}"]
    hint = [f"made of the report, so it can be made again: {n}" for n in pages]
    return Step("attachments", State.HOLDS, (*kept, *hint))
