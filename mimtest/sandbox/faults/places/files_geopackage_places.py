"""Faults of where the things in the town's GeoPackage are, and of their index."""

import sqlite3

from mimtest.sandbox.faults.places.files_geopackage import drops, in_system, of_database


@of_database("pla-gpkg-bounds-too-small", kills=("PLA-K-19",))
def bounds_too_small(database: sqlite3.Connection) -> None:
    """The bounds of a table hold half of it."""
    database.execute(
        "UPDATE gpkg_contents SET max_x = (min_x + max_x) / 2 WHERE table_name = 'buildings'"
    )


@of_database("pla-gpkg-system-unknown", kills=("PLA-K-20",))
def system_unknown(database: sqlite3.Connection) -> None:
    """A table is in a reference system of the supplier's own, without a text that says what it is."""
    database.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('Town', 900913, 'TOWN', 1, 'our own', NULL)"
    )
    in_system(database, "street_lights", 900913)


@of_database("pla-gpkg-system-undefined", kills=("PLA-K-20",))
def system_undefined(database: sqlite3.Connection) -> None:
    """A table is in the undefined plane."""
    in_system(database, "street_lights", -1)


@of_database("pla-gpkg-text-of-another-system", kills=("PLA-K-29",))
def text_of_another_system(database: sqlite3.Connection) -> None:
    """The text of a reference system is that of the zone beside it."""
    database.execute(
        "UPDATE gpkg_spatial_ref_sys SET definition ="
        """ replace(definition, '"central_meridian",9', '"central_meridian",15')"""
    )


@of_database("pla-gpkg-index-emptied", kills=("PLA-K-18",))
def index_emptied(database: sqlite3.Connection) -> None:
    """A spatial index has lost a building."""
    database.execute("DELETE FROM rtree_buildings_geom WHERE id = 1")


@of_database("pla-gpkg-index-elsewhere", kills=("PLA-K-18",))
def index_elsewhere(database: sqlite3.Connection) -> None:
    """A spatial index has a building in another place."""
    database.execute(
        "UPDATE rtree_buildings_geom SET minx = minx + 500, maxx = maxx + 500 WHERE id = 2"
    )


@of_database("pla-gpkg-index-gone", kills=("PLA-K-18",))
def index_gone(database: sqlite3.Connection) -> None:
    """A spatial index is registered and not there."""
    database.executescript("".join(drops(database, "buildings")))
    database.execute("DROP TABLE rtree_buildings_geom")
