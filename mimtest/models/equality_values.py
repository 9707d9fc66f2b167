"""Equality of the values of NGSI-LD: numbers by value, instants as instants, names by their IRI, order kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mimtest.models.representations import untyped

#: Gives the IRI of a name.
Names = Callable[[str], str]
_DEFAULT: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
#: How far apart the same instant may be given out: systems round, and cut to milliseconds.
_APART: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Manner:
    """How to compare: what names mean on either side, and whether any text that is an instant counts as one."""

    expected: Names
    received: Names
    lenient: bool = True
    as_json_ld: bool = False


def short(name: str) -> str:
    """A name of the default vocabulary in its short form, any other as it is."""
    return name.removeprefix(_DEFAULT)


def equal(one: Any, other: Any, manner: Manner) -> bool:
    """Equality of values: names in them expanded, instants as instants, order kept."""
    typed = _is_moment(one) or _is_moment(other)
    if typed or (manner.lenient and isinstance(one, str) and isinstance(other, str)):
        plain, brief = untyped(one), untyped(other)
        told = manner.lenient or (_is_moment(one) and _is_moment(other))
        return told and (plain == brief or same_instant(plain, brief))
    if isinstance(one, dict) and isinstance(other, dict):
        held = {_key(n, manner.expected): v for n, v in one.items()}
        found = {_key(n, manner.received): v for n, v in other.items()}
        return held.keys() == found.keys() and all(
            equal(v, found[n], manner) for n, v in held.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            equal(a, b, manner) for a, b in zip(one, other, strict=True)
        )
    return equal_json(one, other)


def left_by_json_ld(value: Any) -> Any:
    """A value as JSON-LD expansion leaves it: an only item alone, arrays in arrays joined (JSON-LD 1.1 API 5.1)."""
    if isinstance(value, dict):
        return {name: left_by_json_ld(v) for name, v in value.items()}
    if not isinstance(value, list):
        return value
    items = [left_by_json_ld(v) for v in value]
    joined = [i for item in items for i in (item if isinstance(item, list) else [item])]
    return joined[0] if len(joined) == 1 else joined


def equal_json(one: Any, other: Any) -> bool:
    """Equality of JSON values: 1 equals 1.0, but true does not equal 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal_json(v, other[n]) for n, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal_json, one, other))
    return bool(one == other)


def same_instant(one: Any, other: Any) -> bool:
    """Whether two texts say the same instant, to a millisecond."""
    first, second = _instant(one), _instant(other)
    return first is not None and second is not None and abs(first - second) <= _APART


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _is_moment(value: Any) -> bool:
    kind = value.get("@type") if isinstance(value, dict) and "@value" in value else None
    return isinstance(kind, str) and kind.endswith("DateTime")


def _key(name: str, names: Names) -> str:
    return name if name.startswith("@") or name in ("type", "id") else names(name)
