"""Values that data models agree on: identifiers, units, times, and the simplified form of entities."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from mimtest.vocabulary.ngsild import attributes_of

#: Members that GS CIM 009 itself gives every entity (5.2.4); no data model has to name them.
CORE_MEMBERS: Final = frozenset(
    (
        "id",
        "type",
        "@context",
        "scope",
        "location",
        "observationSpace",
        "operationSpace",
        "createdAt",
        "modifiedAt",
        "deletedAt",
        "expiresAt",
    )
)
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+")
_URN: Final = re.compile(r"urn:ngsi-ld:([^:\s]+):(\S+)", re.IGNORECASE)
_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d):(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
_UNIT: Final = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
#: Abbreviations that look like common codes and were never any (UN/CEFACT Rec. 20, revision 17).
_NO_UNITS: Final = frozenset(
    ("CM", "DBA", "DEG", "HZ", "KM", "KV", "M2", "M3", "ML", "MM", "MW", "PCT", "PPB", "PPM", "UGM")
)
_MEMBERS: Final = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")
_BARE: Final = ("value", "object")
_MOMENTS: Final = ("observedAt", "createdAt", "modifiedAt")
_DEEPEST: Final = 20


def is_absolute_uri(text: str) -> bool:
    """Whether text is a URI with its scheme (RFC 3986 section 4.3); other letters than ASCII pass."""
    return _URI.fullmatch(text) is not None


def urn_type(id: str) -> str | None:
    """The type that an NGSI-LD URN, `urn:ngsi-ld:<type>:<local>`, names; None for anything else."""
    match = _URN.fullmatch(id)
    return match[1] if match else None


def is_unit_code(value: Any) -> bool:
    """Whether a value has the form of a UN/CEFACT common code: two or three capitals or digits.

    Common abbreviations that were never codes are told apart; any other code of that form passes.
    """
    return isinstance(value, str) and bool(_UNIT.fullmatch(value)) and value not in _NO_UNITS


def is_date_time(text: str) -> bool:
    """Whether text is a date and time with its zone (RFC 3339 section 5.6).

    A comma before the fraction passes, as in ISO 8601.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    day, clock, seconds, zone = match.groups()
    second = "59" if seconds == "60" else seconds  # a leap second
    try:
        datetime.fromisoformat(f"{day}T{clock}:{second}{zone.upper()}")
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Whether text is a time of day with its zone (RFC 3339 section 5.6, full-time)."""
    return is_date_time(f"2000-01-01T{text}")


def simplified(entity: Mapping[str, Any], *, bare: bool = False) -> dict[str, Any]:
    """The simplified form of a normalized entity (GS CIM 009 4.5.4).

    Values in several languages, vocabulary terms and lists come in their wrapping, as the standard has
    it; `bare` gives what is in it, and of several instances the default one, as older models describe it.
    """
    attributes = attributes_of(entity)
    own = {n: v for n, v in entity.items() if n not in attributes and n != "@context"}
    return own | {n: _simple(instances, bare=bare) for n, instances in attributes.items()}


def _simple(instances: list[dict[str, Any]], *, bare: bool) -> Any:
    default = next((i for i in instances if "datasetId" not in i), instances[0])
    if len(instances) == 1 or bare:
        return _simple_value(default, bare=bare)
    values = {str(i.get("datasetId", "@none")): _simple_value(i, bare=bare) for i in instances}
    return {"dataset": values}


def _simple_value(instance: Mapping[str, Any], *, bare: bool) -> Any:
    name = next((m for m in _MEMBERS if m in instance), None)
    if name is None:
        return dict(instance)
    value = untyped(instance[name])
    if name == "languageMap" and bare and isinstance(value, dict) and value:
        return next(iter(value.values()))
    return value if bare or name in _BARE else {name: value}


def untyped(value: Any) -> Any:
    """The value of `{"@type": …, "@value": …}`, else the value itself (GS CIM 009 4.6.3)."""
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def instances_in(entity: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every instance of every attribute, and of the attributes of these, with where it is."""
    waiting = [("", entity, 0)]
    while waiting:
        where, holder, depth = waiting.pop()
        for name, instances in _attributes_in(holder, whole=not where).items():
            for instance in instances:
                place = f"{where}/{name}".lstrip("/")
                yield place, instance
                if depth < _DEEPEST:
                    waiting.append((place, instance, depth + 1))


def _attributes_in(holder: Mapping[str, Any], *, whole: bool) -> dict[str, list[dict[str, Any]]]:
    own = {} if whole else dict.fromkeys(_MEMBERS)
    parts = attributes_of({n: v for n, v in holder.items() if n not in own})
    return {n: v for n, v in parts.items() if all(_is_instance(i) for i in v)}


def _is_instance(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("type"), str) and any(m in value for m in _MEMBERS)


def moments_in(entity: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What stands where NGSI-LD has a DateTime (GS CIM 009 4.6.3, 4.8), and where it is."""
    yield from ((name, entity[name]) for name in _MOMENTS[1:] if name in entity)
    for place, instance in instances_in(entity):
        yield from ((f"{place}/{name}", instance[name]) for name in _MOMENTS if name in instance)
        value = instance.get("value")
        if isinstance(value, dict) and value.get("@type") in ("DateTime", "ngsi-ld:DateTime"):
            yield f"{place}/value", value.get("@value")
