"""Answers with features: which ones, a page of them, as GML or GeoJSON, and values of a property."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.features.geometry import map_positions
from mimtest.sandbox.features.temporal import stamp
from mimtest.sandbox.wfs.asking import Ask, find_type
from mimtest.sandbox.wfs.errors import BadParameterError, MissingParameterError, RefusedError
from mimtest.sandbox.wfs.filters import (
    parse_xml,
    property_name,
    read_box,
    read_filter,
    value_of,
)
from mimtest.sandbox.wfs.gml import PLACE, SPACES, bounds, feature, geojson, geometry
from mimtest.sandbox.wfs.systems import DEFAULT, System, find_system
from mimtest.sandbox.wfs.text import Markup, element
from mimtest.sandbox.wfs.types import PREFIX, FeatureType, Item, lexical

_SELECTORS: Final = ("BBOX", "FILTER", "RESOURCEID")


@dataclass(frozen=True, slots=True)
class Selection:
    """The features a question is about, all pages, and the part of them that is shown."""

    kind: FeatureType | None
    matched: Sequence[Item]
    shown: Sequence[Item]
    first: int
    system: System


def select(ask: Ask, types: Mapping[str, FeatureType]) -> Selection:
    """What a question is about. Raises RefusedError."""
    system = find_system(ask.params["SRSNAME"]) if ask.params.get("SRSNAME") else DEFAULT
    names = ask.names("TYPENAMES", "TYPENAME")
    selectors = [s for s in _SELECTORS if ask.params.get(s)]
    if not names and selectors != ["RESOURCEID"]:
        raise MissingParameterError("TYPENAMES")
    if len(selectors) > 1 or len(names) > 1:
        raise BadParameterError(selectors[-1] if selectors else "TYPENAMES", "one at a time")
    kind = find_type(names[0], ask, types, "TYPENAMES") if names else None
    every = kind.items if kind else [i for t in types.values() for i in t.items]
    matched = _sorted(ask, kind, [i for i in every if _matches(ask, kind, i)])
    first, count = ask.count("STARTINDEX") or 0, ask.count("COUNT")
    shown = matched[first:] if count is None else matched[first : first + count]
    return Selection(kind, matched, shown, first, system)


def _matches(ask: Ask, kind: FeatureType | None, item: Item) -> bool:
    if ask.params.get("BBOX"):
        return read_box(ask.params["BBOX"])(item)
    if ask.params.get("FILTER") and kind:
        return read_filter(parse_xml(ask.params["FILTER"], "FILTER"), kind)(item)
    return not ask.params.get("RESOURCEID") or item.id in ask.names("RESOURCEID")


def _sorted(ask: Ask, kind: FeatureType | None, items: list[Item]) -> list[Item]:
    for wish in reversed(ask.names("SORTBY")):
        name, _, order = wish.strip().partition(" ")
        if kind is None or order.upper() not in ("", "ASC", "DESC", "A", "D"):
            raise BadParameterError("SORTBY", f"'{wish}' is no order")
        plain = property_name(name, kind)
        there = [i for i in items if value_of(i, plain) is not None]
        down = order.upper().startswith("D")
        there.sort(key=lambda item: value_of(item, plain), reverse=down)
        items = there + [i for i in items if value_of(i, plain) is None]
    return items


def collection(ask: Ask, chosen: Selection, now: datetime) -> Markup:
    """Features as GML (09-025r2, 11.3)."""
    hits = _wants_hits(ask)
    shown = () if hits else chosen.shown
    place = [map_positions(i.geometry, chosen.system.position) for i in shown]
    bounded = [element("wfs:boundedBy", bounds(place, chosen.system))] if place else []
    members = (element("wfs:member", feature(i, chosen.system)) for i in shown)
    counted = {**_numbers(chosen, len(shown), now), **_neighbours(ask, chosen, hits=hits)}
    return element("wfs:FeatureCollection", *bounded, *members, **counted, **SPACES)


def _wants_hits(ask: Ask) -> bool:
    wish = ask.params.get("RESULTTYPE", "results").lower()
    if wish not in ("results", "hits"):
        raise BadParameterError("RESULTTYPE", f"'{wish}' is no type of results")
    return wish == "hits"


def _numbers(chosen: Selection, shown: int, now: datetime) -> dict[str, object]:
    return {
        "timeStamp": stamp(now.astimezone(UTC)),
        "numberMatched": len(chosen.matched),
        "numberReturned": shown,
    }


def _neighbours(ask: Ask, chosen: Selection, *, hits: bool) -> dict[str, str]:
    """Where the next and the previous page are (09-025r2, 7.7.4.4)."""
    count = ask.count("COUNT")
    if count is None or hits or count == 0:
        return {}
    found = {}
    if chosen.first + count < len(chosen.matched):
        found["next"] = _at(ask, chosen.first + count)
    if chosen.first:
        found["previous"] = _at(ask, max(0, chosen.first - count))
    return found


def _at(ask: Ask, first: int) -> str:
    query = urlencode({**ask.params, "STARTINDEX": first}, quote_via=quote)
    return f"{ask.address}?{query}"


def features(ask: Ask, chosen: Selection, now: datetime) -> dict[str, Any]:
    """Features as GeoJSON, longitude and latitude. Raises RefusedError."""
    shown = () if _wants_hits(ask) else chosen.shown
    if ask.params.get("SRSNAME") and chosen.system.crs.longitude_axis != 0:
        raise BadParameterError(
            "srsName", "GeoJSON has longitude and latitude (RFC 7946, section 4)"
        )
    return {
        "type": "FeatureCollection",
        **_numbers(chosen, len(shown), now),
        "features": [geojson(i) for i in shown],
    }


def values(ask: Ask, chosen: Selection, now: datetime) -> Markup:
    """The values of a property (09-025r2, clause 10). Raises RefusedError."""
    if chosen.kind is None:
        raise MissingParameterError("TYPENAMES")
    name = property_name(ask.need("VALUEREFERENCE"), chosen.kind)
    shown = () if _wants_hits(ask) else chosen.shown
    members = [_value(i, name, chosen.system) for i in shown]
    found = [m for m in members if m]
    numbers = {**_numbers(chosen, len(found), now), "numberMatched": "unknown"}
    return element(
        "wfs:ValueCollection", *(element("wfs:member", m) for m in found), **numbers, **SPACES
    )


def _value(item: Item, name: str, system: System) -> Markup | None:
    if name == PLACE:
        place = geometry(map_positions(item.geometry, system.position), item, system)
        return element(f"{PREFIX}:{PLACE}", place)
    value = value_of(item, name)
    return None if value is None else element(f"{PREFIX}:{name}", lexical(value))


def by_id(ask: Ask, types: Mapping[str, FeatureType]) -> tuple[Item, System]:
    """The feature of the stored query GetFeatureById. Raises RefusedError."""
    wanted = ask.need("ID")
    system = find_system(ask.params["SRSNAME"]) if ask.params.get("SRSNAME") else DEFAULT
    for kind in types.values():
        for item in kind.items:
            if item.id == wanted:
                return item, system
    raise RefusedError("NotFound", f"there is no feature '{wanted}'", "ID")
