"""Files of IFC (ISO 16739-1) in clear text: header, identifiers, references, where the project is.

Whether a building is well modelled is not looked at.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.file_places import system_of
from mimtest.vocabulary.ifc import GLOBAL_ID, SCHEMAS, ifc_of, is_published

pytestmark = pytest.mark.interface("file")


@pytest.fixture
def written(file):
    """A file in the clear text of ISO 10303-21."""
    return file.require("ifc")


@pytest.fixture
def ifc(written):
    """The file with its sections."""
    return ifc_of(written)


@pytest.mark.check("PLA-IFC-01", clause="ISO 10303-21 5 to 9", level="passive")
def test_a_file_of_ifc_has_its_sections(written):
    """The file has a header and data, each with its end, and is complete."""
    found = ifc_of(written)
    assert_that(found.instances, "the data hold no instance", expected="#1=IFC…(…);")


@pytest.mark.check(
    "PLA-IFC-02",
    clause="ISO 16739-1; ISO 10303-21 8.2.4",
    level="passive",
    rests_on=("PLA-IFC-01",),
)
def test_the_schema_of_ifc_is_published(ifc):
    """The header names a published schema."""
    assert_that(ifc.schema, "the header names no schema", expected="FILE_SCHEMA(('IFC4'))")
    assert_that(
        is_published(ifc.schema),
        "the schema is not a published one",
        expected=" or ".join(SCHEMAS),
        received=ifc.schema,
    )


@pytest.mark.check(
    "PLA-IFC-03", clause="ISO 16739-1 IfcProject", level="passive", rests_on=("PLA-IFC-01",)
)
def test_a_file_of_ifc_is_one_project(ifc):
    """The file has exactly one project."""
    projects = [i for i in ifc.instances if i.kind == "IFCPROJECT"]
    assert_equal(len(projects), 1, "the number of projects")


@pytest.mark.check(
    "PLA-IFC-04",
    clause="ISO 16739-1 IfcGloballyUniqueId; MIM7 R4.1",
    level="passive",
    rests_on=("PLA-IFC-01",),
)
def test_identifiers_of_ifc_are_unique(ifc):
    """Every project, site, building, storey and space has an identifier of 128 bits of its own."""
    kinds = ("IFCPROJECT", "IFCSITE", "IFCBUILDING", "IFCBUILDINGSTOREY", "IFCSPACE")
    ids = [i.first_text or "" for i in ifc.instances if i.kind in kinds]
    odd = [i for i in ids if not GLOBAL_ID.fullmatch(i)]
    assert_that(not odd, "an identifier is none", expected="22 digits of base 64", received=odd[:3])
    twice = sorted({i for i in ids if ids.count(i) > 1})
    assert_that(not twice, "things share an identifier", expected="each once", received=twice[:3])


@pytest.mark.check(
    "PLA-IFC-05", clause="ISO 10303-21 7.3.3", level="passive", rests_on=("PLA-IFC-01",)
)
def test_references_in_ifc_lead_somewhere(ifc):
    """Every instance has a number of its own, and those that are pointed to are there."""
    instances = ifc.instances
    numbers = {i.number for i in instances}
    assert_equal(len(instances), len(numbers), "the number of instances")
    lost = sorted({r for i in instances for r in i.references} - numbers)
    assert_that(
        not lost, "instances are not there", expected="all that are pointed to", received=lost[:5]
    )


@pytest.mark.check(
    "PLA-IFC-06", clause="MIM7 R5.1", level="passive", strength="should", rests_on=("PLA-IFC-01",)
)
def test_a_file_of_ifc_is_somewhere(ifc):
    """The project has a map conversion to a reference system that is known."""
    if ifc.schema and ifc.schema.startswith("IFC2"):
        raise NotApplicable("not_offered", "IFC2X3 has no map conversion")
    conversions = [i for i in ifc.instances if i.kind.startswith("IFCMAPCONVERSION")]
    systems = [i.first_text for i in ifc.instances if i.kind == "IFCPROJECTEDCRS"]
    assert_that(
        conversions and systems,
        "the project is not placed in a reference system",
        expected="IFCMAPCONVERSION and IFCPROJECTEDCRS",
        received=[i.kind for i in ifc.instances][:8],
    )
    unknown = [s for s in systems if s is None or system_of(s) is None]
    assert_that(
        not unknown,
        "the reference system is not known",
        expected="such as EPSG:25832",
        received=unknown,
    )
