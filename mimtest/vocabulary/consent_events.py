"""What happened to a consent by its record: given, withdrawn, and when, in the words of several products."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.loose_names import local_name

_STATES: Final = tuple(
    map(
        local_name,
        ("hasConsentStatus", "eventState", "consentStatus", "status", "state", "@type", "type"),
    )
)
_TIMES: Final = tuple(
    map(local_name, ("isIndicatedAtTime", "eventTime", "date", "time", "timestamp", "at", "when"))
)
#: Members that say by true or false that a consent holds, or does not; and those that say since when.
_HOLDING: Final = (*("granted", "given", "accepted", "optin", "consented", "hasconsent"),)
_ENDING: Final = ("withdrawn", "revoked", "iswithdrawn", "isrevoked", "cancelled", "optout")
_SINCE: Final = re.compile(
    r"(?:consent)?(?:(granted|given|grant|accepted|consented)|withdrawn|withdrawal|revoked|revocation|cancelled)"
    r"(?:at|on|date|time|timestamp)"
)
_ENDED: Final = re.compile(
    r"withdr|revok|terminat|refus|reject|declin|cancel|expire|invalid|den(y|ied)|deleted|inactive|disabled|"
    r"opt.?out|no.?consent|(not|un|nicht).?(given|grant|accept|valid|active|erteilt)|widerruf",
    re.IGNORECASE,
)
_HOLDS: Final = re.compile(
    r"given|grant|^(consent.?)?(active|valid)$|accept|erteilt|renewed|^opt.?in$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a consent: whether it held from then on, and when that was."""

    holds: bool
    when: datetime | None


def events_of(value: Any) -> list[Event]:
    """What happened to a consent by its record, in the order of the record."""
    found: list[Event] = []
    if isinstance(value, Mapping):
        states = [s for n, v in value.items() if local_name(n) in _STATES for s in _texts(v)]
        state = next((h for s in states if (h := _holds(s)) is not None), None)
        if state is not None:
            times = (t for n, v in value.items() if local_name(n) in _TIMES if (t := instant(v)))
            found.append(Event(state, next(times, None)))
        found += _told_by_members(value)
        parts = [v for n, v in value.items() if n != "@context"]
    else:
        parts = value if isinstance(value, list) else []
    for part in parts:
        found += events_of(part)
    return found


def _told_by_members(value: Mapping[str, Any]) -> Iterator[Event]:
    """Events that members tell by themselves, such as grantedAt and revokedAt."""
    for name, held in value.items():
        plain = local_name(name)
        since = _SINCE.fullmatch(plain)
        if since and held and isinstance(held, str | int):
            yield Event(bool(since[1]), instant(held))
        elif held is True and plain in _ENDING:
            yield Event(holds=False, when=None)
        elif isinstance(held, bool) and plain in _HOLDING:
            yield Event(held, None)


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [v for v in listed if isinstance(v, str)]


def _holds(text: str) -> bool | None:
    """Whether a state is one in which a consent holds; None for what is no state."""
    name = text.replace("#", "/").replace(":", "/").rpartition("/")[2]
    if name.startswith("Withdraw") and name != "Withdrawn":
        return None  # dpv:WithdrawConsent is how to, not that it was
    if _ENDED.search(name):
        return False
    return True if _HOLDS.search(name) else None
