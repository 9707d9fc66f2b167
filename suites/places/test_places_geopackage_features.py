"""GeoPackage files: tables of features and the geometries in them (OGC 12-128, clause 2.1)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geopackage_blob import (
    TYPE_NAMES,
)
from mimtest.vocabulary.geopackage_tables import (
    assert_defined,
    key_of,
    layers_of,
    references_of,
    values_of,
)

pytestmark = pytest.mark.interface("file")


@pytest.mark.check(
    "PLA-K-13", clause="OGC 12-128 R21 to R28", level="passive", rests_on=("PLA-K-08",)
)
def test_geometry_columns_are_registered(geopackage, features):
    """Every table of features has its geometry column in gpkg_geometry_columns: type, heights, measures."""
    assert_defined(geopackage, "gpkg_geometry_columns")
    found = layers_of(geopackage)
    without = [f.table for f in features if f.table.lower() not in {n.table.lower() for n in found}]
    assert_that(not without, "tables of features have no geometry column", received=without)
    listed = {f.table.lower() for f in features}
    for layer in found:
        where = f"'{layer.table}'"
        assert_that(layer.table.lower() in listed, f"{where} is not listed as features")
        columns = [c.name.lower() for c in geopackage.columns(layer.table)]
        assert_that(
            layer.column.lower() in columns,
            f"{where} has no such column",
            expected=columns,
            received=layer.column,
        )
        assert_that(
            layer.type in TYPE_NAMES,
            f"{where} is registered with an unknown type",
            expected=", ".join(TYPE_NAMES),
            received=layer.type,
        )
        for name in ("z", "m"):
            value = getattr(layer, name)
            assert_that(
                value in (0, 1, 2), f"{name} of {where}", expected="0, 1 or 2", received=value
            )
        assert_that(
            layer.srs_id in references_of(geopackage),
            f"the reference system of {where} is not listed",
            received=layer.srs_id,
        )


@pytest.mark.check(
    "PLA-K-14", clause="OGC 12-128 R29, R150", level="passive", rests_on=("PLA-K-13",)
)
def test_features_have_a_key(geopackage, layers):
    """A table of features has an integer primary key that tells its rows apart, a view a column that does."""
    for layer in layers:
        is_view = geopackage.tables[layer.table.lower()] == "view"
        key = key_of(geopackage, layer)
        if key is None:
            given = [f"{c.name} {c.type}" for c in geopackage.columns(layer.table) if c.key]
            fail(
                f"'{layer.table}' has no primary key of type INTEGER",
                expected="one column, INTEGER PRIMARY KEY",
                received=", ".join(given) or "no primary key",
            )
        if is_view and geopackage.user_version < 10300:
            continue
        keys = [k for k, _ in values_of(geopackage, layer)]
        assert_that(
            all(isinstance(k, int) for k in keys) and len(set(keys)) == len(keys),
            f"'{key}' does not tell the rows of '{layer.table}' apart",
            expected="whole numbers, each once",
            received=sorted({str(k) for k in keys if keys.count(k) > 1 or not isinstance(k, int)})[
                :5
            ]
            if len(keys) < 1000
            else None,
        )


@pytest.mark.check("PLA-K-23", clause="OGC 12-128 R146", level="passive", rests_on=("PLA-K-13",))
def test_both_tables_name_the_same_reference_system(geopackage, features, layers):
    """A table of features has one reference system in gpkg_contents and gpkg_geometry_columns."""
    if geopackage.user_version < 10200:
        raise NotApplicable("version_not_claimed", "R146 came with version 1.2")
    listed = {c.table.lower(): c.srs_id for c in features}
    for layer in layers:
        assert_that(
            listed[layer.table.lower()] == layer.srs_id,
            f"'{layer.table}' has two reference systems",
            expected=f"srs_id {listed[layer.table.lower()]} as in gpkg_contents",
            received=f"srs_id {layer.srs_id} in gpkg_geometry_columns",
        )


@pytest.mark.check(
    "PLA-K-24", clause="OGC 12-128 R30, R31", level="passive", rests_on=("PLA-K-13",)
)
def test_the_geometry_column_is_declared_with_its_type(geopackage, layers):
    """A table of features has one geometry column, declared with the registered type."""
    seen = [layer.table.lower() for layer in layers]
    for layer in layers:
        assert_that(
            seen.count(layer.table.lower()) == 1,
            f"'{layer.table}' has several geometry columns",
            received=[n.column for n in layers if n.table.lower() == layer.table.lower()],
        )
        if geopackage.tables[layer.table.lower()] == "view":
            continue
        columns = {c.name.lower(): c.type for c in geopackage.columns(layer.table)}
        assert_that(
            columns[layer.column.lower()] == str(layer.type).upper(),
            f"'{layer.table}.{layer.column}' is declared with another type than registered",
            expected=layer.type,
            received=columns[layer.column.lower()],
        )
        others = [n for n, t in columns.items() if t in TYPE_NAMES and n != layer.column.lower()]
        assert_that(not others, f"'{layer.table}' has several geometry columns", received=others)
