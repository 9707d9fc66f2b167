"""GeoJSON taken apart as it was sent: the objects in a document, and the arrays in a geometry, broken or not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import shown
from mimtest.vocabulary.parts import first

#: How deep positions are nested in the coordinates of a type of geometry.
DEPTHS: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
#: At most so many features are looked at.
MOST_PLACES: Final = 20_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A GeoJSON object somewhere in a document; `name` says where, for messages."""

    name: str
    json: Json

    @property
    def kind(self) -> Any:
        """Its `type`, whatever that is."""
        return self.json.get("type")

    @property
    def is_geometry(self) -> bool:
        """Whether it stands where a geometry does, or is one of the six simple types by itself."""
        return self.kind not in ("Feature", "FeatureCollection")


@dataclass(frozen=True, slots=True)
class Drawing:
    """GeoJSON as it came: the documents, and the answers they came in; `told` says what of more it is."""

    documents: tuple[Json, ...]
    answers: tuple[Answer, ...]
    told: tuple[str, ...] = ()

    @property
    def pieces(self) -> Iterator[Piece]:
        """Every object, outermost first; looking at them makes the answers evidence."""
        for answer in self.answers:
            _ = answer.status
        for number, document in enumerate(self.documents, start=1):
            name = "the document" if len(self.documents) == 1 else f"document {number}"
            yield from _pieces(document, name)

    @property
    def features(self) -> list[Piece]:
        """The features."""
        found = (p for p in self.pieces if p.kind == "Feature")
        return first(found, MOST_PLACES, "features")

    @property
    def geometries(self) -> list[Piece]:
        """The simple geometries, those in collections too. Raises Inconclusive without any."""
        found = (p for p in self.pieces if p.kind in DEPTHS)
        listed = first(found, MOST_PLACES, "geometries")
        if not listed:
            raise Inconclusive("no_data", "nothing that came has a geometry")
        return listed

    @property
    def collections(self) -> list[Piece]:
        """The collections of features."""
        return [p for p in self.pieces if p.kind == "FeatureCollection"]


def _pieces(value: Any, name: str) -> Iterator[Piece]:
    if not isinstance(value, dict):
        return
    yield Piece(name, value)
    kind = value.get("type")
    if kind == "FeatureCollection":
        for number, item in enumerate(_list(value.get("features")), start=1):
            own = item.get("id") if isinstance(item, dict) else None
            label = f"feature {number}" if own is None else f"feature {shown(own)}"
            yield from _pieces(item, label)
    elif kind == "Feature":
        yield from _pieces(value.get("geometry"), name)
    elif kind == "GeometryCollection":
        for item in _list(value.get("geometries")):
            yield from _pieces(item, name)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def each(pieces: Iterable[Piece], rule: Callable[[Piece], bool], nothing: str) -> None:
    """Apply a rule, which says whether it had something to look at, to every piece.

    Raises NotApplicable with `nothing` when there was nothing to look at.
    """
    __tracebackhide__ = True
    looked_at = 0
    for piece in pieces:
        looked_at += rule(piece)
    if not looked_at:
        raise NotApplicable("not_offered", nothing)


def positions(piece: Piece) -> list[Any]:
    """What stands where a geometry has its positions."""
    coordinates = piece.json.get("coordinates")
    if coordinates in ([], None):
        return []
    return list(_flat(coordinates, DEPTHS[piece.kind]))


def _flat(value: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        yield value
    else:
        for item in _list(value):
            yield from _flat(item, depth - 1)


def lines(piece: Piece) -> list[list[Any]]:
    """The lists of positions of a geometry of lines."""
    depth = {"LineString": 0, "MultiLineString": 1}.get(piece.kind)
    return [] if depth is None else _lists(piece, depth)


def rings(piece: Piece) -> list[list[Any]]:
    """The lists of positions of a geometry of polygons."""
    return [ring for polygon in polygons(piece) for ring in polygon if isinstance(ring, list)]


def polygons(piece: Piece) -> list[list[Any]]:
    """The lists of rings of a geometry of polygons, the shell first."""
    depth = {"Polygon": 0, "MultiPolygon": 1}.get(piece.kind)
    return [] if depth is None else _lists(piece, depth)


def _lists(piece: Piece, depth: int) -> list[list[Any]]:
    """The arrays at a depth; an empty geometry stands for none (section 3.1)."""
    found = _flat(piece.json.get("coordinates"), depth)
    return [item for item in found if isinstance(item, list) and item]


def is_number(value: Any) -> bool:
    """Whether a value is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)
