"""Relationships lead somewhere, to what they are said to lead to."""

from dataclasses import dataclass

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.formats import is_absolute_uri
from mimtest.models.identifiers import urn_type
from mimtest.models.reading import Reading
from mimtest.models.representations import attributes_of
from mimtest.target import Model
from mimtest.vocabulary.expect import assert_status, assert_that, shown
from mimtest.vocabulary.judging import assert_none_of
from mimtest.vocabulary.ngsild import entity_in, has_type

pytestmark = pytest.mark.interface("ngsi-ld")

_FOLLOWED = 3
_MOST = 30


@dataclass(frozen=True)
class Link:
    """A relationship of an entity: of which model, by which name, whose, and where it leads."""

    model: Model
    name: str
    own: str
    end: str

    def __str__(self):
        return f"{self.own} {self.name} {self.end}"

    @property
    def declared(self):
        """The type that it is declared to lead to, None where none is."""
        return self.model.relationships.get(self.name)


@pytest.fixture
def declared(judged):
    """The samples of models whose relationships are claimed."""
    found = [(sample, facts) for sample, facts in judged if facts.relationships]
    if not found:
        detail = "the target file has no claims.models.<type>.relationships"
        raise NotApplicable("model_not_claimed", detail)
    return found


@pytest.fixture
def links(samples):
    """Some of the links of each attribute."""
    found = {}
    for model, sample in samples:
        for entity in sample.entities():
            for link in Reading(entity).links:
                if _is_uri(link.value):
                    ends = found.setdefault((model.entity_type, link.name), {})
                    ends.setdefault(link.value, Link(model, link.name, entity["id"], link.value))
    if not found:
        raise Inconclusive("no_data", "no sampled entity points to another")
    chosen = [ends[end] for ends in found.values() for end in sorted(ends)[:_FOLLOWED]]
    return chosen[:_MOST]


@pytest.mark.check("MOD-REL-01", clause="GS CIM 009 4.5.3, 5.2.6")
def test_relationships_point_to_uris(judged):
    """What a relationship points to is named by a URI."""
    assert_none_of(judged, "link-no-uri")


@pytest.mark.check(
    "MOD-REL-02",
    clause="GS CIM 009 4.5.3; MIMs Plus 9.0 MIM2 R1.1",
    strength="should",
    rests_on=("MOD-REL-01",),
)
def test_relationships_lead_somewhere(links, library, target, interface):
    """What a relationship points to, of a type that this interface holds, can be retrieved by its id."""
    held = {m.entity_type for m in target.claims.models} | set(interface.types)
    here = [link for link in links if (urn_type(link.end) or link.declared) in held]
    if not here:
        raise Inconclusive(
            "no_data", "no sampled entity points to one of the types in the target file"
        )
    missing = []
    for link in here:
        answer = library.reader(link.model).retrieve(link.end)
        if answer.status in (400, 404, 410):
            missing.append(str(link))
        else:
            assert_status(answer, 200, what=f"retrieving {link.end}")
    assert_that(
        not missing,
        f"{len(missing)} of {len(here)} links that were followed lead to nothing, such as {missing[:1]}",
        expected="an entity there",
        received=shown(missing[:3]),
    )


@pytest.mark.check("MOD-REL-03", clause="MIMs Plus 9.0 MIM2 R1.1; GS CIM 009 4.5.3")
def test_relationships_lead_to_the_declared_type(declared, links, library):
    """What a relationship points to is of the type that the target file declares."""
    followed = [link for link in links if link.declared]
    answers = [(link, library.reader(link.model).retrieve(link.end)) for link in followed]
    there = [(link, entity_in(answer)) for link, answer in answers if answer.status == 200]
    for link, entity in there:
        assert_that(
            has_type(entity, link.declared),
            f"{link} leads to another type",
            expected=f"an entity of the type {link.declared}",
            received=shown(entity.get("type")),
        )
    if any(urn_type(link.end) for link in followed):
        assert_none_of(declared, "link-to-another-type")
    elif not there:
        detail = "no declared relationship leads to what can be retrieved or names its type"
        raise Inconclusive("no_data", detail)


@pytest.mark.check("MOD-REL-04", clause="GS CIM 009 4.5.2, 4.5.3", strength="should")
def test_attributes_are_of_the_kind_of_their_model(judged):
    """What the model calls a relationship or a place comes as a Relationship or a GeoProperty."""
    assert_none_of(judged, "attribute-of-another-kind")


@pytest.mark.check("MOD-REL-05", clause="GS CIM 009 4.5.3", strength="should")
def test_links_are_no_texts(judged):
    """The identifier of another entity comes in a Relationship, which can be followed, not in a text."""
    assert_none_of(judged, "link-as-text")


@pytest.mark.check("MOD-REL-06", clause="GS CIM 009 4.5.3", strength="should")
def test_nothing_points_to_itself(judged):
    """No entity has a relationship to itself."""
    assert_none_of(judged, "link-to-itself")


@pytest.mark.check("MOD-REL-07", clause="GS CIM 009 4.5.2, 4.7", strength="should")
def test_places_are_no_plain_properties(judged):
    """A geometry comes as a GeoProperty, which queries by place see, not in a plain Property."""
    assert_none_of(judged, "place-in-a-property")


@pytest.mark.check("MOD-IDN-06", clause="GS CIM 009 4.5.5")
def test_values_of_one_attribute_are_told_apart(judged):
    """Several values of one attribute have different datasetIds, all of them URIs, at most one none."""
    for sample, _ in judged:
        for entity in sample.entities():
            held = {
                name: [instance.get("datasetId") for instance in instances]
                for name, instances in attributes_of(entity).items()
            }
            again = {n: ids for n, ids in held.items() if len(set(map(str, ids))) < len(ids)}
            wrong = {n: i for n, ids in held.items() for i in ids if i and not _is_uri(i)}
            assert_that(
                not again and not wrong,
                f"values of one attribute of {entity['id']} are not told apart by URIs",
                expected="a datasetId of its own for each",
                received=shown(again or wrong),
            )


def _is_uri(value):
    return isinstance(value, str) and is_absolute_uri(value)
