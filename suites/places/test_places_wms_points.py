"""Maps that can be asked: what is at a point of a picture.

OGC Web Map Service 1.3.0 (06-042) 7.4, 1.1.1 (01-068r3) 7.3.
"""

import json

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that, excerpt
from mimtest.vocabulary.ows import read_faults
from mimtest.vocabulary.wms import NEW, assert_exception
from mimtest.vocabulary.wms_asking import SIDE, open_maps
from mimtest.vocabulary.xml import parse

pytestmark = pytest.mark.interface("wms")

FEWEST = 12
MOST_POINTS = 4
#: Formats of answers that are compared as texts; what is in web pages may change with every answer.
COMPARED = ("application/json", "application/geo+json", "text/plain", "application/vnd.ogc.gml")


@pytest.fixture(scope="session")
def maps(client):
    """The service with what it says of itself."""
    return open_maps(client)


@pytest.fixture(scope="session")
def drawn(maps):
    """A layer that can be asked about, with something drawn, and its picture."""
    if not maps.described.operations.get("GetFeatureInfo"):
        raise NotApplicable("not_offered", "GetFeatureInfo is not offered")
    asked = [x for x in maps.chosen if x.queryable]
    if not asked:
        raise NotApplicable("not_offered", "no layer looked at is queryable")
    for layer in asked:
        try:
            view = maps.view(layer)
            picture = maps.picture(view)
            if len(picture.drawn) >= FEWEST and not picture.is_blank:
                return view, picture
        except (Contradiction, Unsettled):
            continue
    raise Inconclusive("no_data", "nothing is drawn in the layers that can be asked")


@pytest.fixture(scope="session")
def formats(maps):
    """The formats of answers about points."""
    return maps.described.operations.get("GetFeatureInfo", ())


@pytest.mark.check("PLA-M-22", clause="OGC 06-042 7.4.3.5, 7.4.4")
def test_a_point_is_told_of_in_every_format(maps, drawn, formats):
    """What is at a point of a map is told in every advertised format, with that media type."""
    view, picture = drawn
    column, row = picture.drawn[len(picture.drawn) // 2]
    for name in formats:
        answer = assert_status(maps.info(view, column, row, info_format=name), 200)
        assert_media_type(answer, name.partition(";")[0].strip())
        if "xml" in answer.media_type or "gml" in answer.media_type:
            faults = read_faults(parse(answer))
            told = f"what is at a point is refused in {name}"
            assert_that(faults is None, told, expected=name, received=excerpt(answer))
        elif answer.media_type.endswith("json"):
            answer.json()


@pytest.mark.check(
    "PLA-M-23", clause="MIMs Plus 9.0 MIM7 R1.1; OGC 06-042 7.4.4", strength="should"
)
def test_what_is_drawn_is_told_of(maps, drawn, formats):
    """Where something is drawn, something is told of that is not told of where nothing is."""
    view, picture = drawn
    name = next((f for c in COMPARED for f in formats if f.startswith(c)), None)
    if name is None:
        detail = f"answers in {', '.join(formats[:4])} are not compared"
        raise Inconclusive("needs_review", detail)
    points = picture.drawn
    there = points[:: max(1, len(points) // MOST_POINTS)][:MOST_POINTS]
    nothing = _farthest(points)
    if nothing is None:
        raise Inconclusive("no_data", "something is drawn nearly everywhere")
    empty = _told(maps.info(view, *nothing, info_format=name), name)
    found = [p for p in there if _told(maps.info(view, *p, info_format=name), name) != empty]
    told = (
        f"nothing is told of at {len(there)} points of '{view.layer.name}' where something is drawn"
    )
    assert_that(found, told, expected="what is there", received=empty[:200])


def _told(answer, name):
    """What an answer tells: its features, or its text."""
    assert_status(answer, 200)
    if "json" in name:
        held = answer.json()
        features = held.get("features") if isinstance(held, dict) else held
        return json.dumps(features, sort_keys=True)
    return " ".join(answer.text().split())


def _farthest(points):
    """A point of a grid with nothing drawn around it; None when there is none."""
    taken = set(points)
    step = SIDE // 16
    grid = [(x, y) for x in range(step, SIDE, step) for y in range(step, SIDE, step)]
    free = [
        (x, y)
        for x, y in grid
        if not any(
            (x + dx, y + dy) in taken for dx in range(-step, step) for dy in range(-step, step)
        )
    ]
    return free[0] if free else None


@pytest.mark.check("PLA-M-24", clause="OGC 06-042 7.4.3.7")
def test_a_point_outside_is_refused(maps, drawn, formats):
    """A point that is not in the picture is refused with InvalidPoint."""
    view, picture = drawn
    control = maps.info(view, *picture.drawn[0], info_format=formats[0])
    assert_status(control, 200)
    wrong = maps.info(view, 10 * SIDE, 10 * SIDE, info_format=formats[0])
    codes = ("InvalidPoint",) if maps.version == NEW else ()
    assert_exception(wrong, "a point outside of the picture", *codes)


@pytest.mark.check("PLA-M-25", clause="OGC 06-042 7.4.3.4; 7.4.3.5")
@pytest.mark.parametrize("wrong", ["layer", "format"])
def test_wrong_questions_about_points_are_refused(maps, drawn, formats, wrong, run_id):
    """A question about a layer that nobody has, or in a format nobody has, is refused."""
    view, picture = drawn
    point = picture.drawn[0]
    assert_status(maps.info(view, *point, info_format=formats[0]), 200)
    if wrong == "layer":
        name = f"mimtest-{run_id}"
        answer = maps.info(view, *point, info_format=formats[0], query_layers=name)
        assert_exception(answer, "a layer that is not there", "LayerNotDefined")
    else:
        answer = maps.info(view, *point, info_format="text/x-mimtest")
        assert_exception(answer, "INFO_FORMAT=text/x-mimtest", "InvalidFormat")
