"""Filter Encoding 2.0 (OGC 09-026r2): which features a filter selects."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from mimtest.sandbox.features.geometry import Box, intersects, map_positions
from mimtest.sandbox.features.temporal import parse_instant
from mimtest.sandbox.wfs.errors import BadParameterError, RefusedError
from mimtest.sandbox.wfs.gml import PLACE
from mimtest.sandbox.wfs.systems import DEFAULT, System, find_system
from mimtest.sandbox.wfs.types import FeatureType, Item, comparable, typed

#: Whether a filter selects a feature.
Test = Callable[[Item], bool]
FES: Final = "{http://www.opengis.net/fes/2.0}"
_GML: Final = "{http://www.opengis.net/gml/3.2}"
_BOX: Final = 4


def parse_xml(text: str | bytes, what: str) -> Element:
    """A document from a client. Raises RefusedError."""
    raw = text.encode() if isinstance(text, str) else text
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise RefusedError("OperationParsingFailed", f"{what} has definitions of its own", what)
    try:
        return fromstring(raw)  # noqa: S314 - no definitions, so no entities
    except ParseError as error:
        raise RefusedError("OperationParsingFailed", f"{what} is no XML: {error}", what) from None


def read_filter(root: Element, kind: FeatureType) -> Test:
    """The test a filter stands for. Raises RefusedError."""
    if root.tag != f"{FES}Filter" or not len(root):
        raise RefusedError("OperationParsingFailed", "that is no filter", "FILTER")
    if root[0].tag == f"{FES}ResourceId":
        ids = {e.get("rid") for e in root}
        return lambda item: item.id in ids
    return _read(root[0], kind)


def _read(element: Element, kind: FeatureType) -> Test:
    reader = _READERS.get(element.tag.removeprefix(FES))
    if reader is None:
        raise RefusedError("OperationParsingFailed", f"unknown operator {element.tag}", "FILTER")
    try:
        return reader(element, kind)
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        text = f"{element.tag.removeprefix(FES)}: {error}"
        raise RefusedError("OperationParsingFailed", text, "FILTER") from None


def property_name(text: str | None, kind: FeatureType) -> str:
    """A property's name without path and prefix. Raises BadParameterError."""
    name = (text or "").strip().rpartition("/")[2].rpartition(":")[2]
    if name not in kind.kinds and name not in (PLACE, "identifier"):
        raise BadParameterError("valueReference", f"{kind.qualified} has no property '{text}'")
    return name


def _named(element: Element, kind: FeatureType) -> str:
    return property_name(element.findtext(f"{FES}ValueReference"), kind)


def _literal(element: Element) -> str:
    text = element.findtext(f"{FES}Literal")
    if text is None:
        raise ValueError("no literal")
    return text


def value_of(item: Item, name: str) -> Any:
    """A property's value; None without."""
    return item.identifier if name == "identifier" else item.values.get(name)


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Element, FeatureType], Test]:
    def read(element: Element, kind: FeatureType) -> Test:
        name, literal = _named(element, kind), _literal(element)
        lexis = kind.kinds.get(name, "string")
        fold = element.get("matchCase") == "false" and lexis == "string"
        wanted = _folded(typed(lexis, literal), fold)

        def test(item: Item) -> bool:
            value = value_of(item, name)
            if value is None:
                return False
            return compare(_folded(comparable(lexis, value), fold), wanted)

        return test

    return read


def _folded(value: Any, fold: bool) -> Any:  # noqa: FBT001
    return value.casefold() if fold else value


def _between(element: Element, kind: FeatureType) -> Test:
    name = _named(element, kind)
    lexis = kind.kinds.get(name, "string")
    ends = [element.find(f"{FES}{e}") for e in ("LowerBoundary", "UpperBoundary")]
    low, high = (typed(lexis, _literal(e)) for e in ends if e is not None)

    def test(item: Item) -> bool:
        value = value_of(item, name)
        return value is not None and low <= comparable(lexis, value) <= high

    return test


def _like(element: Element, kind: FeatureType) -> Test:
    name = _named(element, kind)
    signs = {element.attrib["wildCard"]: ".*", element.attrib["singleChar"]: "."}
    escape, text = element.attrib["escapeChar"], iter(_literal(element))
    parts = [
        re.escape(next(text, "")) if sign == escape else signs.get(sign, re.escape(sign))
        for sign in text
    ]
    fold = re.IGNORECASE if element.get("matchCase") == "false" else 0
    pattern = re.compile("".join(parts), re.DOTALL | fold)
    return lambda item: pattern.fullmatch(str(value_of(item, name) or "")) is not None


def _null(element: Element, kind: FeatureType) -> Test:
    name = _named(element, kind)
    return lambda item: name != PLACE and value_of(item, name) is None


def _nil(element: Element, kind: FeatureType) -> Test:
    _named(element, kind)
    return lambda _item: False


def _all(element: Element, kind: FeatureType) -> Test:
    tests = [_read(e, kind) for e in element]
    return lambda item: all(t(item) for t in tests)


def _any(element: Element, kind: FeatureType) -> Test:
    tests = [_read(e, kind) for e in element]
    return lambda item: any(t(item) for t in tests)


def _not(element: Element, kind: FeatureType) -> Test:
    test = _read(element[0], kind)
    return lambda item: not test(item)


def _bbox(element: Element, kind: FeatureType) -> Test:
    if element.find(f"{FES}ValueReference") is not None:
        _named(element, kind)
    envelope = element.find(f"{_GML}Envelope")
    if envelope is None:
        raise ValueError("no envelope")
    corners = [
        (envelope.findtext(f"{_GML}{c}") or "").split() for c in ("lowerCorner", "upperCorner")
    ]
    name = envelope.get("srsName")
    return in_box([n for c in corners for n in c], find_system(name) if name else DEFAULT)


def read_box(text: str) -> Test:
    """The test of a BBOX parameter (09-025r2, 7.9.2.5; 06-121r3, 10.2.3). Raises BadParameterError."""
    parts = text.split(",")
    system = find_system(parts[_BOX], "BBOX") if len(parts) > _BOX else DEFAULT
    try:
        return in_box(parts[:_BOX], system)
    except ValueError as error:
        raise BadParameterError("BBOX", f"'{text}' is no box: {error}") from None


def in_box(numbers: list[str], system: System) -> Test:
    """Whether a feature meets a box in a system. Raises ValueError."""
    west, south, east, north = map(float, numbers)
    if west > east or south > north:
        raise ValueError("a lower bound is above the upper one")
    box = Box(west, south, east, north)
    return lambda item: intersects(map_positions(item.geometry, system.position), box)


def _temporal(
    relation: Callable[[datetime, tuple[datetime, datetime]], bool],
) -> Callable[[Element, FeatureType], Test]:
    def read(element: Element, kind: FeatureType) -> Test:
        name = _named(element, kind)
        period = _period(element)

        def test(item: Item) -> bool:
            value = value_of(item, name)
            return value is not None and relation(parse_instant(str(value)), period)

        return test

    return read


def _period(element: Element) -> tuple[datetime, datetime]:
    texts = [
        (e.text or "").strip()
        for e in element.iter()
        if e.tag.removeprefix(_GML)
        in ("timePosition", "beginPosition", "endPosition", "begin", "end")
        and (e.text or "").strip()
    ]
    return parse_instant(texts[0]), parse_instant(texts[-1])


_READERS: Final[Mapping[str, Callable[[Element, FeatureType], Test]]] = {
    "PropertyIsEqualTo": _comparison(eq),
    "PropertyIsNotEqualTo": _comparison(ne),
    "PropertyIsLessThan": _comparison(lt),
    "PropertyIsGreaterThan": _comparison(gt),
    "PropertyIsLessThanOrEqualTo": _comparison(le),
    "PropertyIsGreaterThanOrEqualTo": _comparison(ge),
    "PropertyIsBetween": _between,
    "PropertyIsLike": _like,
    "PropertyIsNull": _null,
    "PropertyIsNil": _nil,
    "And": _all,
    "Or": _any,
    "Not": _not,
    "BBOX": _bbox,
    "During": _temporal(lambda t, p: p[0] < t < p[1]),
    "After": _temporal(lambda t, p: t > p[1]),
    "Before": _temporal(lambda t, p: t < p[0]),
    "TEquals": _temporal(lambda t, p: p[0] == t == p[1]),
}
#: The comparisons and relations in time on offer, for the capabilities.
COMPARISONS: Final = tuple(n for n in _READERS if n.startswith("PropertyIs"))
TEMPORAL: Final = ("During", "After", "Before", "TEquals")
