"""Maps as pictures: in the format and size that were asked for, of the place that was asked for.

OGC Web Map Service 1.3.0 (06-042), 1.1.1 (01-068r3).
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.geo import Box, far_box
from mimtest.vocabulary.geojson import Shape
from mimtest.vocabulary.pictures import differing
from mimtest.vocabulary.planes import carried, east_first, known
from mimtest.vocabulary.wms import NEW
from mimtest.vocabulary.wms_asking import View, has_order, numbers, open_maps, picture_in, swapped

pytestmark = pytest.mark.interface("wms")

#: The share of drawn points by which two pictures of one place may differ: labels, and smooth edges.
ALIKE = 0.5
#: From this share on two pictures are of different places.
APART = 0.8
FEWEST = 12
_VISIBLE = 3


@pytest.fixture(scope="session")
def maps(client):
    """The service with what it says of itself."""
    return open_maps(client)


@pytest.fixture(scope="session")
def views(maps):
    """The layers looked at, each as a whole."""
    found = []
    for layer in maps.chosen:
        try:
            found.append(maps.view(layer))
        except Inconclusive:
            continue
    if not found:
        raise Inconclusive("no_data", "the capabilities name no layer with an extent to ask for")
    return found


@pytest.fixture(scope="session")
def drawn(maps, views):
    """A layer with something drawn in its picture, as PNG."""
    if maps.picture_format != "image/png":
        raise Inconclusive(
            "needs_review", "the service offers no PNG, and other points are not read"
        )
    for view in views:
        try:
            if len(maps.picture(view).drawn) >= FEWEST:
                return view
        except (Contradiction, Unsettled):
            continue
    raise Inconclusive("no_data", "nothing is drawn in the pictures of the layers looked at")


@pytest.mark.check("PLA-M-14", clause="OGC 06-042 7.3.3.7, 7.3.3.8, 7.3.4")
def test_every_layer_comes_as_a_picture(maps, views):
    """Every layer looked at comes as a picture of the format and the size that were asked for."""
    for view in views:
        maps.picture(view)
    wide = View(views[0].layer, views[0].crs, views[0].box, 300, 200)
    maps.picture(wide)


@pytest.mark.check("PLA-M-15", clause="OGC 06-042 7.3.3.7")
def test_every_format_of_pictures_is_what_it_says(maps, views):
    """A map comes in every advertised format of pictures, and is one of that format."""
    known_ = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff")
    formats = [f for f in maps.described.pictures if f.partition(";")[0].strip().lower() in known_]
    if not formats:
        raise NotApplicable("not_offered", "no format of pictures that is read here is offered")
    for name in formats:
        clear = "FALSE" if "jpeg" in name else "TRUE"
        maps.picture(views[0], format=name, transparent=clear)


@pytest.mark.check(
    "PLA-M-16", clause="MIMs Plus 9.0 MIM7 R1.1; OGC 06-042 7.3.4", strength="should"
)
def test_something_is_drawn(maps, views):
    """At least one of the layers looked at has something drawn in it, at a scale at which all of it is seen."""
    pictures = [maps.picture(v) for v in views]
    if any(not p.is_blank for p in pictures):
        return
    limited = [v.layer.name for v in views if v.layer.limited]
    if limited:
        detail = f"nothing is drawn; {limited[0]} is said to be shown at some scales only"
        raise Inconclusive("needs_review", detail)
    names = [v.layer.name for v in views]
    assert_that(not names, "nothing is drawn in any layer", expected="a map", received=names)


@pytest.mark.check("PLA-M-17", clause="OGC 06-042 6.7.2, 6.7.4, annex B; 01-068r3 6.5.5")
def test_the_order_of_axes_is_that_of_the_version(maps, drawn):
    """A map in a system whose authority puts north first has its box in that order in 1.3.0, east first in 1.1.1."""
    named = next((s for s in drawn.layer.systems if has_order(s) and s != drawn.crs), None)
    plain = next((s for s in drawn.layer.systems if known(s) and not has_order(s)), None)
    if named is None:
        raise NotApplicable("not_offered", "no reference system with north first is offered")
    if plain is None or maps.picture(maps.view(drawn.layer, plain)).is_blank:
        raise Inconclusive("control_failed", "there is no other system in which something is drawn")
    view = maps.view(drawn.layer, named)
    right = maps.picture(view)
    if not right.is_blank:
        _assert_alike(maps, drawn, view, right)
        return
    turned = maps.map(view, bbox=swapped(view) if maps.version == NEW else _turned(view))
    told = "; with its axes exchanged it is not" if _shows(turned, maps, view) else ""
    order = "north first" if maps.version == NEW else "east first"
    assert_that(
        right.drawn,
        f"the map of '{drawn.layer.name}' in {named} is empty{told}",
        expected=f"a map for a box with {order}",
        received=f"nothing drawn for BBOX={maps.question(view)['bbox']}",
    )


def _assert_alike(maps, drawn, view, picture):
    """Longitude and latitude in either order are one plane: its picture is the same."""
    if (drawn.crs, view.crs) != ("CRS:84", "EPSG:4326"):
        return
    other = maps.picture(drawn)
    apart = differing(picture.rows, other.rows)
    told = f"the map of '{view.layer.name}' in EPSG:4326 shows another place than in CRS:84"
    _decide(apart, told, other)


def _decide(apart, told, picture):
    """Small differences are none, middling ones are for a person to judge, and so is every photograph's."""
    received = f"{apart:.0%} of the drawn points differ"
    if apart > ALIKE and (apart < APART or picture.is_photo):
        raise Inconclusive("needs_review", f"{told}? {received}")
    assert_that(apart <= ALIKE, told, expected="the same points", received=received)


def _turned(view):
    """A box with its axes exchanged, which version 1.1.1 does not know."""
    return numbers(Box(view.box.south, view.box.west, view.box.north, view.box.east))


def _shows(answer, maps, view):
    try:
        return not picture_in(answer, maps.picture_format, view.width, view.height).is_blank
    except (Contradiction, Unsettled):
        return False


@pytest.mark.check("PLA-M-18", clause="OGC 06-042 7.3.3.6")
def test_a_part_of_a_map_is_that_part(maps, drawn):
    """The map of a part of a box is like that part of the map of the whole box."""
    whole = maps.picture(drawn)
    left, top = _crowded(whole)
    half = whole.width // 2
    part = maps.picture(drawn.part(left, top, half, half))
    apart = differing(part.rows, whole.part(left, top, half, half))
    _decide(apart, f"the map of a part of '{drawn.layer.name}' shows another place", whole)


def _crowded(picture):
    """The upper left corner of the quarter of a picture in which most is drawn."""
    half = picture.width // 2
    corners = [(x, y) for x in (0, half // 2, half) for y in (0, half // 2, half)]
    points = picture.drawn

    def inside(corner):
        x, y = corner
        return sum(x <= px < x + half and y <= py < y + half for px, py in points)

    return max(corners, key=inside)


@pytest.fixture(scope="session")
def elsewhere(drawn):
    """A box far away from a layer that has something in it, in open sea."""
    geographic = drawn.layer.geographic
    ends = ((geographic.west, geographic.south), (geographic.east, geographic.north))
    box = far_box([Shape(points=ends)])
    there = carried(drawn.uri, box) if box else None
    if there is None:
        raise NotApplicable("not_offered", "the layer is everywhere on the earth")
    return View(drawn.layer, drawn.crs, east_first(drawn.uri, there))


@pytest.mark.check("PLA-M-19", clause="OGC 06-042 7.3.3.6")
def test_where_nothing_is_the_map_is_empty(maps, elsewhere):
    """The map of a box that no part of a layer is in comes as an empty picture."""
    picture = maps.picture(elsewhere)
    drawn = f"{len(picture.drawn)} points drawn"
    told = f"something of '{elsewhere.layer.name}' is drawn far away from it"
    assert_that(picture.is_blank, told, expected="an empty picture", received=drawn)


@pytest.mark.check("PLA-M-20", clause="OGC 06-042 7.3.3.9")
def test_what_is_empty_is_transparent(maps, elsewhere):
    """With TRANSPARENT=TRUE the ground of a map in PNG is not seen, and with FALSE it is."""
    if elsewhere.layer.opaque:
        raise NotApplicable("not_offered", "the layer is said to be opaque")
    clear = maps.picture(elsewhere, transparent="TRUE").rows[0][0]
    told = "with TRANSPARENT=TRUE the ground is seen"
    assert_that(
        not clear[_VISIBLE], told, expected="opacity 0", received=f"opacity {clear[_VISIBLE]}"
    )
    solid = maps.picture(elsewhere, transparent="FALSE").rows[0][0]
    told = "with TRANSPARENT=FALSE the ground is not seen"
    assert_that(solid[_VISIBLE], told, expected="opacity 255", received="opacity 0")


@pytest.mark.check("PLA-M-21", clause="OGC 06-042 7.3.3.10")
def test_the_ground_has_the_colour_that_was_asked_for(maps, elsewhere):
    """The ground of a map has the colour of BGCOLOR where it is not transparent."""
    if elsewhere.layer.opaque:
        raise NotApplicable("not_offered", "the layer is said to be opaque")
    picture = maps.picture(elsewhere, transparent="FALSE", bgcolor="0x3366CC")
    red, green, blue, _ = picture.rows[0][0]
    shown = f"0x{red:02X}{green:02X}{blue:02X}"
    right = max(abs(red - 0x33), abs(green - 0x66), abs(blue - 0xCC)) <= FEWEST
    assert_that(right, "the ground has another colour", expected="0x3366CC", received=shown)
