"""Relationships: to things with a URI, of the type that was declared, told apart from values."""

from collections.abc import Iterator
from typing import Final

from mimtest.models.facts import ModelFacts
from mimtest.models.formats import is_absolute_uri
from mimtest.models.identifiers import urn_type
from mimtest.models.reading import Place, Reading
from mimtest.models.rule import Objection, rule

_LINKS: Final = ("Relationship", "ListRelationship")
#: Types of attributes that go with what a model calls them. Models call much a property that is more.
_SAME_KIND: Final = {
    "Relationship": frozenset(_LINKS),
    "GeoProperty": frozenset(("GeoProperty",)),
}


@rule("link-no-uri", clause="GS CIM 009 4.5.3, 5.2.6", of=lambda r, _: r.links, normalized=True)
def _no_uri(link: Place, _: ModelFacts) -> Objection | None:
    """Every relationship points to a URI."""
    if isinstance(link.value, str) and is_absolute_uri(link.value):
        return None
    return Objection(f"{link.name} points to no URI", "a URI", repr(link.value))


def _typed(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    """Links of declared types to what tells its type in its identifier."""
    for link in reading.links:
        if (
            link.name in facts.relationships
            and isinstance(link.value, str)
            and urn_type(link.value)
        ):
            yield link


@rule("link-to-another-type", clause="MIMs Plus 9.0 MIM2 R1.1; GS CIM 009 4.5.3", of=_typed)
def _other_type(link: Place, facts: ModelFacts) -> Objection | None:
    """Every relationship points to an entity of the declared type."""
    declared = facts.relationships[link.name]
    if urn_type(link.value) == declared:
        return None
    return Objection(f"{link.name} points to another type", f"a {declared}", link.value)


def _said(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    """The attributes whose kind the model's description names."""
    for place in reading.instances:
        own = place.pointer.count("/") == 1 + place.pointer[-1:].isdigit()
        if own and facts.kinds.get(place.name) in _SAME_KIND:
            yield place


@rule(
    "attribute-of-another-kind",
    clause="GS CIM 009 4.5.2, 4.5.3",
    kind="suspect",
    of=_said,
    normalized=True,
)
def _other_kind(place: Place, facts: ModelFacts) -> Objection | None:
    """Attributes are of the kind that the model calls them: properties, relationships or places."""
    said, found = facts.kinds[place.name], str(place.value.get("type"))
    if found in _SAME_KIND[said]:
        return None
    return Objection(f"{place.name} is of another kind than the model says", f"a {said}", found)


def _named(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    """Values and links that are NGSI-LD identifiers."""
    yield from reading.links
    yield from (p for p in reading.texts if p.value.startswith("urn:ngsi-ld:"))


@rule("link-as-text", clause="GS CIM 009 4.5.3", kind="suspect", of=_named, normalized=True)
def _as_text(place: Place, facts: ModelFacts) -> Objection | None:
    """What names another entity is a relationship, not a text."""
    if place.instance.get("type") in _LINKS or facts.kinds.get(place.name) == "Property":
        return None
    return Objection(f"{place.name} names an entity in a text", "a Relationship", place.value)


def _outward(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    for link in reading.links:
        yield Place(link.pointer, link.name, (link.value, reading.id), link.instance)


@rule("link-to-itself", clause="GS CIM 009 4.5.3", kind="suspect", of=_outward)
def _to_itself(place: Place, _: ModelFacts) -> Objection | None:
    """No entity points to itself."""
    target, own = place.value
    if target != own:
        return None
    return Objection(f"{place.name} points to the entity itself", "another entity", own)
