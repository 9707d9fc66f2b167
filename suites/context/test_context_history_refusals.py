"""Temporal queries that say too little, or what cannot be, are refused (GS CIM 009 4.11, 5.7.3.4, 5.7.4.4)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import GEO_JSON
from mimtest.vocabulary.ngsild_past import assert_answered, assert_refused, evolutions_in
from mimtest.vocabulary.ngsild_temporal import histories_of

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def found(past):
    """The past, of which a query for a range finds some: the control of what is refused."""
    assert evolutions_in(past.query(past.whole)), "no entity is found"
    return past


@pytest.mark.check(
    "CTX-TMP-15",
    clause="GS CIM 009 5.7.4.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-16",),
)
def test_a_query_for_the_past_says_when(found):
    """A query for temporal evolutions without a temporal query is refused."""
    assert_problem(found.query(), status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-TMP-17",
    clause="GS CIM 009 5.7.4.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-16",),
)
def test_a_query_for_the_past_says_of_what(found):
    """A query for temporal evolutions that says nothing but when is refused."""
    answer = histories_of(found.broker, **found.whole.params)
    assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-TMP-18",
    clause="GS CIM 009 4.11",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-13",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("defect", ["no moment", "no end", "unknown relation", "no date"])
def test_a_wrong_temporal_query_is_refused(found, defect, operation, reading):
    """A temporal query without its moments, with another relation, or with a wrong date is refused."""
    right = found.whole.params
    wrong = {
        "no moment": {"timerel": "after"},
        "no end": {k: v for k, v in right.items() if k != "endTimeAt"},
        "unknown relation": right | {"timerel": "during"},
        "no date": right | {"timeAt": "yesterday"},
    }
    asked = found.retrieve if operation == "retrieve" else found.query
    assert_refused(asked(**wrong[defect]), asked(**right), reading)


@pytest.mark.check(
    "CTX-TMP-41",
    clause="GS CIM 009 6.3.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
def test_the_past_is_not_told_in_geojson(found, operation):
    """Temporal evolutions cannot be had as GeoJSON alone."""
    asked = found.retrieve if operation == "retrieve" else found.query
    assert_answered(asked(found.whole))
    assert_status(asked(found.whole, accept=GEO_JSON), 406)


@pytest.mark.check(
    "CTX-TMP-42",
    clause="GS CIM 009 5.7.3.4",
    since="1.8.1",
    option="temporal",
    rests_on=("CTX-TMP-20",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
def test_the_past_is_not_followed_along_relationships(found, operation):
    """Members of linked entities cannot be picked from temporal evolutions."""
    asked = found.retrieve if operation == "retrieve" else found.query
    name = found.names.get("link", found.names["number"])
    assert_answered(asked(found.whole, pick=f"id,{name}"))
    answer = asked(found.whole, pick=f"id,{name}{{name}}")
    assert_problem(answer, status=400, kind="BadRequestData")


@pytest.fixture
def sorting(target):
    """Ordering is claimed as well: asked for where it is not, it may be refused."""
    if "ordering" not in target.options:
        raise NotApplicable("condition_not_claimed", "the target file does not claim ordering")


@pytest.mark.check(
    "CTX-TMP-40",
    clause="GS CIM 009 5.7.4.4",
    since="1.9.1",
    option="temporal",
    rests_on=("CTX-TMP-16", "CTX-QRY-48"),
)
@pytest.mark.usefixtures("sorting")
@pytest.mark.parametrize("name", ["id", "attribute", "stamp"])
def test_temporal_evolutions_are_ordered_by_id_alone(found, name):
    """Temporal evolutions come in the order of their ids where asked for, and in no other order."""
    ordered = found.query(found.whole, orderBy="id;desc", local="true")
    ids = list(evolutions_in(ordered))
    assert_equal(ids, sorted(ids, reverse=True), "the order of the ids")
    assert_that(len(ids) == len(found.gauges()), "entities are missing", expected="all")
    if name != "id":
        by = found.names["number"] if name == "attribute" else "createdAt"
        answer = found.query(found.whole, orderBy=by, local="true")
        assert_problem(answer, status=400, kind="BadRequestData")
