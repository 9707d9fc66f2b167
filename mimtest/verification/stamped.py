"""The step about the time stamp of a signature."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.x509 import Certificate

from mimtest.errors import UsageError
from mimtest.verification.clocks import CLOCKS
from mimtest.verification.package import STAMP, Package
from mimtest.verification.stamp import Stamp, StampError, read_stamp, require_authority
from mimtest.verification.step import State, Step, result

_HINT: Final = "give the authority's root certificate, which you have from elsewhere: --tsa"


def stamped(
    package: Package,
    report: Mapping[str, Any],
    authorities: Sequence[Certificate],
    now: datetime,
) -> Step:
    """Whether an authority that was given says when the signature was there, and when that was."""
    raw, signature = package.stamp, package.envelope
    if raw is None:
        missing = ["it is not time-stamped, but an authority was given"] if authorities else []
        return result("stamp", missing) if missing else _unasked("it is not time-stamped")
    if signature is None:
        return result("stamp", [f"{STAMP}: stamps a signature that is not there"])
    try:
        stamp = read_stamp(raw, signature)
        unsigned = require_authority(raw, signature, authorities) if authorities else ()
    except StampError as error:
        return result("stamp", [f"{STAMP}: {error}"])
    except UsageError as error:
        return Step("stamp", State.OPEN, (str(error),))
    problems = _impossible(stamp, report, now)
    if problems or authorities:
        said = f"it was there at {_shown(stamp)}, says {stamp.authority}"
        open_to_all = [f"it does not vouch for {', '.join(unsigned)} in it"] if unsigned else []
        return result("stamp", problems, [said, *open_to_all])
    told = f"it names {_shown(stamp)} and {stamp.authority}, which anybody can write"
    return _unasked(told, _HINT)


def _unasked(*notes: str) -> Step:
    return Step("stamp", State.UNASKED, notes)


def _impossible(stamp: Stamp, report: Mapping[str, Any], now: datetime) -> list[str]:
    """A stamp is made after the report and before now."""
    near = stamp.within + CLOCKS
    try:
        early = datetime.fromisoformat(report["issuedAt"]) - stamp.at > near
    except (ValueError, TypeError):
        early = False  # the step about dates tells of it
    found = [f"it was stamped at {_shown(stamp)}, before there was a report"] if early else []
    late = stamp.at - now > near
    return [*found, *([f"it is stamped in the future: {_shown(stamp)}"] if late else [])]


def _shown(stamp: Stamp) -> str:
    told = f"{stamp.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{told} (give or take {stamp.within.total_seconds():g} s)" if stamp.within else told
