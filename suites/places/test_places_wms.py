"""Web Map Service: what it says of itself, and how it refuses what it does not have.

OGC Web Map Service 1.3.0 (06-042), 1.1.1 (01-068r3).
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.identifiers import fleeting_signs
from mimtest.vocabulary.planes import carried, east_first, known, metres
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wms import NEW, OLD, assert_exception, capabilities
from mimtest.vocabulary.wms_asking import numbers, open_maps, picture_in

pytestmark = pytest.mark.interface("wms")

#: How far the two statements of one extent may be apart, as a share of its size.
LOOSE = 0.1
EDGE = 10.0
LONGITUDES, LATITUDES = 180.0, 90.0
#: Degrees; a larger extent is not compared.
LARGEST = 5.0


@pytest.fixture(scope="session")
def maps(client):
    """The service with what it says of itself."""
    return open_maps(client)


@pytest.fixture(scope="session")
def view(maps):
    """A layer that a map was drawn of, all of it: what is refused has a twin that is not."""
    for layer in maps.chosen:
        try:
            found = maps.view(layer)
        except Inconclusive:
            continue
        maps.picture(found)
        return found
    raise Inconclusive("no_data", "the capabilities name no layer with an extent to ask for")


@pytest.mark.check("PLA-M-01", clause="OGC 06-042 7.2.4; 01-068r3 7.1.4")
def test_the_capabilities_describe_a_map_service(client):
    """The capabilities list GetMap with its formats and address, and layers that are named."""
    described = open_maps(client).described
    formats = described.operations.get("GetMap")
    known_ = sorted(described.operations)
    assert_that(formats, "GetMap has no format", expected="GetMap", received=known_)
    assert_that("GetCapabilities" in known_, "an operation is missing", received=known_)
    assert_that("GetMap" in described.addresses, "GetMap has no address", expected="OnlineResource")
    assert_that(described.named, "no layer has a name", expected="a layer to ask for")
    names = [x.name for x in described.named]
    twice = sorted({n for n in names if names.count(n) > 1})
    assert_that(not twice, "layers that share a name", expected="different names", received=twice)


@pytest.mark.check("PLA-M-02", clause="OGC 06-042 6.2.4; 01-068r3 6.2.4")
def test_versions_are_negotiated(maps):
    """Whoever names no version, or one that is too high, gets the highest there is."""
    highest = maps.version
    later = capabilities(maps.kvp.ask("GetCapabilities", VERSION="9.9.9")).version
    assert_equal(later, highest, "the version for one who asks for 9.9.9")
    earlier = capabilities(maps.kvp.ask("GetCapabilities", VERSION=highest)).version
    assert_equal(earlier, highest, f"the version for one who asks for {highest}")


@pytest.mark.check("PLA-M-03", clause="OGC 06-042 6.8.1; 01-068r3 6.4.1")
def test_names_of_parameters_are_in_any_case(maps, view):
    """A map comes as well when the names of the parameters are in small letters."""
    named = {"service": "WMS", "version": maps.version, "request": "GetMap"}
    answer = maps.kvp.get(maps.kvp.address(named | maps.question(view)), accept="*/*")
    picture_in(answer, maps.picture_format, view.width, view.height)


@pytest.mark.check("PLA-M-04", clause="OGC 06-042 7.2.4; 6.2.2", strength="should")
def test_the_advertised_address_works(maps, view):
    """A map comes from the address that the capabilities name for it, which clients on the map ask."""
    address = maps.described.addresses.get("GetMap", "")
    try:
        answer = maps.map(view, at=address)
    except OutOfScope:
        signs = [s for s in fleeting_signs(address) if s != "a port"]
        assert_that(not signs, "the address for maps holds on one network only", received=address)
        raise
    picture_in(answer, maps.picture_format, view.width, view.height)


@pytest.mark.check("PLA-M-05", clause="OGC 06-042 7.3.3.3")
def test_an_unknown_layer_is_refused(maps, view, run_id):
    """A map of a layer that nobody has is refused with LayerNotDefined."""
    answer = maps.map(view, layers=f"mimtest-{run_id}")
    assert_exception(answer, "a layer that is not there", "LayerNotDefined")


@pytest.mark.check("PLA-M-06", clause="OGC 06-042 7.3.3.4")
def test_an_unknown_style_is_refused(maps, view, run_id):
    """A map in a style that nobody has is refused with StyleNotDefined."""
    answer = maps.map(view, styles=f"mimtest-{run_id}")
    assert_exception(answer, "a style that is not there", "StyleNotDefined")


@pytest.mark.check("PLA-M-07", clause="OGC 06-042 7.3.3.5; 01-068r3 7.2.3.5")
def test_an_unknown_reference_system_is_refused(maps, view):
    """A map in a reference system that nobody has is refused with InvalidCRS, or by its name in 1.1.1, InvalidSRS."""
    answer = maps.map(view, **{"crs" if maps.version == NEW else "srs": "EPSG:999999"})
    assert_exception(answer, "EPSG:999999", "InvalidCRS", "InvalidSRS")


@pytest.mark.check("PLA-M-08", clause="OGC 06-042 7.3.3.7")
def test_an_unknown_format_is_refused(maps, view):
    """A map in a format that is not offered is refused with InvalidFormat."""
    answer = maps.map(view, format="image/x-mimtest")
    assert_exception(answer, "FORMAT=image/x-mimtest", "InvalidFormat")


@pytest.mark.check("PLA-M-09", clause="OGC 06-042 7.3.3.6; 01-068r3 6.5.6")
@pytest.mark.parametrize("wrong", ["turned", "without-width"])
def test_a_box_without_area_is_refused(maps, view, wrong):
    """A map of a box whose first corner is not below its second is refused."""
    west, south, east, north = maps.question(view)["bbox"].split(",")
    box = [east, south, west, north] if wrong == "turned" else [west, south, west, north]
    assert_exception(maps.map(view, bbox=",".join(box)), f"BBOX={','.join(box)}")


@pytest.mark.check("PLA-M-10", clause="OGC 06-042 7.3.2; 6.11", strength="should")
@pytest.mark.parametrize("name", ["layers", "bbox", "width"])
def test_a_missing_parameter_is_refused(maps, view, name):
    """A map without a parameter that is needed is refused with a service exception."""
    assert_exception(maps.map(view, **{name: None}), f"a question without {name.upper()}")


@pytest.mark.check("PLA-M-11", clause="MIMs Plus 9.0 MIM7 R5.1; OGC 06-042 6.7.3")
def test_layers_name_reference_systems_by_code(maps):
    """Every layer that is looked at names a reference system by a code that PROJ knows."""

    def ask(layer):
        named = layer.systems
        assert_that(
            any(map(known, named)),
            f"the layer '{layer.name}' has no reference system that is known",
            expected="such as EPSG:25832",
            received=named[:10],
        )

    _ = maps.described.answer.status
    for_each(maps.chosen, ask, "no layer has a name")


@pytest.mark.check("PLA-M-12", clause="OGC 06-042 7.2.4.6.6; 01-068r3 7.1.4.5.6")
def test_extents_are_longitudes_and_latitudes(maps):
    """The geographic extent of every layer that is looked at goes from west to east and from south to north."""

    def ask(layer):
        box = layer.geographic
        assert_that(box, f"the layer '{layer.name}' has no geographic extent", expected="an extent")
        right = (
            -LONGITUDES <= box.west <= box.east <= LONGITUDES
            and -LATITUDES <= box.south <= box.north <= LATITUDES
        )
        told = f"the extent of the layer '{layer.name}' is no box of longitudes and latitudes"
        assert_that(right, told, expected="-180 to 180, -90 to 90", received=numbers(box))

    _ = maps.described.answer.status
    for_each(maps.chosen, ask, "no layer has a name")


@pytest.mark.check("PLA-M-13", clause="OGC 06-042 6.7.4, 7.2.4.6.8", rests_on=("PLA-M-12",))
def test_extents_agree_in_all_reference_systems(maps):
    """The extent of a layer in each reference system is around its geographic one, in that system's order of axes."""
    compared = [
        (layer, name, box)
        for layer in maps.chosen
        for name, box in layer.boxes.items()
        if layer.geographic and _is_comparable(layer.geographic) and known(name)
    ]
    if not compared:
        raise NotApplicable("not_offered", "no extent is given in a reference system that is known")
    _ = maps.described.answer.status
    for layer, name, box in compared:
        _assert_same_place(layer, name, box, maps.version)


def _is_comparable(box):
    """Whether a box is small enough to be carried to a plane, and no mere point."""
    return 0 < box.east - box.west < LARGEST and 0 < box.north - box.south < LARGEST


def _assert_same_place(layer, name, box, version):
    uri = known(name)
    there = carried(uri, layer.geographic)
    if there is None:
        return
    here = east_first(uri, there) if version == OLD else there
    near = box.grown(max(LOOSE * here.size, EDGE / metres(uri, 1.0))).meets(here)
    told = f"the extent of the layer '{layer.name}' in {name} is elsewhere than its geographic one"
    assert_that(near, told, expected=f"about {numbers(here)}", received=numbers(box))
