"""Faults of the geometries in the town's GeoPackage, and permitted ways to write one."""

import sqlite3
from struct import pack
from typing import Final

from mimtest.sandbox.faults.places.files_geopackage import (
    WKB,
    defined,
    each,
    numbers,
    of_database,
)

_POINT: Final = WKB + 5
#: The first position of the first ring: byte order, type, rings, positions.
_RING: Final = WKB + 13
_TWO: Final = 16
_EMPTY: Final = 0x10
_LITTLE: Final = 1


@of_database("pla-gpkg-geometry-without-header", kills=("PLA-K-15",))
def without_header(database: sqlite3.Connection) -> None:
    """Geometries are plain well-known binary."""
    each(database, "street_lights", lambda b: b[WKB:])


@of_database("pla-gpkg-geometry-as-text", kills=("PLA-K-15",))
def as_text(database: sqlite3.Connection) -> None:
    """A geometry is well-known text."""
    database.execute("UPDATE street_lights SET geom = 'POINT (7.9 51.6)' WHERE fid = 3")


@of_database("pla-gpkg-geometry-of-another-dialect", kills=("PLA-K-15",))
def of_another_dialect(database: sqlite3.Connection) -> None:
    """Well-known binary has the reference system in it, as one database writes it."""
    each(
        database,
        "street_lights",
        lambda b: b[:WKB] + pack("<BIi", 1, 0x20000001, 4326) + b[_POINT:],
    )


@of_database("pla-gpkg-geometry-of-unregistered-type", kills=("PLA-K-15",))
def of_unregistered_type(database: sqlite3.Connection) -> None:
    """A column of any type holds a circular string, and no extension says so."""
    defined(database, "street_lights", "geom POINT", "geom GEOMETRY")
    database.execute(
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'"
        " WHERE table_name = 'street_lights'"
    )

    def bent(blob: bytes) -> bytes:
        x, y = numbers(blob, _POINT, 2)
        return blob[:WKB] + pack("<BII6d", 1, 8, 3, x, y, x, y, x, y)

    each(database, "street_lights", bent)


@of_database("pla-gpkg-geometry-cut-off", kills=("PLA-K-15",))
def cut_off(database: sqlite3.Connection) -> None:
    """A building's geometry ends in the middle."""
    each(database, "buildings", lambda b: b[:-20])


@of_database("pla-gpkg-geometry-in-no-system", kills=("PLA-K-16",))
def in_no_system(database: sqlite3.Connection) -> None:
    """Geometries say 0 where their column has a reference system."""
    each(database, "street_lights", lambda b: b[:4] + pack("<i", 0) + b[8:])


@of_database("pla-gpkg-geometry-of-another-type", kills=("PLA-K-17",))
def of_another_type(database: sqlite3.Connection) -> None:
    """A column of polygons in several parts holds single ones."""
    defined(database, "buildings", "geom POLYGON", "geom MULTIPOLYGON")
    database.execute(
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'MULTIPOLYGON'"
        " WHERE table_name = 'buildings'"
    )


@of_database("pla-gpkg-envelope-in-another-order", kills=("PLA-K-25",))
def envelope_in_another_order(database: sqlite3.Connection) -> None:
    """Envelopes are given as two corners."""

    def turned(blob: bytes) -> bytes:
        west, east, south, north = numbers(blob, 8, 4)
        return blob[:8] + pack("<4d", west, south, east, north) + blob[WKB:]

    each(database, "buildings", turned)


@of_database("pla-gpkg-said-to-be-empty", kills=("PLA-K-25",))
def said_to_be_empty(database: sqlite3.Connection) -> None:
    """Geometries are marked as empty and are not."""
    each(database, "street_lights", lambda b: b[:3] + bytes([b[3] | _EMPTY]) + b[4:])


@of_database("pla-gpkg-heights-prohibited", kills=("PLA-K-26",))
def heights_prohibited(database: sqlite3.Connection) -> None:
    """A column that allows no heights holds positions with heights."""
    database.execute("UPDATE gpkg_geometry_columns SET z = 0 WHERE table_name = 'waste_containers'")


@of_database("pla-gpkg-latitude-first", kills=("PLA-K-27",))
def latitude_first(database: sqlite3.Connection) -> None:
    """Positions in degrees are stored latitude first, as the authority of the system has it."""

    def turned(blob: bytes) -> bytes:
        x, y = numbers(blob, _POINT, 2)
        return blob[:8] + pack("<4d", y, y, x, x) + blob[WKB:_POINT] + pack("<2d", y, x)

    each(database, "street_lights", turned)
    database.execute(
        "UPDATE gpkg_contents SET min_x = min_y, min_y = min_x, max_x = max_y, max_y = max_x"
        " WHERE table_name = 'street_lights'"
    )


@of_database("pla-gpkg-metres-as-degrees", kills=("PLA-K-27",))
def metres_as_degrees(database: sqlite3.Connection) -> None:
    """Positions in metres are said to be in degrees."""
    for own in ("gpkg_contents", "gpkg_geometry_columns"):
        database.execute(f"UPDATE {own} SET srs_id = 4326 WHERE table_name = 'buildings'")  # noqa: S608
    each(database, "buildings", lambda b: b[:4] + pack("<i", 4326) + b[8:])


@of_database("pla-gpkg-ring-open", kills=("PLA-K-28", "PLA-K-21"))
def ring_open(database: sqlite3.Connection) -> None:
    """The last ring of a building does not end where it begins."""

    def opened(blob: bytes) -> bytes:
        before = numbers(blob, len(blob) - 2 * _TWO, 2)
        return blob[:-_TWO] + pack("<2d", *before)

    each(database, "buildings", opened)


@of_database("pla-gpkg-bow-tie", kills=("PLA-K-21",))
def bow_tie(database: sqlite3.Connection) -> None:
    """The outlines of buildings cross themselves."""

    def crossed(blob: bytes) -> bytes:
        second, third = _RING + _TWO, _RING + 2 * _TWO
        ends = blob[third : third + _TWO] + blob[second:third]
        return blob[:second] + ends + blob[third + _TWO :]

    each(database, "buildings", crossed)


@of_database("pla-gpkg-heights-missing", kills=("PLA-K-26",))
def heights_missing(database: sqlite3.Connection) -> None:
    """A column whose positions need heights has none."""
    database.execute("UPDATE gpkg_geometry_columns SET z = 1 WHERE table_name = 'street_lights'")


@of_database("pla-gpkg-flags-of-its-own", kills=("PLA-K-15",))
def flags_of_its_own(database: sqlite3.Connection) -> None:
    """Headers of geometries have a flag set that is reserved."""
    each(database, "street_lights", lambda b: b[:3] + bytes([b[3] | 0x40]) + b[4:])
