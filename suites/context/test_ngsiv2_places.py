"""Entities are found by where they are.

FIWARE-NGSI v2 2.0, "Geographical Queries", "Geospatial properties of entities".
"""

import pytest

from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsiv2 import assert_error, entities_in, ids_in
from mimtest.vocabulary.ngsiv2_places import places, point_of, supported
from mimtest.vocabulary.ngsiv2_sample import require
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]


@pytest.fixture
def chosen(v2_stocks):
    """Entities at different places, and what parts them."""
    return require(places(v2_stocks), "points to tell apart")


def _assert_found(chosen, test, **params):
    def compare():
        now = entities_in(chosen.stock.ask(chosen.ids))
        expected = [e["id"] for e in now if point_of(e) and test(e)]
        found = supported(chosen.stock.ask(chosen.ids, **params))
        assert_same_set(ids_in(found), expected, str(params))

    at_rest(compare)


def _coords(point):
    return f"{point[1]},{point[0]}"


@pytest.mark.check("CTX-V2-36", clause="NGSI v2 Geographical Queries", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("limit", ["maxDistance", "minDistance"])
def test_near_is_a_matter_of_metres(chosen, limit):
    """Near finds what is within, or beyond, so many metres of a point."""
    near = {"georel": f"near;{limit}:{chosen.radius}", "geometry": "point"}
    wanted = limit == "maxDistance"
    _assert_found(
        chosen, lambda e: chosen.is_near(e) == wanted, coords=_coords(chosen.centre), **near
    )


@pytest.mark.check("CTX-V2-37", clause="NGSI v2 Geographical Queries", rests_on=("CTX-V2-07",))
@pytest.mark.parametrize("geometry", ["box", "polygon"])
@pytest.mark.parametrize("relation", ["coveredBy", "intersects", "disjoint"])
def test_an_area_parts_the_entities(chosen, relation, geometry):
    """An area covers the points in it, meets them, and is disjoint from the others."""
    coords = chosen.box if geometry == "box" else chosen.polygon
    inside = relation != "disjoint"
    how = {"georel": relation, "geometry": geometry, "coords": coords}
    _assert_found(chosen, lambda e: chosen.is_west(e) == inside, **how)


@pytest.mark.check("CTX-V2-38", clause="NGSI v2 Geographical Queries", rests_on=("CTX-V2-07",))
def test_a_point_equals_itself(chosen):
    """Equals finds the entities at a point, and no others."""
    how = {"georel": "equals", "geometry": "point", "coords": _coords(chosen.centre)}
    _assert_found(chosen, lambda e: point_of(e) == chosen.centre, **how)


@pytest.mark.check("CTX-V2-39", clause="NGSI v2 Geographical Queries", rests_on=("CTX-V2-07",))
def test_nothing_is_near_the_antipodes(chosen):
    """Near a point at the other end of the world there is none of the entities."""
    longitude, latitude = chosen.centre
    beyond = (round(longitude - 180 if longitude > 0 else longitude + 180, 6), -latitude)
    near = {"georel": f"near;maxDistance:{chosen.radius}", "geometry": "point"}
    _assert_found(chosen, lambda _: False, coords=_coords(beyond), **near)
    _assert_found(chosen, chosen.is_near, coords=_coords(chosen.centre), **near)


@pytest.mark.check(
    "CTX-V2-40", clause="NGSI v2 Geographical Queries; Error Responses", rests_on=("CTX-V2-07",)
)
@pytest.mark.parametrize("defect", ["relation", "partial", "coords", "limit"])
def test_a_malformed_question_about_a_place_is_refused(chosen, defect):
    """A geographical query that is not well formed is refused, not left out."""
    good = {
        "georel": f"near;maxDistance:{chosen.radius}",
        "geometry": "point",
        "coords": _coords(chosen.centre),
    }
    found = ids_in(supported(chosen.stock.ask(chosen.ids, **good)))
    assert_that(found, "a well-formed query finds nothing")
    bad = {
        "relation": good | {"georel": "besides"},
        "partial": {k: v for k, v in good.items() if k != "coords"},
        "coords": good | {"coords": "north,south"},
        "limit": good | {"georel": "near;maxDistance:far"},
    }
    assert_error(chosen.stock.ask(chosen.ids, **bad[defect]), 400, "BadRequest")


@pytest.mark.check(
    "CTX-V2-41",
    clause="NGSI v2 Simple Location Format",
    level="writes",
    strength="should",
    rests_on=("CTX-V2-65",),
)
def test_a_place_can_be_written_simply(v2, v2_room):
    """A point written as latitude and longitude is a place that queries find."""
    at = {"location": {"type": "geo:point", "value": "-12.5, 33.25"}}
    where = f"/entities/{v2_room['id']}/attrs"
    assert_status(v2.send("PUT", where, at), 204)
    near = {"georel": "near;maxDistance:1000", "geometry": "point", "type": v2_room["type"]}

    def look():
        found = ids_in(supported(v2.query(coords="-12.5,33.25", **near)))
        assert_same_set(found, [v2_room["id"]], "what is near")
        elsewhere = ids_in(v2.query(coords="33.25,-12.5", **near))
        assert_same_set(elsewhere, [], "what is elsewhere")

    eventually(look)
