"""Faults of single rows in the town's GeoPackage."""

import sqlite3

from mimtest.sandbox.faults.places.files_geopackage import of_database


@of_database("pla-gpkg-code-of-another", kills=("PLA-K-07",))
def code_of_another(database: sqlite3.Connection) -> None:
    """WGS 84 has the code of ETRS89."""
    database.execute(
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 4258 WHERE srs_id = 4326"
    )


@of_database("pla-gpkg-listed-twice", kills=("PLA-K-09",))
def listed_twice(database: sqlite3.Connection) -> None:
    """A table is listed again in capitals."""
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('BUILDINGS', 'attributes')"
    )


@of_database("pla-gpkg-heights-of-no-kind", kills=("PLA-K-13",))
def heights_of_no_kind(database: sqlite3.Connection) -> None:
    """Whether a column has heights is said by a number that is no answer."""
    database.execute("UPDATE gpkg_geometry_columns SET m = 3 WHERE table_name = 'buildings'")


@of_database("pla-gpkg-column-of-another-name", kills=("PLA-K-13",))
def column_of_another_name(database: sqlite3.Connection) -> None:
    """A geometry column is registered under a name that the table does not have."""
    database.execute(
        "UPDATE gpkg_geometry_columns SET column_name = 'shape' WHERE table_name = 'street_lights'"
    )


@of_database("pla-gpkg-view-without-key", kills=("PLA-K-14",))
def view_without_key(database: sqlite3.Connection) -> None:
    """The first column of a view of features is text."""
    database.executescript(
        "CREATE VIEW lit AS SELECT name, geom FROM street_lights;"
        "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('lit', 'features', 4326);"
        "INSERT INTO gpkg_geometry_columns VALUES ('lit', 'geom', 'POINT', 4326, 0, 0);"
    )


@of_database("pla-gpkg-extension-of-nobody", kills=("PLA-K-22",))
def extension_of_nobody(database: sqlite3.Connection) -> None:
    """An extension is registered without its author."""
    database.execute(
        "INSERT INTO gpkg_extensions VALUES ('buildings', 'name', 'names',"
        " 'https://exampleton.example/names', 'read-write')"
    )


@of_database("pla-gpkg-features-in-no-system", kills=("PLA-K-11", "PLA-K-23"))
def features_in_no_system(database: sqlite3.Connection) -> None:
    """A table of features is listed without a reference system."""
    database.execute("UPDATE gpkg_contents SET srs_id = NULL WHERE table_name = 'buildings'")
