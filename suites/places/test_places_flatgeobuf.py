"""Files of FlatGeobuf, version 3: header, index, features, reference system.

The format has no numbered clauses; its text and its two schemas are the reference.
"""

from itertools import islice

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary import flatgeobuf
from mimtest.vocabulary.expect import assert_equal, assert_that, fail
from mimtest.vocabulary.file_places import area_of, assert_order, exchanged, on_the_globe, system_of
from mimtest.vocabulary.flatgeobuf import (
    COLUMN_SIZES,
    flatgeobuf_of,
    part_fault,
    parts_of,
    places,
    properties_fault,
)
from mimtest.vocabulary.parts import first

pytestmark = pytest.mark.interface("file")

ROUNDING = 1e-7
MOST_COMPARED = 2000


@pytest.fixture
def written(file):
    """A file of FlatGeobuf."""
    return file.require("flatgeobuf")


@pytest.fixture
def table(written):
    """The file with its header."""
    return flatgeobuf_of(written)


@pytest.fixture
def drawn(table):
    """Where each feature starts and which positions it has."""
    found = places(table)
    if not any(positions for _, positions in found):
        raise Inconclusive("no_data", "no feature of the file is anywhere")
    return found


@pytest.mark.check("PLA-FGB-01", clause="FlatGeobuf 3, magic bytes and header", level="passive")
def test_a_file_of_flatgeobuf_has_a_header(written):
    """The file starts as the format does, and its header can be read."""
    found = flatgeobuf_of(written)
    _ = found.columns, found.geometry_type, found.envelope, found.system


@pytest.mark.check(
    "PLA-FGB-02", clause="FlatGeobuf 3, header.fbs", level="passive", rests_on=("PLA-FGB-01",)
)
def test_columns_of_flatgeobuf_have_names_and_types(table):
    """Every column has a name of its own and a type of the format."""
    columns = table.columns
    if not columns:
        raise NotApplicable("not_offered", "the file has no columns")
    names = [name for name, _ in columns]
    assert_that(all(names), "a column has no name", expected="a name", received=names)
    assert_equal(len(set(names)), len(names), "the number of different names of columns")
    odd = [(name, kind) for name, kind in columns if kind >= len(COLUMN_SIZES)]
    assert_that(not odd, "a column is of no known type", expected="0 to 14", received=odd)


@pytest.mark.check("PLA-FGB-03", clause="MIM7 R5.1", level="passive", rests_on=("PLA-FGB-01",))
def test_flatgeobuf_names_a_reference_system(table):
    """The header names the reference system by a code that PROJ knows."""
    assert_that(
        table.system,
        "the header names no code of a reference system",
        expected="such as EPSG:25832",
    )
    assert_that(
        system_of(table.system),
        "the reference system is not known",
        expected="a code of EPSG",
        received=table.system,
    )


@pytest.mark.check(
    "PLA-FGB-04", clause="FlatGeobuf 3, header.fbs", level="passive", rests_on=("PLA-FGB-05",)
)
def test_flatgeobuf_holds_what_its_header_counts(table):
    """There are as many features as the header says."""
    if not table.count:
        raise NotApplicable("not_offered", "the header does not say how many features there are")
    here = sum(1 for _ in islice(table.features(), table.count + 1))
    assert_equal(here, table.count, "the number of features")


@pytest.mark.check(
    "PLA-FGB-05", clause="FlatGeobuf 3, layout", level="passive", rests_on=("PLA-FGB-01",)
)
def test_parts_of_flatgeobuf_fill_the_file(table):
    """The index fits, and after it come features up to exactly the end of the file."""
    for _offset, feature in table.first_features():
        _ = feature.data(1)


@pytest.mark.check(
    "PLA-FGB-06", clause="FlatGeobuf 3, packed R-tree", level="passive", rests_on=("PLA-FGB-05",)
)
def test_the_index_of_flatgeobuf_finds_features(table, drawn):
    """Every leaf of the index leads to the start of a feature, and its box holds the feature."""
    leaves = table.leaves
    if not leaves:
        raise NotApplicable("not_offered", "the file has no index")
    known = dict(drawn)
    for leaf in (
        leaves
        if len(known) < flatgeobuf.MOST_FEATURES
        else [n for n in leaves if n.offset in known]
    ):
        assert_that(
            leaf.offset in known,
            "a leaf of the index leads to no feature",
            expected="the start of a feature",
            received=leaf.offset,
        )
        outside = [p for p in known[leaf.offset] if not leaf.box.grown(ROUNDING).holds(p)]
        assert_that(
            not outside,
            "the box of a leaf does not hold its feature",
            expected=f"positions within {leaf.box.text}",
            received=outside[:1],
        )


@pytest.mark.check(
    "PLA-FGB-07", clause="FlatGeobuf 3, feature.fbs", level="passive", rests_on=("PLA-FGB-05",)
)
def test_geometries_of_flatgeobuf_are_geometries(table):
    """Every geometry has whole positions, ends in order, closed rings, and the type of the header."""
    declared, seen = table.geometry_type, 0
    for offset, feature in table.first_features():
        geometry = feature.table(0)
        if geometry is None:
            continue
        seen += 1
        own = geometry.number(6, "B")
        assert_that(
            own in (0, declared) or not declared,
            f"the feature at {offset} is of another type than the header says",
            expected=declared,
            received=own,
        )
        for part in parts_of(geometry, declared):
            fault = part_fault(part)
            if fault:
                fail(f"the geometry at {offset} is none", received=fault)
    if not seen:
        raise Inconclusive("no_data", "no feature has a geometry")


@pytest.mark.check(
    "PLA-FGB-08", clause="FlatGeobuf 3, header.fbs", level="passive", rests_on=("PLA-FGB-05",)
)
def test_the_envelope_of_flatgeobuf_holds_everything(table, drawn):
    """The envelope of the header holds every position."""
    box = table.envelope
    if box is None:
        raise NotApplicable("not_offered", "the header has no envelope")
    outside = [p for _, positions in drawn for p in positions if not box.grown(ROUNDING).holds(p)]
    assert_that(
        not outside,
        "the envelope does not hold what is in the file",
        expected=f"positions within {box.text}",
        received=outside[:1],
    )


@pytest.mark.check(
    "PLA-FGB-09", clause="FlatGeobuf 3, feature.fbs", level="passive", rests_on=("PLA-FGB-05",)
)
def test_properties_of_flatgeobuf_can_be_read(table):
    """Every value of every feature belongs to a column and has its size."""
    columns = table.columns
    for offset, feature in table.first_features():
        own = [(c.text(0) or "", c.number(1, "B")) for c in feature.tables(2)]
        fault = properties_fault(own or columns, feature.data(1) or b"")
        if fault:
            fail(f"the properties at {offset} cannot be read", received=fault)


@pytest.mark.check(
    "PLA-FGB-10",
    clause="FlatGeobuf 3; MIM7 R5.1",
    level="passive",
    rests_on=("PLA-FGB-03", "PLA-FGB-05"),
)
def test_flatgeobuf_has_x_before_y(table, drawn, target):
    """Positions are x before y, easting before northing, and lie in the area of the target file."""
    if table.system is None or system_of(table.system) is None:
        raise Inconclusive("precondition_unmet", "the reference system is not known")
    every = (p for _, positions in drawn for p in positions)
    given = tuple(first(every, MOST_COMPARED, "positions"))
    right = on_the_globe(table.system, given, as_written=True)
    wrong = on_the_globe(table.system, exchanged(given), as_written=True)
    assert_order(area_of(target), right, wrong, given)
