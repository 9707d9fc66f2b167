"""CityJSON 1.0, 1.1 and 2.0, and sequences of it: the documents taken apart, as they were sent."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from mimtest.errors import Inconclusive
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import fail, member, of_type
from mimtest.vocabulary.geofiles import GeoFile

#: The versions that are covered, as documents name them.
VERSIONS: Final = ("1.0", "1.1", "2.0")
#: The members of a document that the specification names.
ROOT: Final = (
    "type",
    "version",
    "transform",
    "CityObjects",
    "vertices",
    "metadata",
    "extensions",
    "appearance",
    "geometry-templates",
)
#: Members that a part of a sequence has not.
NOT_IN_A_PART: Final = ("transform", "version", "metadata", "geometry-templates", "extensions")

_RECORD: Final = b"\x1e"
_LARGEST: Final = 1e100
_FIRST: Final = (
    "Bridge",
    "Building",
    "CityFurniture",
    "CityObjectGroup",
    "LandUse",
    "PlantCover",
    "Railway",
    "Road",
    "SolitaryVegetationObject",
    "TINRelief",
    "TransportSquare",
    "Tunnel",
    "WaterBody",
)
_SECOND: Final = (
    "BridgeInstallation",
    "BridgePart",
    "BuildingInstallation",
    "BuildingPart",
    "TunnelInstallation",
    "TunnelPart",
)
_LATER: Final = (
    "BridgeConstructiveElement",
    "BridgeFurniture",
    "BridgeRoom",
    "BuildingConstructiveElement",
    "BuildingFurniture",
    "BuildingRoom",
    "BuildingStorey",
    "BuildingUnit",
    "TunnelConstructiveElement",
    "TunnelFurniture",
    "TunnelHollowSpace",
)
#: Types of City Objects that are part of none other.
FIRST_LEVEL: Final = {
    "1.0": frozenset((*_FIRST, "GenericCityObject")),
    "1.1": frozenset((*_FIRST, "OtherConstruction", "Waterway")),
    "2.0": frozenset((*_FIRST, "OtherConstruction", "Waterway", "GenericCityObject")),
}
#: Types of City Objects that are part of another, which they name.
SECOND_LEVEL: Final = {
    "1.0": frozenset((*_SECOND, "BridgeConstructionElement")),
    "1.1": frozenset((*_SECOND, *_LATER)),
    "2.0": frozenset((*_SECOND, *_LATER)),
}


class Named(dict[str, Any]):
    """An object in which names stand more than once; the last value counts, as in every reader."""

    twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """City Objects with the vertices they refer to: a whole document, or one feature of a sequence."""

    where: str
    document: dict[str, Any]

    @property
    def objects(self) -> dict[str, Any]:
        """The City Objects by id, those that are objects."""
        given = self.document.get("CityObjects")
        every = given.items() if isinstance(given, dict) else ()
        return {k: v for k, v in every if isinstance(v, dict)}

    @property
    def vertices(self) -> list[Any]:
        """The vertices as they are stored."""
        return list_of(self.document.get("vertices"))

    @property
    def twice(self) -> tuple[str, ...]:
        """The ids that stand more than once."""
        given = self.document.get("CityObjects")
        return given.twice if isinstance(given, Named) else ()

    def geometries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Where each geometry is, and the geometry."""
        for name, item in self.objects.items():
            for number, geometry in enumerate(list_of(item.get("geometry"))):
                if isinstance(geometry, dict):
                    yield f"geometry {number} of '{name}'", geometry


@dataclass(frozen=True, slots=True)
class Model:
    """A document or a sequence. `seen` is called whenever something is read of it."""

    version: str
    records: tuple[dict[str, Any], ...]
    seen: Callable[[], object] = field(default=lambda: None, repr=False)

    @property
    def root(self) -> dict[str, Any]:
        """The document, or the first one of a sequence, which says what holds for all."""
        self.seen()
        return self.records[0]

    @property
    def is_sequence(self) -> bool:
        """Whether features follow one another."""
        return len(self.records) > 1

    @property
    def parts(self) -> Iterator[Part]:
        """Every part that has City Objects of its own."""
        self.seen()
        for number, record in enumerate(self.records, start=1):
            yield Part(f"record {number}" if self.is_sequence else "the document", record)

    @property
    def transform(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Scale and translation; raises Inconclusive where there is none."""
        given: Any = self.root.get("transform")
        if given is None and self.version == "1.0":
            return (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
        scale, translate = (
            given.get(name) if isinstance(given, dict) else None for name in ("scale", "translate")
        )
        if not (is_position(scale) and is_position(translate)):
            raise Inconclusive("precondition_unmet", "there is no transform")
        return tuple(map(float, scale)), tuple(map(float, translate))

    def positions(self, part: Part) -> Iterator[tuple[float, ...]]:
        """The vertices of a part where they are in the world."""
        scale, translate = self.transform
        for vertex in part.vertices:
            if is_position(vertex):
                yield tuple(n * s + t for n, s, t in zip(vertex, scale, translate, strict=True))


def list_of(value: Any) -> list[Any]:
    """A value if it is an array, else none."""
    return value if isinstance(value, list) else []


def is_number(value: Any) -> bool:
    """Whether a value of JSON is a number; true is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_position(value: Any) -> TypeGuard[list[float]]:
    """Whether a value is three numbers, none too large to reckon with."""
    numbers = isinstance(value, list) and len(value) == 3 and all(map(is_number, value))  # noqa: PLR2004
    return numbers and all(abs(n) < _LARGEST for n in value)


def records_of(body: bytes, *, is_sequence: bool) -> list[Any]:
    """The documents in a file, one or one a line. Raises Contradiction for what is no JSON."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    if not is_sequence:
        return [_parsed(text)]
    lines = text.split(_RECORD) if _RECORD in text[:1] else text.split(b"\n")
    return [_parsed(line) for line in lines if line.strip()]


def _parsed(text: bytes) -> Any:
    parse_json(text)
    return json.loads(text, object_pairs_hook=_named)


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    found, known = Named(plain), set()
    found.twice = tuple(n for n, _ in pairs if n in known or known.add(n))  # type: ignore[func-returns-value]
    return found


def model_of(body: bytes, *, is_sequence: bool, seen: Callable[[], object] = lambda: None) -> Model:
    """The model in a file.

    Raises Contradiction for what is none, Inconclusive for one of another version.
    """
    records = records_of(body, is_sequence=is_sequence)
    root = next((r for r in records if isinstance(r, dict) and r.get("type") == "CityJSON"), None)
    if root is None:
        fail("nothing says what holds for the features", expected="a CityJSON object first")
    version = member(root, "version", str, "the document")
    if version not in VERSIONS:
        covered = ", ".join(VERSIONS)
        raise Inconclusive("needs_review", f"version '{version}' is none of {covered}")
    every = [of_type(r, dict, "a record") for r in records]
    return Model(version, tuple(every), seen)


def model_in(file: GeoFile) -> Model:
    """The model in a file of CityJSON or of a sequence of it. Raises Contradiction, Inconclusive."""
    is_sequence = file.format == "cityjson-sequence"
    return model_of(file.body, is_sequence=is_sequence, seen=lambda: file.answer.status)
