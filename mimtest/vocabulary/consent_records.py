"""Records of consent: what they are, which parts they have, and what happened when.

The fields are those of ISO/IEC TS 27560:2023 that it requires, under the names W3C DPV gives them in its profile
dpv-27560 or under their own; an older receipt has those of the Consent Receipt Specification 1.1 of Kantara.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.loose_names import local_name

_ISO: Final = re.compile(r"27560")
_KANTARA: Final = re.compile(r"^KI-CR-v?1\.1", re.IGNORECASE)
#: What a record after ISO/IEC TS 27560 says at least beside its identifier, and the names it may have.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "the version of its schema": ("conformsTo", "schemaVersion"),
    "the person": ("hasDataSubject", "piiPrincipalId", "piiPrincipal", "dataSubject"),
    "the controller": ("hasDataController", "piiControllers", "piiController", "controller"),
    "a purpose": ("hasPurpose", "purpose", "purposes"),
    "the personal data": ("hasPersonalData", "piiType", "piiInformation", "personalData"),
    "the notice": ("hasNotice", "privacyNotice", "notice", "noticeReference"),
    "how to withdraw": ("hasConsentControl", "withdrawalMethod", "withdrawal"),
    "when": ("isIndicatedAtTime", "eventTime", "date"),
    "what happened": ("hasConsentStatus", "eventState", "consentStatus"),
}
#: What a receipt after Kantara's specification says at least (version 1.1, 4).
RECEIPT_FIELDS: Final = (
    "version",
    "jurisdiction",
    "consentTimestamp",
    "collectionMethod",
    "consentReceiptID",
    "piiPrincipalId",
    "piiControllers",
    "policyUrl",
    "services",
    "sensitive",
    "spiCat",
)
_IDS: Final = (
    "dpv:hasIdentifier",
    "dct:identifier",
    "identifier",
    "record_id",
    "recordId",
    "recordIdentifier",
    "consentReceiptID",
    "consent_id",
    "consentId",
    "id",
    "@id",
)
#: The names under which records are listed.
_LISTS: Final = (
    "records",
    "consents",
    "receipts",
    "items",
    "data",
    "results",
    "member",
    "members",
    "graph",
    "value",
)
_STATES: Final = tuple(
    map(
        local_name,
        ("hasConsentStatus", "eventState", "consentStatus", "status", "state", "@type", "type"),
    )
)
_TIMES: Final = tuple(
    map(local_name, ("isIndicatedAtTime", "eventTime", "date", "time", "timestamp", "at", "when"))
)
_ENDED: Final = re.compile(
    r"withdr|revok|terminat|refus|expire|invalid|denied|deleted|inactive|not.?given|widerruf",
    re.IGNORECASE,
)
_HOLDS: Final = re.compile(r"given|grant|^active$|valid|accept|erteilt|renewed", re.IGNORECASE)
_JWS: Final = re.compile(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+$")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a consent: whether it held from then on, and when that was."""

    holds: bool
    when: datetime | None


def records_in(value: Any) -> list[dict[str, Any]]:
    """The records in an answer: a list, the list in an object, or one record. Raises Contradiction."""
    __tracebackhide__ = True
    if isinstance(value, Mapping):
        named = {local_name(n): v for n, v in value.items() if _is_list_of_objects(v)}
        listed = next((named[n] for n in _LISTS if n in named), None)
        value = listed if listed is not None else [value] if value else []
    if not _is_list_of_objects(value):
        fail(
            "the answer holds no records", expected="an array of objects", received=str(value)[:200]
        )
    return list(value)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def identifier_of(record: Mapping[str, Any]) -> str | None:
    """The identifier of a record."""
    return next((str(record[n]) for n in _IDS if isinstance(record.get(n), str | int)), None)


def is_iso(record: Mapping[str, Any]) -> bool:
    """Whether a record says that it is one after ISO/IEC TS 27560."""
    said = (v for n, v in record.items() if local_name(n) in ("conformsto", "schemaversion"))
    return any(_ISO.search(str(v)) for v in said)


def is_receipt(record: Mapping[str, Any]) -> bool:
    """Whether a record says that it is a receipt after Kantara's specification 1.1."""
    return bool(_KANTARA.match(str(record.get("version", ""))))


def missing(record: Mapping[str, Any]) -> list[str]:
    """What a record after ISO/IEC TS 27560 does not say."""
    held = set(_names(record))
    unsaid = [what for what, names in FIELDS.items() if not held & set(map(local_name, names))]
    return unsaid if identifier_of(record) else ["an identifier", *unsaid]


def missing_in_receipt(record: Mapping[str, Any]) -> list[str]:
    """What a receipt after Kantara's specification does not say."""
    return [n for n in RECEIPT_FIELDS if record.get(n) in (None, "") or n not in record]


def _names(value: Any) -> Iterator[str]:
    """The names of members that hold something, at any depth."""
    if isinstance(value, Mapping):
        for name, held in value.items():
            if name != "@context" and held not in (None, "", [], {}):
                yield local_name(name)
                yield from _names(held)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)


def events_of(value: Any) -> list[Event]:
    """What happened to a consent by its record, in the order of the record."""
    found: list[Event] = []
    if isinstance(value, Mapping):
        states = [s for n, v in value.items() if local_name(n) in _STATES for s in _texts(v)]
        state = next((h for s in states if (h := _holds(s)) is not None), None)
        if state is not None:
            times = (t for n, v in value.items() if local_name(n) in _TIMES if (t := instant(v)))
            found.append(Event(state, next(times, None)))
        parts = [v for n, v in value.items() if n != "@context"]
    else:
        parts = value if isinstance(value, list) else []
    for part in parts:
        found += events_of(part)
    return found


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


def is_in_force(record: Mapping[str, Any]) -> bool:
    """Whether a consent holds by its record. Raises Inconclusive for one that does not say so."""
    if is_receipt(record):
        return False  # a receipt shows that consent was given, not that it still is
    events = events_of(record)
    if not events:
        raise Inconclusive(
            "needs_review", "a record does not tell in words known here what happened"
        )
    dated = [(e.when, e.holds) for e in events if e.when]
    return max(dated)[1] if dated else events[-1].holds


def signed_texts(value: Any) -> list[str]:
    """The signed texts in a record: a JWS in its compact form."""
    if isinstance(value, str):
        return [value] if _JWS.match(value) else []
    parts = value.values() if isinstance(value, Mapping) else value
    return [t for p in parts for t in signed_texts(p)] if isinstance(value, Mapping | list) else []
