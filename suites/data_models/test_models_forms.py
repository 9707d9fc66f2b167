"""One entity, several serialisations: whichever a reader takes, the entity is the same."""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_same_set,
    assert_status,
    assert_that,
    same,
    shown,
)
from mimtest.vocabulary.model_values import simplified, untyped
from mimtest.vocabulary.ngsild import JSON, JSON_LD, attributes_of, entity_in, types_of

pytestmark = pytest.mark.interface("ngsi-ld")

_COMPARABLE = ("Property", "Relationship", "GeoProperty")


@pytest.mark.check("MOD-REP-01", clause="GS CIM 009 4.5.4, 6.3.7")
def test_the_simplified_form_says_the_same(forms):
    """The simplified form of an entity has the values, objects and places of its normalized form."""
    whole, brief = entity_in(forms.normalized), entity_in(forms.simplified)
    assert_equal(brief["id"], whole["id"], "the id")
    assert_same_set(types_of(brief), types_of(whole), "the types")
    for name, value in _plain(whole).items():
        assert_that(
            name in brief and same(untyped(brief[name]), value),
            f"the attribute '{name}' differs from the normalized form",
            expected=shown(value),
            received=shown(brief[name]) if name in brief else "no such member",
        )


@pytest.mark.check("MOD-REP-02", clause="GS CIM 009 6.3.4, 6.3.6")
def test_json_and_json_ld_say_the_same(forms):
    """An entity is served as JSON and as JSON-LD, and but for its @context it is the same entity."""
    plain = entity_in(forms.normalized)
    assert_media_type(forms.normalized, JSON)
    assert_media_type(assert_status(forms.linked, 200), JSON_LD)
    linked = entity_in(forms.linked)
    assert_that(
        "@context" in linked,
        "the JSON-LD form has no @context",
        expected="a member '@context'",
        received=", ".join(linked),
    )
    linked.pop("@context")
    plain.pop("@context", None)
    assert_same_set(list(linked), list(plain), "the members of the JSON-LD form")
    for name, value in plain.items():
        assert_equal(_ordered(linked[name]), _ordered(value), f"'{name}' of the JSON-LD form")


def _ordered(value):
    """Types and the instances of an attribute in one order, an only one alone: they are sets."""
    listed = sorted(value, key=shown) if isinstance(value, list) else [value]
    return listed[0] if len(listed) == 1 else listed


def _plain(entity):
    """The attributes of one instance whose simplified form is their bare value, with that value."""
    brief = simplified(entity)
    return {
        name: brief[name]
        for name, instances in attributes_of(entity).items()
        if len(instances) == 1 and instances[0].get("type") in _COMPARABLE
    }
