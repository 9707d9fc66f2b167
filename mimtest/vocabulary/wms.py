"""Web Map Service 1.3.0 (OGC 06-042) and 1.1.1 (01-068r3): what a service says of itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import assert_status, assert_that, fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ows import XLINK_HREF, read_faults, told
from mimtest.vocabulary.planes import known
from mimtest.vocabulary.xml import local, namespace, parse, text_of, texts_of

NEW: Final = "1.3.0"
OLD: Final = "1.1.1"
#: Root element and namespace of each version's capabilities.
_ROOTS: Final = {
    NEW: ("WMS_Capabilities", "http://www.opengis.net/wms"),
    OLD: ("WMT_MS_Capabilities", ""),
}
_CORNERS: Final = ("minx", "miny", "maxx", "maxy")
_GEOGRAPHIC: Final = (
    "westBoundLongitude",
    "southBoundLatitude",
    "eastBoundLongitude",
    "northBoundLatitude",
)
#: What says that a layer is shown at some scales only, or in one picture only.
_LIMITS: Final = ("MinScaleDenominator", "MaxScaleDenominator", "ScaleHint")
_MOST_DEEP: Final = 40


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as its description and those of the layers around it say (06-042 7.2.4.8).

    `boxes` are the extents by reference system, numbers as they were given. `limited` says that it is not shown
    at every scale or in every part, `bare` that no layer is in it.
    """

    name: str | None
    title: str
    systems: tuple[str, ...]
    geographic: Box | None
    boxes: Mapping[str, Box]
    styles: tuple[str, ...]
    queryable: bool
    opaque: bool
    limited: bool
    bare: bool

    def offers(self, *names: str) -> str | None:
        """The first of the reference systems that the layer is offered in."""
        return next((n for n in names if n in self.systems), None)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a service says it can do. `layers` are in their order, those with others in them first."""

    version: str
    answer: Answer = field(repr=False)
    operations: Mapping[str, tuple[str, ...]]
    addresses: Mapping[str, str]
    layers: tuple[Layer, ...]

    @property
    def named(self) -> list[Layer]:
        """The layers that can be asked for, those without others in them first."""
        return sorted((x for x in self.layers if x.name), key=lambda x: not x.bare)

    @property
    def pictures(self) -> list[str]:
        """The formats of maps that are pictures of points."""
        formats = self.operations.get("GetMap", ())
        return [f for f in formats if f.startswith("image/") and "svg" not in f]


def capabilities(answer: Answer) -> Capabilities:
    """What an answer says. Raises Contradiction for one that is none of a Web Map Service.

    Raises Inconclusive for versions that are not covered.
    """
    __tracebackhide__ = True
    root = parse(assert_status(answer, 200))
    version = root.get("version", "")
    names = [name for name, _ in _ROOTS.values()]
    if local(root) not in names:
        fail("no capabilities of a WMS", expected=" or ".join(names), received=_told(root))
    if version not in _ROOTS:
        raise Inconclusive("needs_review", f"WMS {version or 'of no version'} is not covered")
    expected = _ROOTS[version]
    assert_that(
        (local(root), namespace(root)) == expected,
        f"the root element is not that of version {version}",
        expected=" ".join(expected).strip(),
        received=f"{local(root)} {namespace(root)}".strip(),
    )
    offered = root.find("{*}Capability/{*}Request")
    top = root.findall("{*}Capability/{*}Layer")
    layers = tuple(x for layer in top for x in _layers(layer, _NOTHING, 0))
    return Capabilities(
        version,
        answer,
        {local(o): tuple(texts_of(o, "Format")) for o in (offered if offered is not None else ())},
        dict(_addresses(offered)),
        layers,
    )


_NOTHING: Final = Layer(
    None,
    "",
    (),
    None,
    {},
    (),
    queryable=False,
    opaque=False,
    limited=False,
    bare=True,
)


def _told(root: Element) -> str:
    """What an unexpected document is, and the first exception in it."""
    text = next((t for t in map(text_of, root.iter()) if t), "")
    return f"{local(root)}: {text}"[:300]


def _addresses(offered: Element | None) -> Iterator[tuple[str, str]]:
    for operation in offered if offered is not None else ():
        link = operation.find("{*}DCPType/{*}HTTP/{*}Get/{*}OnlineResource")
        if link is not None and link.get(XLINK_HREF):
            yield local(operation), link.get(XLINK_HREF, "")


def _layers(element: Element, above: Layer, depth: int) -> Iterator[Layer]:
    """A layer and those in it, with what they inherit (06-042 table 7)."""
    inner = element.findall("{*}Layer")
    own = _layer(element, above, bare=not inner)
    yield own
    for child in inner if depth < _MOST_DEEP else ():
        yield from _layers(child, own, depth + 1)


def _layer(element: Element, above: Layer, *, bare: bool) -> Layer:
    named = [t for tag in ("CRS", "SRS") for t in texts_of(element, tag)]
    systems = [s for t in named for s in t.split()]
    boxes = {
        b.get("CRS") or b.get("SRS") or "": _corners(b) for b in element.findall("{*}BoundingBox")
    }
    limits = any(element.find(f"{{*}}{tag}") is not None for tag in _LIMITS)
    fixed = any(
        element.get(a, "0") not in ("0", "false")
        for a in ("noSubsets", "fixedWidth", "fixedHeight")
    )
    return Layer(
        text_of(element, "Name"),
        text_of(element, "Title") or "",
        tuple(dict.fromkeys((*above.systems, *systems))),
        _geographic(element) or above.geographic,
        {**above.boxes, **{name: box for name, box in boxes.items() if box}},
        tuple(dict.fromkeys((*above.styles, *texts_of(element, "Style/Name")))),
        _says(element, "queryable", above.queryable),
        _says(element, "opaque", above.opaque),
        limits or fixed or above.limited,
        bare,
    )


def _says(element: Element, name: str, inherited: bool) -> bool:  # noqa: FBT001
    given = element.get(name)
    return inherited if given is None else given in ("1", "true")


def _corners(element: Element) -> Box | None:
    return _box([element.get(name) for name in _CORNERS])


def _geographic(element: Element) -> Box | None:
    new = element.find("{*}EX_GeographicBoundingBox")
    if new is not None:
        return _box([text_of(new, name) for name in _GEOGRAPHIC])
    old = element.find("{*}LatLonBoundingBox")
    return _corners(old) if old is not None else None


def _box(texts: list[str | None]) -> Box | None:
    try:
        west, south, east, north = (float(t or "") for t in texts)
    except ValueError:
        return None
    return Box(west, south, east, north)


def usable(layer: Layer, version: str) -> str | None:
    """The name of a reference system to ask for the layer in: a plain one where there is one."""
    first = "CRS:84" if version == NEW else "EPSG:4326"
    plain = layer.offers(first, "EPSG:3857", "EPSG:4326")
    return plain or next((s for s in layer.systems if known(s)), None)


def assert_exception(answer: Answer, what: str, *codes: str) -> None:
    """A question is answered with a service exception of one of the codes, any without (06-042 6.11, E.2).

    Statuses are left open there. Raises Contradiction.
    """
    __tracebackhide__ = True
    expected = f"a service exception{' ' if codes else ''}{' or '.join(codes)}"
    kind = answer.media_type
    if kind.startswith("image/"):
        fail(f"{what}: a picture came", expected=expected, received=kind)
    root = parse(answer)
    if local(root) != "ServiceExceptionReport":
        fail(f"{what}: no service exception came", expected=expected, received=_told(root))
    faults = read_faults(root) or []
    assert_that(faults, f"{what}: the report has no exception", expected=expected)
    given = [f.code for f in faults]
    assert_that(
        not codes or set(codes) & set(given),
        f"{what}: another exception came",
        expected=expected,
        received=told(faults),
    )
