"""GeoPackage 1.4 (OGC 12-128r19): three tables of features, one of them with a spatial index."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from struct import pack
from typing import Final

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.geopackage_text import INDEX, SYSTEMS, TABLES
from mimtest.sandbox.downloads.places import Place, places_of
from mimtest.sandbox.features.crs import utm_32_north

_CHANGED: Final = "2026-10-14T08:15:00.000Z"
_GROUND: Final = 93.5
_LITTLE: Final = 1
_POINT, _POINT_Z, _POLYGON = 1, 1001, 3

Numbers = tuple[float, ...]


def file(city: City) -> bytes:
    """Buildings in metres, street lights and waste containers in degrees, the last with heights."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(TABLES)
        database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", SYSTEMS)
        buildings, lights = places_of(city, "Building"), places_of(city, "Streetlight")
        _fill(database, "buildings", ("POLYGON", 25832, 0), [(p, _polygon(p)) for p in buildings])
        _fill(database, "street_lights", ("POINT", 4326, 0), [(p, _point(p)) for p in lights])
        containers = [(p, _raised(p)) for p in places_of(city, "WasteContainer")]
        _fill(database, "waste_containers", ("POINT", 4326, 1), containers)
        _index(database, "buildings")
        database.commit()
        return database.serialize()


def _fill(
    database: sqlite3.Connection,
    table: str,
    column: tuple[str, int, int],
    rows: Sequence[tuple[Place, bytes]],
) -> None:
    """A table of features, listed and registered; its column has a type, a reference system, and heights or not."""
    kind, srs_id, heights = column
    database.execute(
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind},"
        " identifier TEXT NOT NULL UNIQUE, name TEXT)"
    )
    boxes = list(zip(*(envelope(blob) for _, blob in rows), strict=True))
    bounds = (min(boxes[0]), min(boxes[2]), max(boxes[1]), max(boxes[3]))
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)",
        (table, table, _CHANGED, *bounds, srs_id),
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, ?, 0)",
        (table, kind, srs_id, heights),
    )
    database.executemany(
        f"INSERT INTO {table} (geom, identifier, name) VALUES (?, ?, ?)",  # noqa: S608 (ours)
        [(blob, place.id, place.name) for place, blob in rows],
    )


def _index(database: sqlite3.Connection, table: str) -> None:
    """A spatial index, filled and kept by triggers (Annex F.3)."""
    add_functions(database)
    database.executescript(INDEX.format(t=table, c="geom", i="fid"))


def add_functions(database: sqlite3.Connection) -> None:
    """What the triggers of a spatial index ask of a geometry."""
    for place, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        database.create_function(name, 1, lambda b, n=place: envelope(b)[n], deterministic=True)
    database.create_function("ST_IsEmpty", 1, lambda b: bool(b[3] & 16), deterministic=True)


def envelope(blob: bytes) -> Numbers:
    """West, east, south and north as a geometry's header says."""
    return tuple(memoryview(blob)[8:40].cast("d"))


def _blob(srs_id: int, xs: Sequence[float], ys: Sequence[float], wkb: bytes) -> bytes:
    """A geometry with its header (2.1.3), least significant byte first, an envelope of two axes."""
    box = (min(xs), max(xs), min(ys), max(ys))
    return pack("<2sBBi4d", b"GP", 0, _LITTLE | 1 << 1, srs_id, *box) + wkb


def _point(place: Place) -> bytes:
    x, y = place.positions[0]
    return _blob(4326, [x], [y], pack("<BIdd", _LITTLE, _POINT, x, y))


def _raised(place: Place) -> bytes:
    x, y = place.positions[0]
    return _blob(4326, [x], [y], pack("<BIddd", _LITTLE, _POINT_Z, x, y, _GROUND))


def _polygon(place: Place) -> bytes:
    rings = [[utm_32_north(*p) for p in ring] for ring in place.rings]
    wkb = pack("<BII", _LITTLE, _POLYGON, len(rings))
    for ring in rings:
        wkb += pack(f"<I{2 * len(ring)}d", len(ring), *(n for p in ring for n in p))
    xs, ys = zip(*rings[0], strict=True)
    return _blob(25832, xs, ys, wkb)
