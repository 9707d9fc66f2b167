"""Entities of a broker as a map sees them: GeoJSON, and questions about where they are.

What the broker has to find is computed here from the places it gave before. Near an edge nothing is judged.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_same_set
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import Shape, shape_of
from mimtest.vocabulary.geometry import figure, shapely
from mimtest.vocabulary.ngsild import GEO_JSON, Broker
from mimtest.vocabulary.ngsild_features import features_in
from mimtest.vocabulary.ngsild_sample import MOST

_PAGE: Final = 20
_MOST_TYPES: Final = 8
_BAND: Final = 0.02
#: Larger areas run differently on a sphere.
_LARGEST: Final = 5.0

Told = dict[str, bool | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Entities of a type as they were drawn: the answer with them as GeoJSON."""

    broker: Broker
    type: str
    answer: Answer

    @property
    def features(self) -> dict[str, dict[str, Any]]:
        """The features by id, as many as a question is asked about. Raises Contradiction."""
        listed = features_in(self.answer)
        plain = [i for i in listed if "," not in i]
        return {i: listed[i] for i in plain[:MOST]}

    @property
    def shapes(self) -> dict[str, Shape]:
        """Where they are, without those that are nowhere."""
        found = {i: _shape(f.get("geometry")) for i, f in self.features.items()}
        return {i: s for i, s in found.items() if s and s.positions}

    def find(self, **params: str) -> list[str]:
        """The ids of those a question finds, asked for as GeoJSON. Raises Contradiction."""
        asked = {"type": self.type, "id": ",".join(self.features), "limit": _PAGE, **params}
        return list(features_in(self.broker.query(accept=GEO_JSON, **asked)))

    def again(self) -> "Drawn":
        """The same entities as they are drawn now."""
        return draw(self.broker, self.type)


def _shape(geometry: Any) -> Shape | None:
    try:
        return shape_of(geometry)
    except Contradiction:
        return None


def draw(broker: Broker, type: str) -> Drawn:
    """Ask for some entities of a type as GeoJSON."""
    return Drawn(broker, type, broker.query(type=type, limit=_PAGE, accept=GEO_JSON))


def draw_all(broker: Broker, types: list[str]) -> list[Drawn]:
    """Some entities of some types."""
    return [draw(broker, t) for t in types[:_MOST_TYPES]]


def assert_found(found: list[str], told: Told, what: str) -> None:
    """What holds is found, what does not is not; what a hair's breadth decides is either."""
    __tracebackhide__ = True
    judged = [name for name in found if told.get(name, False) is not None]
    assert_same_set(judged, [n for n, holds in told.items() if holds], what)


def telling_frame(shapes: Mapping[str, Shape]) -> tuple[dict[str, str], Told]:
    """A question for what is within an area with a hole, and which shapes are. Raises Inconclusive.

    One shape at least lies in the area and another in the hole.
    """
    library = shapely()
    drawn = {name: figure(shape) for name, shape in shapes.items()}
    for inner in shapes.values():
        hole = Box.around(inner.positions)
        whole = Box.around(p for s in shapes.values() for p in s.positions)
        hole, whole = hole.grown(whole.size / 20), whole.grown(whole.size / 5)
        area = library.box(*_edges(whole)).difference(library.box(*_edges(hole)))
        band = _BAND * whole.size
        told = {n: _within(drawn[n], area, band) for n in shapes}
        if {True, False} <= set(told.values()) and whole.size <= _LARGEST:
            return {"georel": "within", "geometry": "Polygon", "coordinates": _rings(area)}, told
    raise Inconclusive("no_data", "no area with a hole parts the places there are")


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.west, box.south, box.east, box.north


def _within(drawn: Any, area: Any, band: float) -> bool | None:
    narrow, wide = area.buffer(-band).covers(drawn), area.buffer(band).covers(drawn)
    return narrow if narrow == wide else None


def _rings(area: Any) -> str:
    turned = shapely().geometry.polygon.orient(area)
    rings = [turned.exterior, *turned.interiors]
    listed = [[[round(x, 6), round(y, 6)] for x, y in ring.coords] for ring in rings]
    return json.dumps(listed, separators=(",", ":"))
