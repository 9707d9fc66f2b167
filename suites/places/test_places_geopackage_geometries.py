"""GeoPackage files: the geometries of features and their index (OGC 12-128, 2.1.3 to 2.1.6 and Annex F.3)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.cityjson import is_number
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geopackage import is_cut, quoted
from mimtest.vocabulary.geopackage_blob import (
    ASSIGNABLE,
    CORE,
    NAMES,
    MalformedError,
    parse_blob,
)
from mimtest.vocabulary.geopackage_tables import (
    extensions_of,
    geometries_of,
    polygons_of,
    values_of,
)
from mimtest.vocabulary.samples import for_each

pytestmark = pytest.mark.interface("file")

NO_GEOMETRY = "no table of features holds a geometry"
RELATIVE = 1e-9


@pytest.mark.check(
    "PLA-K-15", clause="OGC 12-128 R19, R20", level="passive", rests_on=("PLA-K-13",)
)
def test_geometries_are_in_the_standard_encoding(geopackage, layers):
    """Geometries have the header of the format and, after it, well-known binary that is complete."""

    def ask(layer):
        values = [(k, v) for k, v in values_of(geopackage, layer) if v is not None]
        if not values:
            raise Inconclusive("no_data", "no geometry")
        allowed = _registered_types(geopackage)
        for key, value in values:
            where = f"the geometry of row {key} of '{layer.table}'"
            if not isinstance(value, bytes):
                fail(f"{where} is no blob", expected="a blob", received=str(value)[:80])
            try:
                blob = parse_blob(value)
            except MalformedError as error:
                fail(f"{where} cannot be read: {error}", received=value[:16].hex())
            assert_that(not blob.reserved, f"{where} uses reserved flags", received=blob.reserved)
            foreign = [NAMES[t] for t in blob.found.types if t > CORE and NAMES[t] not in allowed]
            assert_that(
                not foreign,
                f"{where} has a type of an extension that is not registered",
                expected=f"gpkg_geom_{''.join(foreign[:1])} in gpkg_extensions",
                received=foreign,
            )

    for_each(layers, ask, NO_GEOMETRY)


def _registered_types(geopackage):
    names = [str(r["extension_name"]) for r in extensions_of(geopackage)]
    return {n.removeprefix("gpkg_geom_").upper() for n in names if n.startswith("gpkg_geom_")}


@pytest.mark.check("PLA-K-16", clause="OGC 12-128 R33", level="passive", rests_on=("PLA-K-15",))
def test_geometries_name_the_reference_system_of_their_column(geopackage, layers):
    """The reference system in each geometry is the one registered for the column."""

    def ask(layer):
        for key, blob in _blobs(geopackage, layer):
            assert_that(
                blob.srs_id == layer.srs_id,
                f"row {key} of '{layer.table}' is in another reference system than its column",
                expected=f"srs_id {layer.srs_id}",
                received=f"srs_id {blob.srs_id}",
            )

    for_each(layers, ask, NO_GEOMETRY)


@pytest.mark.check("PLA-K-17", clause="OGC 12-128 R32", level="passive", rests_on=("PLA-K-15",))
def test_geometries_are_of_the_registered_type(geopackage, layers):
    """Geometries are of the type registered for their column, or of one that passes for it."""

    def ask(layer):
        for key, blob in _blobs(geopackage, layer):
            fits = ("GEOMETRY", blob.type, *ASSIGNABLE.get(blob.type, ()))
            assert_that(
                layer.type in fits,
                f"row {key} of '{layer.table}' is of another type",
                expected=layer.type,
                received=blob.type,
            )

    for_each(layers, ask, NO_GEOMETRY)


@pytest.mark.check(
    "PLA-K-25", clause="OGC 12-128 R19, R152", level="passive", rests_on=("PLA-K-15",)
)
def test_envelopes_are_those_of_the_geometries(geopackage, layers):
    """The envelope in a geometry's header is the one around it, and the flag for nothing is true."""

    def ask(layer):
        for key, blob in _blobs(geopackage, layer):
            where = f"row {key} of '{layer.table}'"
            if geopackage.user_version >= 10300 or blob.says_empty:
                assert_that(
                    blob.says_empty == blob.is_empty,
                    f"the flag for an empty geometry is wrong in {where}",
                    expected=blob.is_empty,
                    received=blob.says_empty,
                )
            if blob.is_empty or not blob.envelope or blob.is_curved:
                continue
            west, south, east, north = blob.found.box
            around, given = (west, east, south, north), blob.envelope[:4]
            grain = RELATIVE * max(1.0, *map(abs, around))
            assert_that(
                all(abs(a - g) <= grain for a, g in zip(around, given, strict=True)),
                f"the envelope in {where} is not that of its geometry",
                expected=around,
                received=given,
            )

    for_each(layers, ask, NO_GEOMETRY)


@pytest.mark.check(
    "PLA-K-26", clause="OGC 12-128 R27, R28", level="passive", rests_on=("PLA-K-15",)
)
def test_heights_are_there_where_the_column_says_so(geopackage, layers):
    """Geometries have heights and measures where these are mandatory, and none where they are prohibited."""

    def ask(layer):
        for key, blob in _blobs(geopackage, layer):
            for rule, has, what in (
                (layer.z, blob.has_z, "heights"),
                (layer.m, blob.has_m, "measures"),
            ):
                assert_that(
                    rule == 2 or has == (rule == 1) or blob.is_empty,
                    f"row {key} of '{layer.table}' has {what} against its column"
                    if has
                    else f"row {key} of '{layer.table}' has no {what}",
                    expected=f"{what} {'mandatory' if rule == 1 else 'prohibited'}",
                    received=f"{'has' if has else 'has no'} {what}",
                )

    for_each(layers, ask, NO_GEOMETRY)


@pytest.mark.check(
    "PLA-K-28", clause="OGC 06-103r4 6.1.11, 6.1.7", level="passive", rests_on=("PLA-K-15",)
)
def test_rings_are_closed(geopackage, layers):
    """The rings of polygons have four positions or more and end where they begin."""
    for layer, item in polygons_of(geopackage, layers):
        fault = item.blob.found.faulty_ring
        assert_that(
            fault is None,
            f"row {item.key} of '{layer.table}': {fault}",
            expected="closed rings of four positions or more",
            received=fault,
        )


@pytest.mark.check(
    "PLA-K-18", clause="OGC 12-128 R75 to R77", level="passive", rests_on=("PLA-K-14",)
)
def test_spatial_indexes_hold_what_they_index(geopackage, layers):
    """A registered spatial index has an entry around every geometry, and no other."""
    indexed = [
        (str(r["table_name"]).lower(), str(r["column_name"]).lower())
        for r in extensions_of(geopackage)
        if r["extension_name"] == "gpkg_rtree_index"
    ]
    chosen = [n for n in layers if (n.table.lower(), n.column.lower()) in indexed]
    if not chosen:
        raise NotApplicable("not_offered", "no spatial index is registered")
    for layer in chosen:
        index = f"rtree_{layer.table}_{layer.column}"
        assert_that(geopackage.has(index), "a registered index is not there", expected=index)
        # the index is read by the names its own tables have, whatever its columns are called
        asked = f"SELECT * FROM {quoted(index)} ORDER BY 1"  # noqa: S608 (quoted)
        entries = {row[0]: row[1:5] for row in geopackage.rows(asked)}
        odd = [e for e in entries.values() if len(e) != 4 or not all(map(is_number, e))]
        assert_that(not odd, f"'{index}' is no index of boxes", received=[str(e) for e in odd[:1]])
        found = geometries_of(geopackage, layer)
        values = values_of(geopackage, layer)
        full = {g.key: g.blob for g in found if not g.blob.is_empty}
        ends = [rows[-1][0] for rows in (values, [*entries.items()]) if is_cut(rows)]
        entries = {k: e for k, e in entries.items() if all(k <= end for end in ends)}
        full = {k: b for k, b in full.items() if all(k <= end for end in ends)}
        unread = {k for k, v in values if v} - {g.key for g in found}
        surplus, missing = set(entries) - set(full) - unread, set(full) - set(entries)
        assert_that(
            not missing and not surplus,
            f"'{index}' does not hold the rows of its table",
            expected=f"{len(full)} rows",
            received=f"{len(missing)} missing, {len(surplus)} too many",
        )
        for key, blob in full.items():
            west, south, east, north = blob.found.box
            min_x, max_x, min_y, max_y = entries[key]
            around = min_x <= west and max_x >= east and min_y <= south and max_y >= north
            assert_that(
                around or blob.is_curved,
                f"'{index}' has row {key} in another place",
                expected=(west, east, south, north),
                received=entries[key],
            )


def _blobs(geopackage, layer):
    """Key and geometry of the rows that can be read. Raises Inconclusive for none."""
    found = geometries_of(geopackage, layer)
    if not found:
        raise Inconclusive("no_data", "no geometry can be read")
    return [(g.key, g.blob) for g in found]
