"""The one collection that can be changed: what people report of defects in the town. It starts from here."""

from typing import Any, Final

from mimtest.sandbox.features.catalogue import Collection, Definition, Feature
from mimtest.sandbox.features.geometry import Box

DEFINITION: Final = Definition(
    "reports",
    "Report",
    "Reports of defects",
    "What people report of defects in public places. Can be added to and changed.",
    ("title", "status", "category", "votes", "reported"),
    {"status": "string", "category": "string"},
)
#: Where reports can be: the town, longitude and latitude.
AREA: Final = Box(7.88, 51.59, 7.93, 51.61)
_FIRST: Final = (
    ("1", (7.9012, 51.6021), "Lamp flickers", "open", "light", 3, "2026-09-14T18:20:00Z"),
    ("2", (7.9087, 51.5993), "Hole in the road", "in progress", "road", 11, "2026-09-21T06:05:00Z"),
    ("3", (7.8968, 51.6044), "Bin overflows", "closed", "waste", 1, "2026-10-02T11:45:00Z"),
)


def reports() -> Collection:
    """The collection as it is at first."""
    return Collection(DEFINITION, tuple(_feature(*row) for row in _FIRST), AREA)


def _feature(id: str, place: tuple[float, float], *values: Any) -> Feature:
    properties = dict(zip(DEFINITION.attributes, values, strict=True))
    geometry = {"type": "Point", "coordinates": list(place)}
    return Feature(f"report-{id}", geometry, properties, None)
