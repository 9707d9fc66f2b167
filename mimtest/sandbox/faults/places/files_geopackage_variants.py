"""Permitted ways to write a GeoPackage."""

import sqlite3
from contextlib import closing
from struct import pack, unpack_from
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.files import of_bytes
from mimtest.sandbox.faults.places.files_geopackage import (
    NAME,
    WKB,
    defined,
    each,
    numbers,
    of_database,
    under_name,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_POINT: Final = WKB + 5
_EMPTY: Final = 0x10
_LITTLE: Final = 1


@fault("pla-gpkg-variant-named")
def named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The file is offered under a name of its own, in capitals."""
    return under_name(request, proceed(request), "TOWN-2026.GPKG")


@of_database("pla-gpkg-variant-older")
def older(database: sqlite3.Connection) -> None:
    """The file is of version 1.0, in whose place nothing is said in the header."""
    database.execute("PRAGMA application_id = 0x47503130")
    database.execute("PRAGMA user_version = 0")


@of_database("pla-gpkg-variant-view")
def view(database: sqlite3.Connection) -> None:
    """There are more columns than the standard has, a view of features, attributes, and tables of nobody's."""
    database.executescript(
        "ALTER TABLE gpkg_spatial_ref_sys ADD COLUMN definition_12_063 TEXT;"
        "ALTER TABLE gpkg_spatial_ref_sys ADD COLUMN epoch DOUBLE;"
        "CREATE VIEW lit AS SELECT fid, geom, name FROM street_lights WHERE name IS NOT NULL;"
        "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('lit', 'features', 4326);"
        "INSERT INTO gpkg_geometry_columns VALUES ('lit', 'geom', 'POINT', 4326, 0, 0);"
        "CREATE TABLE prices (id INTEGER PRIMARY KEY, euros REAL);"
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('prices', 'attributes');"
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, style TEXT);"
        "UPDATE gpkg_spatial_ref_sys SET organization = lower(organization) WHERE srs_id > 0;"
        "UPDATE gpkg_contents SET min_x = NULL, max_x = NULL WHERE table_name = 'street_lights';"
        "UPDATE gpkg_contents SET last_change = '2026-10-14T08:15:00Z';"
    )


@of_database("pla-gpkg-variant-big-endian")
def big_endian(database: sqlite3.Connection) -> None:
    """Geometries have the most significant byte first and no envelope; some are empty, one is missing."""

    def turned(blob: bytes) -> bytes:
        (srs_id,) = unpack_from("<i", blob, 4)
        return pack(">2sBBi", b"GP", 0, 0, srs_id) + pack(">BIdd", 0, 1, *numbers(blob, _POINT, 2))

    each(database, "street_lights", turned)
    nan = bytes.fromhex("000000000000f87f")
    empty = pack("<2sBBi", b"GP", 0, _LITTLE | _EMPTY, 4326) + pack("<BI", 1, 1) + 2 * nan
    database.execute("UPDATE street_lights SET geom = ? WHERE fid = 2", (empty,))
    database.execute("UPDATE street_lights SET geom = NULL WHERE fid = 3")


@of_database("pla-gpkg-variant-any-type")
def any_type(database: sqlite3.Connection) -> None:
    """Columns take any geometry, with heights or without; there is no spatial index."""
    for table, kind in (("street_lights", "POINT"), ("waste_containers", "POINT")):
        defined(database, table, f"geom {kind}", "geom GEOMETRY")
    database.execute(
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY', z = 2, m = 2"
        " WHERE table_name <> 'buildings'"
    )
    each(database, "buildings", lambda b: b)
    database.executescript("DROP TABLE rtree_buildings_geom; DROP TABLE gpkg_extensions;")


@of_bytes(NAME, "pla-gpkg-variant-journal")
def journal(body: bytes) -> bytes:
    """The database is of the kind that writes ahead, with pages that are free."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(body)
        database.execute("CREATE TABLE gone AS SELECT * FROM street_lights")
        database.execute("DROP TABLE gone")
        database.commit()
        free = database.serialize()
    return free[:18] + b"\x02\x02" + free[20:]
