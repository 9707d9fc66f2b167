"""Records of consent: what they are, which parts they have, and what happened when.

The fields are those of ISO/IEC TS 27560:2023 that it requires, under the names W3C DPV gives them in its profile
dpv-27560 or under their own; an older receipt has those of the Consent Receipt Specification 1.1 of Kantara.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.consent_events import events_of
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.loose_names import local_name

_ISO: Final = re.compile(r"27560")
_KANTARA: Final = re.compile(r"^KI-CR-v?1\.1", re.IGNORECASE)
#: What a record after ISO/IEC TS 27560 says at least beside its identifier, and the names it may have.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "the version of its schema": ("conformsTo", "schemaVersion"),
    "the person": (
        "hasDataSubject",
        "piiPrincipalId",
        "piiPrincipalIdentifier",
        "piiPrincipal",
        "dataSubject",
    ),
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
#: Names that identifiers have, without prefixes and joints.
_IDS: Final = (
    "hasidentifier",
    "identifier",
    "recordidentifier",
    "recordid",
    "consentrecordid",
    "consentreceiptid",
    "receiptid",
    "consentid",
    "uuid",
    "id",
)
#: The names under which records are listed, or how these end.
_LISTS: Final = (
    *("records", "consents", "receipts", "items", "results", "member", "members", "graph", "entry"),
    *("agreements", "grants", "permissions"),
)
#: Names for lists of records that a record may have for something else.
_LISTS_OR_PARTS: Final = ("data", "value", "content", "embedded")
_PAGING: Final = ("links", "facets", "included", "errors")
_JWS: Final = re.compile(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+$")


def records_in(value: Any) -> list[dict[str, Any]]:
    """The records in an answer: a list, the list in an object, or one record.

    Raises Contradiction for what holds no objects, and Inconclusive for an object of unknown words.
    """
    __tracebackhide__ = True
    if isinstance(value, Mapping):
        value = _listed(value)
    if not _is_list_of_objects(value):
        fail(
            "the answer holds no records", expected="an array of objects", received=str(value)[:200]
        )
    return list(value)


def _listed(value: Mapping[str, Any]) -> Any:
    """The records in an object: in a list, or further down, or the object itself."""
    lists = {local_name(n): v for n, v in value.items() if _is_list_of_objects(v)}
    found = next((v for n, v in lists.items() if n.endswith(_LISTS)), None)
    if found is not None:
        inner = [part.get("resource") for part in found]  # FHIR has them one step further down
        return inner if inner and _is_list_of_objects(inner) else found
    if not value or (identifier_of(value) and (len(lists) != 1 or events_of(value))):
        return [value] if value else []
    if is_iso(value) or is_receipt(value):
        return [value]
    weak = next((v for n, v in lists.items() if n in _LISTS_OR_PARTS), None)
    nested = next((v for n, v in value.items() if local_name(n) in _LISTS_OR_PARTS), None)
    if weak is not None or isinstance(nested, Mapping):
        return weak if weak is not None else records_in(nested)
    others = [v for n, v in lists.items() if n not in _PAGING]
    if len(others) == 1:
        return others[0]
    if identifier_of(value) or events_of(value):
        return [value]
    told = ", ".join(list(value)[:20])
    raise Inconclusive("needs_review", f"no records in words known here: {told}")


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def identifier_of(record: Mapping[str, Any]) -> str | None:
    """The identifier of a record."""
    held = {local_name(n): v for n, v in record.items() if isinstance(v, str | int)}
    return next((str(held[n]) for n in _IDS if n in held), None)


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


def is_in_force(record: Mapping[str, Any]) -> bool:
    """Whether a consent holds by its record. Raises Inconclusive for one that does not say so."""
    if is_receipt(record):
        return False  # a receipt shows that consent was given, not that it still is
    events = events_of(record)
    if not events:
        raise Inconclusive(
            "needs_review", "a record does not tell in words known here what happened"
        )
    now = {e.holds for e in events if not e.when}  # a state without a time is that of today
    if len(now) == 1:
        return now.pop()
    dated = [(e.when, e.holds) for e in events if e.when]
    return max(dated)[1] if dated else events[-1].holds


def signed_texts(value: Any) -> list[str]:
    """The signed texts in a record: a JWS in its compact form."""
    if isinstance(value, str):
        return [value] if _JWS.match(value) else []
    parts = value.values() if isinstance(value, Mapping) else value
    return [t for p in parts for t in signed_texts(p)] if isinstance(value, Mapping | list) else []
