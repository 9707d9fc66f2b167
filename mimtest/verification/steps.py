"""The steps of a verification, in their order: each shows one thing, and says by its words what it does not.

The words stand in `reports/locales` under `verify.<step>`; what was found is told in English beside them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate

from mimtest.errors import UsageError
from mimtest.profile import Profile
from mimtest.report import require_form, seal
from mimtest.strictjson import TwofoldError, loads
from mimtest.verification import circumstances
from mimtest.verification.envelope import EnvelopeError, read_envelope
from mimtest.verification.evidence import unchallenged, whole_one
from mimtest.verification.keys import key_id
from mimtest.verification.package import REPORT, Package, PackageError, read_package
from mimtest.verification.pdf import look
from mimtest.verification.recomputing import (
    contradictions,
    foreign,
    missing_editions,
    odd_checks,
)
from mimtest.verification.stamped import stamped
from mimtest.verification.statement import differences
from mimtest.verification.step import State, Step, result

__all__ = ["STEPS", "Asked", "State", "Step", "Verified", "verify"]

_AGAIN: Final = "Ask for it again."
#: The steps that are always taken, as their words are named.
STEPS: Final = (
    "package",
    "form",
    "digest",
    "signature",
    "stamp",
    "judgement",
    "profile",
    "evidence",
    "catalogue",
    "program",
    "dates",
    "challenge",
    "attachments",
    "pdf",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the one who verifies brings along, none of it from what is verified."""

    keys: tuple[Ed25519PublicKey, ...] = ()
    challenge: str | None = None
    profile: Profile | None = None
    authorities: tuple[Certificate, ...] = ()
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
        report = loads(content)
        require_form(report, "report.json")
    except TwofoldError as error:
        raise UsageError(f"report.json: {error}.", _AGAIN) from None
    except RecursionError:
        raise UsageError("report.json: is nested deeper than a report can be.", _AGAIN) from None
    except ValueError:
        raise UsageError("report.json: it is not JSON.", _AGAIN) from None
    return dict(report)


def _further(package: Package, report: Mapping[str, Any], asked: Asked) -> Iterator[Step]:
    yield _digest(report)
    yield _signature(package, report, asked)
    yield stamped(package, report, asked.authorities, asked.now)
    others = foreign(report)
    yield _judged_alike("judgement", others, lambda: contradictions(report))
    yield circumstances.profile(report, asked.profile)
    yield circumstances.evidence(report)
    yield _judged_alike(
        "catalogue", others, lambda: [*missing_editions(report), *odd_checks(report)]
    )
    yield circumstances.program(report)
    yield circumstances.dates(report, asked.now)
    yield _challenge(report, asked.challenge)
    yield _attachments(package)
    state, notes = look(package.members, report)
    yield Step("pdf", State(state), notes)


def _judged_alike(name: str, others: Sequence[str], look: Callable[[], list[str]]) -> Step:
    """A step that only the same version, rules and catalogue can take."""
    if others:
        return Step(name, State.OPEN, (*others, "verify with the version that wrote the report"))
    try:
        return result(name, look())
    except (LookupError, TypeError, ValueError, AttributeError, UsageError) as error:
        # The schema leaves room for what no run would write.
        told = f"it cannot be judged again: {type(error).__name__}: {error}"
        return Step(name, State.WRONG, (told,))


def _digest(report: Mapping[str, Any]) -> Step:
    own = seal(report)["digest"]
    problems = [] if own == report["digest"] else ["the report was changed after the run"]
    return result("digest", problems, (f"sha256 {own['sha256']}",))


def _signature(package: Package, report: Mapping[str, Any], asked: Asked) -> Step:
    if package.envelope is None:
        return (
            result("signature", ["it is not signed, but a key was given"])
            if asked.keys
            else Step("signature", State.UNASKED, ("it is not signed",))
        )
    try:
        envelope = read_envelope(package.envelope)
    except EnvelopeError as error:
        return result("signature", [f"report.intoto.json: {error}"])
    problems = differences(envelope.payload, report, package.members)
    problems += [
        f"no signature of the key {key_id(k)} holds"
        for k in asked.keys
        if not envelope.is_signed_by(k)
    ]
    rest = envelope.signers_other_than(asked.keys)
    unseen = [f"a signature said to be of the key {k} was not looked at" for k in rest]
    if problems or asked.keys:
        return result("signature", problems, [*_held(asked.keys), *unseen])
    hint = "give the signer's public key, which you have from elsewhere: --key"
    return Step("signature", State.UNASKED, (*unseen, hint))


def _held(keys: Iterable[Ed25519PublicKey]) -> list[str]:
    return [f"signed with the key {key_id(k)}" for k in keys]


def _challenge(report: Mapping[str, Any], challenge: str | None) -> Step:
    if challenge is not None:
        problems = unchallenged(report, challenge)
        if problems and whole_one(report) is not None:
            hint = "it is a redacted copy: the whole report shows what its requests carried"
            return Step("challenge", State.OPEN, (hint,))
        return result("challenge", problems)
    told = report["assessment"].get("challenge")
    note = "the report has none" if told is None else f"the report answers the challenge {told}"
    return Step("challenge", State.UNASKED, (note,))


def _attachments(package: Package) -> Step:
    """Files beside the report are only as good as what signs them."""
    names = sorted(n for n in package.members if n != REPORT)
    if not names:
        return Step("attachments", State.UNASKED, ("there are none",))
    if package.envelope is None:
        return Step("attachments", State.UNASKED, (f"nobody signed {', '.join(names)}",))
    return Step("attachments", State.HOLDS, (f"their digests are signed: {', '.join(names)}",))
