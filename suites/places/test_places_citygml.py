"""Files of CityGML (OGC 12-019, 20-010): versions, identifiers of city objects, heights."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.gml import CITYGML_VERSIONS, gml_of
from mimtest.vocabulary.xml import local

pytestmark = pytest.mark.interface("file")


@pytest.fixture
def model(file):
    """The document in a file of CityGML."""
    return gml_of(file.require("citygml"))


@pytest.mark.check(
    "PLA-GML-10", clause="OGC 12-019 7; OGC 20-010 5", level="passive", rests_on=("PLA-GML-01",)
)
def test_a_city_model_is_of_one_version(model):
    """All modules of a city model are of the same known version."""
    found = model.city_versions
    assert_that(
        len(found) == 1 and found <= set(CITYGML_VERSIONS),
        "the modules are not of one known version",
        expected=" or ".join(CITYGML_VERSIONS),
        received=", ".join(sorted(found)) or "none",
    )


@pytest.mark.check(
    "PLA-GML-11", clause="OGC 12-019 7; OGC 20-010 5", level="passive", rests_on=("PLA-GML-10",)
)
def test_a_city_model_is_made_with_its_gml(model):
    """A city model is made with the version of GML that its own version builds on."""
    versions = model.city_versions & set(CITYGML_VERSIONS)
    if len(versions) != 1:
        raise Inconclusive("precondition_unmet", "the version of the city model is not clear")
    own = CITYGML_VERSIONS[versions.pop()]
    used = {s for s in model.spaces if s in CITYGML_VERSIONS.values()}
    assert_that(used <= {own}, "another GML is used", expected=own, received=sorted(used))


@pytest.mark.check(
    "PLA-GML-12", clause="MIM7 R4.1", level="passive", strength="should", rests_on=("PLA-GML-01",)
)
def test_city_objects_have_identifiers(model):
    """Every object of a city model has a gml:id."""
    members = [e for e in model.root.iter() if local(e) == "cityObjectMember"]
    if not members:
        raise NotApplicable("not_offered", "the model has no objects")
    objects = [c for m in members for c in m]
    without = [local(c) for c in objects if not any(n.endswith("}id") for n in c.attrib)]
    assert_that(
        not without,
        f"{len(without)} of {len(objects)} objects have no gml:id",
        expected="a gml:id",
        received=without[:5],
    )


@pytest.mark.check(
    "PLA-GML-13", clause="MIM7 R5.1", level="passive", strength="should", rests_on=("PLA-GML-05",)
)
def test_a_city_model_has_three_dimensions(model):
    """The geometries of a city model have heights."""
    found = [n for n in model.numbers() if n.owner != "Envelope" and n.is_sound]
    if not found:
        raise Inconclusive("no_data", "nothing in the model has positions")
    flat = [n.owner for n in found if n.size != 3]
    assert_that(
        not flat,
        f"{len(flat)} geometries have no heights",
        expected="three numbers for each position",
        received=sorted(set(flat)),
    )
