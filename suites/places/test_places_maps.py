"""OGC API Maps: links lead to maps, of the place and in the size that were asked for.

OGC API - Maps - Part 1: Core (20-058).
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ogcapi import document, links_of
from mimtest.vocabulary.ogcmaps import open_maps, require_extent, shown_box, shown_system
from mimtest.vocabulary.ogctiles import has_class, led_by
from mimtest.vocabulary.pictures import differing
from mimtest.vocabulary.planes import carried, is_north_first, known, squared, turned

pytestmark = pytest.mark.interface("ogc-api-maps")

SIDE = 256
HALF = 128
ALIKE, APART = 0.5, 0.8
FEWEST = 12
#: How far a map may reach beyond the box that was asked for, as a share of its size: its points are square.
LOOSE = 0.05
CLIENT_ERROR, SERVER_ERROR = 400, 500


@pytest.fixture(scope="session")
def maps(service):
    """The maps looked at."""
    found = open_maps(service)
    if not found.chosen:
        raise Inconclusive("no_data", "no link leads to a map")
    return found


@pytest.fixture(scope="session")
def declares(service):
    """Whether a conformance class of Maps is declared; without it a check does not apply."""

    def require(name):
        if not has_class(service, "maps-1", name):
            raise NotApplicable("class_not_declared", f"'{name}' of Maps is not declared")

    return require


@pytest.fixture(scope="session")
def drawn(maps):
    """A map with something drawn in it, the square asked for, and its picture."""
    for one in maps.chosen:
        try:
            box = squared(require_extent(one).grown(one.box.size / 20))
            asked = {"bbox": _text(box), "width": SIDE, "height": SIDE}
            _, picture = maps.picture(one, **asked)
            if (picture.width, picture.height) == (SIDE, SIDE) and len(picture.drawn) >= FEWEST:
                return one, box, picture
        except (Contradiction, Unsettled):
            continue
    raise Inconclusive("no_data", "nothing is drawn in the maps looked at")


def _text(box):
    return ",".join(f"{n:.9f}" for n in (box.west, box.south, box.east, box.north))


@pytest.mark.check(
    "PLA-M-51",
    clause="OGC 20-058 /req/core/conformance-success, /req/dataset-map/landingpage, /req/collection-map/desc-links",
)
def test_links_lead_to_maps(service):
    """Maps Core is declared, and links of the landing page or of a collection lead to maps."""
    declared = has_class(service, "maps-1", "core")
    assert_that(declared, "Maps Core is not declared", expected="ogcapi-maps-1/1.0/conf/core")
    told = "no link leads to a map"
    assert_that(open_maps(service).chosen, told, expected="a link 'map' to a picture")
    if has_class(service, "maps-1", "dataset-map"):
        landing = service.get()
        links = links_of(landing, document(landing))
        told = "a map of the data set is declared, and the landing page does not lead to it"
        own = led_by(links, "map")
        assert_that(own, told, expected="a link 'map'", received=[k.rel for k in links])


@pytest.mark.check("PLA-M-52", clause="OGC 20-058 /req/core/map-response A, H")
def test_a_map_is_a_picture(maps):
    """Every map looked at comes as a picture of the type that it is sent as."""
    for one in maps.chosen:
        maps.picture(one)


@pytest.mark.check("PLA-M-53", clause="OGC 20-058 /req/core/map-response B to E")
def test_a_map_says_what_it_shows(maps):
    """Every map says which box it shows, in which reference system, and that is where its extent is."""
    for one in maps.chosen:
        answer, _ = maps.picture(one)
        uri, box = shown_system(answer), shown_box(answer)
        there = carried(uri, one.box) if one.box else None
        told = f"'Content-Bbox' of the map of {one.name} is not where its extent is"
        if there:
            assert_that(box.meets(there), told, expected=_text(there), received=_text(box))


@pytest.mark.check(
    "PLA-M-54", clause="OGC 20-058 /req/scaling/width-definition, /req/scaling/height-definition"
)
def test_a_map_has_the_size_that_was_asked_for(maps, declares):
    """A map has as many points in width and height as were asked for."""
    declares("scaling")
    one = maps.chosen[0]
    for width, height in ((200, 100), (64, 128)):
        _, picture = maps.picture(one, width=width, height=height)
        assert_equal([picture.width, picture.height], [width, height], "the size of the map")


@pytest.mark.check(
    "PLA-M-55",
    clause="OGC 20-058 /req/scaling/width-definition C, /req/spatial-subsetting/bbox-definition",
)
@pytest.mark.parametrize("wrong", ["width", "bbox"])
def test_wrong_values_are_refused(maps, declares, wrong):
    """A width that is no positive number, and a box of three numbers, are refused with an error of the client's."""
    declares("scaling" if wrong == "width" else "spatial-subsetting")
    one = maps.chosen[0]
    maps.picture(one)
    asked = {"width": "-5"} if wrong == "width" else {"bbox": "1,2,3"}
    answer = maps.ask(one, **asked)
    told = f"{wrong}={asked[wrong]} is not refused"
    refused = CLIENT_ERROR <= answer.status < SERVER_ERROR
    assert_that(refused, told, expected="a status from 400 to 499", received=str(answer.status))


@pytest.mark.check("PLA-M-56", clause="OGC 20-058 /req/spatial-subsetting/bbox-response")
def test_a_map_shows_the_box_that_was_asked_for(maps, declares):
    """A map of a box says that it shows that box."""
    declares("spatial-subsetting")
    one = maps.chosen[0]
    box = squared(require_extent(one))
    answer, _ = maps.picture(one, bbox=_text(box))
    uri, shown = shown_system(answer), shown_box(answer)
    wanted = carried(uri, box)
    if wanted is None:
        raise Inconclusive("precondition_unmet", f"{uri} is not defined for the extent")
    _assert_near(shown, wanted, f"the map of {one.name} says that it shows another box")


def _assert_near(shown, wanted, told):
    """The same box, or one that is larger by little in one direction: points are square."""
    apart = max(
        abs(shown.west - wanted.west),
        abs(shown.south - wanted.south),
        abs(shown.east - wanted.east),
        abs(shown.north - wanted.north),
    )
    holds = shown.grown(LOOSE * wanted.size)
    inside = holds.holds((wanted.west, wanted.south)) and holds.holds((wanted.east, wanted.north))
    near = apart <= wanted.size and inside
    assert_that(near, told, expected=_text(wanted), received=_text(shown))


@pytest.mark.check("PLA-M-57", clause="OGC 20-058 /req/crs/crs-definition, /req/core/map-response")
def test_a_map_is_in_the_reference_system_that_was_asked_for(maps, declares):
    """A map in each of the reference systems that are listed says that it is, in the order of its axes."""
    declares("crs")
    one = next((m for m in maps.chosen if m.systems and m.box), None)
    if one is None:
        raise NotApplicable("not_offered", "no map lists reference systems")
    box = require_extent(one)
    asked = [(name, known(name)) for name in one.systems if known(name)][:6]
    for name, uri in asked:
        answer, _ = maps.picture(one, crs=name, bbox=_text(box))
        told = f"the map of {one.name} in {name} says that it is in another system"
        assert_that(shown_system(answer) == uri, told, expected=uri, received=shown_system(answer))
        wanted = carried(uri, box)
        if wanted is None:
            continue
        shown = shown_box(answer)
        swapped = is_north_first(uri) and turned(shown).meets(wanted)
        told = f"'Content-Bbox' of the map in {name} is elsewhere"
        told += ": its axes are exchanged" if swapped else ""
        assert_that(shown.meets(wanted), told, expected=_text(wanted), received=_text(shown))


@pytest.mark.check(
    "PLA-M-58",
    clause="MIMs Plus 9.0 MIM7 R1.1; OGC 20-058 /req/core/map-response",
    strength="should",
)
def test_something_is_drawn_in_maps(maps):
    """Something is drawn in at least one of the maps looked at."""
    pictures = [maps.picture(one)[1] for one in maps.chosen]
    pngs = [p for p in pictures if p.media_type == "image/png"]
    if not pngs:
        raise Inconclusive("needs_review", "no map came as PNG, and other points are not read")
    names = [one.name for one in maps.chosen]
    full = any(not p.is_blank for p in pngs)
    assert_that(full, "nothing is drawn in any map", expected="a map", received=names)


@pytest.mark.check("PLA-M-59", clause="OGC 20-058 /req/spatial-subsetting/bbox-response")
def test_a_part_of_a_map_is_that_part(maps, drawn, declares):
    """The map of a part of a box is like that part of the map of the whole box."""
    declares("spatial-subsetting")
    declares("scaling")
    one, box, whole = drawn
    middle = (box.west + box.east) / 2, (box.south + box.north) / 2
    quarters = {
        (0, 0): Box(box.west, middle[1], middle[0], box.north),
        (HALF, 0): Box(middle[0], middle[1], box.east, box.north),
        (0, HALF): Box(box.west, box.south, middle[0], middle[1]),
        (HALF, HALF): Box(middle[0], box.south, box.east, middle[1]),
    }
    points = whole.drawn

    def drawn_in(corner):
        x, y = corner
        return sum(x <= px < x + HALF and y <= py < y + HALF for px, py in points)

    left, top = max(quarters, key=drawn_in)
    _, part = maps.picture(one, bbox=_text(quarters[left, top]), width=HALF, height=HALF)
    assert_equal([part.width, part.height], [HALF, HALF], "the size of the map")
    apart = differing(part.rows, whole.part(left, top, HALF, HALF))
    received = f"{apart:.0%} of the drawn points differ"
    told = f"the map of a part of {one.name} shows another place"
    if apart > ALIKE and (apart < APART or whole.is_photo):
        raise Inconclusive("needs_review", f"{told}? {received}")
    assert_that(apart <= ALIKE, told, expected="the same points", received=received)
