"""CityJSON files and sequences: geometries, what is said of their surfaces, and where they are."""

import re

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.cityjson import is_number, is_position, list_of
from mimtest.vocabulary.cityjson_places import used_in
from mimtest.vocabulary.cityjson_shapes import (
    DEPTHS,
    INSTANCE,
    depth_of,
    indices,
    instance_fault,
    material_fault,
    nesting_fault,
    semantics_fault,
    texture_fault,
)
from mimtest.vocabulary.expect import assert_that, member, of_type

pytestmark = pytest.mark.interface("file")

LEVEL = re.compile(r"\d(\.\d)?")


@pytest.mark.check(
    "PLA-J-16", clause="CityJSON 2.0 3, 3.2", level="passive", rests_on=("PLA-J-03",)
)
def test_geometries_are_nested_by_their_type(cityjson):
    """Geometries are of a known type, have a level of detail, and boundaries nested as their type is."""
    for where, geometry in _geometries(cityjson):
        kind = member(geometry, "type", str, where)
        if kind == INSTANCE:
            continue
        assert_that(
            kind in DEPTHS, f"{where} is of no known type", expected=list(DEPTHS), received=kind
        )
        level = member(geometry, "lod", what=where)
        good = is_number(level) if cityjson.version == "1.0" else isinstance(level, str)
        assert_that(
            good and LEVEL.fullmatch(str(level)),
            f"'lod' of {where}",
            expected="such as '2' or '2.2'",
            received=level,
        )
        fault = nesting_fault(member(geometry, "boundaries", list, where), DEPTHS[kind])
        assert_that(
            not fault,
            f"{where}, a {kind}: {fault}",
            expected=f"arrays nested {DEPTHS[kind]} deep with indices in them",
            received=geometry["boundaries"],
        )


@pytest.mark.check("PLA-J-06", clause="CityJSON 2.0 3", level="passive", rests_on=("PLA-J-16",))
def test_boundaries_refer_to_vertices_that_are_there(cityjson):
    """Every index in a boundary is that of a vertex."""
    for part in cityjson.parts:
        most = len(part.vertices)
        for where, geometry in part.geometries():
            wrong = max(indices(geometry.get("boundaries")), default=-1)
            assert_that(
                wrong < most,
                f"{where} refers to a vertex that is not there",
                expected=f"below {most}",
                received=wrong,
            )
    _geometries(cityjson)


@pytest.mark.check("PLA-J-07", clause="CityJSON 2.0 3.3", level="passive", rests_on=("PLA-J-16",))
def test_semantics_answer_to_surfaces(cityjson):
    """The semantics of a geometry have an entry for each of its surfaces, of a known meaning."""
    found = [(w, g) for w, g in _geometries(cityjson) if "semantics" in g and depth_of(g)]
    if not found:
        raise NotApplicable("not_offered", "no geometry has semantics")
    for where, geometry in found:
        fault = semantics_fault(geometry)
        assert_that(not fault, f"the semantics of {where}: {fault}", received=geometry["semantics"])


@pytest.mark.check(
    "PLA-J-09", clause="CityJSON 2.0 6.1, 6.3", level="passive", rests_on=("PLA-J-16",)
)
def test_materials_answer_to_surfaces(cityjson):
    """The materials of a geometry have an entry for each of its surfaces, of a material that is there."""
    seen = False
    for part in cityjson.parts:
        most = len(list_of(_appearance(part).get("materials")))
        for where, geometry in part.geometries():
            seen = seen or "material" in geometry
            fault = material_fault(geometry, most) if depth_of(geometry) else None
            assert_that(
                not fault, f"the material of {where}: {fault}", received=geometry.get("material")
            )
        for item in list_of(_appearance(part).get("materials")):
            member(of_type(item, dict, "a material"), "name", str, "a material")
    if not seen:
        raise NotApplicable("not_offered", "no geometry has materials")


@pytest.mark.check(
    "PLA-J-08", clause="CityJSON 2.0 6.2, 6.4", level="passive", rests_on=("PLA-J-16",)
)
def test_textures_answer_to_rings(cityjson):
    """The textures of a geometry have, for each ring, one picture and a place in it for each vertex."""
    seen = False
    for part in cityjson.parts:
        look = _appearance(part)
        textures, corners = list_of(look.get("textures")), list_of(look.get("vertices-texture"))
        for where, geometry in part.geometries():
            seen = seen or "texture" in geometry
            fault = (
                texture_fault(geometry, len(textures), len(corners)) if depth_of(geometry) else None
            )
            assert_that(
                not fault, f"the texture of {where}: {fault}", received=geometry.get("texture")
            )
        for item in textures:
            member(of_type(item, dict, "a texture"), "image", str, "a texture")
            kind = member(item, "type", str, "a texture")
            assert_that(kind in ("PNG", "JPG"), "a texture is of no known type", received=kind)
    if not seen:
        raise NotApplicable("not_offered", "no geometry has textures")


def _appearance(part):
    look = part.document.get("appearance")
    return look if isinstance(look, dict) else {}


@pytest.mark.check("PLA-J-20", clause="CityJSON 2.0 3.4", level="passive", rests_on=("PLA-J-03",))
def test_instances_stand_for_templates(cityjson):
    """An instance refers to a template that is there, by a matrix of sixteen numbers and one vertex."""
    found = [(w, g) for w, g in _geometries(cityjson) if g.get("type") == INSTANCE]
    if not found:
        raise NotApplicable("not_offered", "no geometry is an instance of a template")
    given = cityjson.root.get("geometry-templates")
    templates = list_of(given.get("templates")) if isinstance(given, dict) else []
    for where, geometry in found:
        fault = instance_fault(geometry, len(templates))
        assert_that(not fault, f"{where}: {fault}", received=geometry)


@pytest.mark.check(
    "PLA-J-10", clause="CityJSON 2.0 3.1", strength="may", level="passive", rests_on=("PLA-J-06",)
)
def test_vertices_stand_once_and_are_used(cityjson):
    """No vertex stands twice, and each is used by a geometry."""
    for part in cityjson.parts:
        given = [tuple(v) for v in part.vertices if is_position(v)]
        twice = len(given) - len(set(given))
        assert_that(not twice, f"vertices stand twice in {part.where}", expected=0, received=twice)
        used = {i for _, g in part.geometries() for i in indices(g.get("boundaries"))}
        used |= {i for o in part.objects.values() for i in used_in(o.get("address"))}
        unused = len(given) - len(used & set(range(len(given))))
        assert_that(not unused, f"vertices of {part.where} are unused", expected=0, received=unused)
    _geometries(cityjson)


def _geometries(cityjson):
    """Every geometry and where it is. Raises Inconclusive for none."""
    found = [g for part in cityjson.parts for g in part.geometries()]
    if not found:
        raise Inconclusive("no_data", "no City Object has a geometry")
    return found
