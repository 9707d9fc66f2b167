"""The two representations of NGSI v2 say the same of an entity."""

import pytest

from mimtest.models.representations import normalized
from mimtest.vocabulary.agreement import beside, richest
from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_that, same, shown
from mimtest.vocabulary.ngsiv2 import V2Broker, entity_in, names_of

pytestmark = pytest.mark.interface("ngsi-v2")


@pytest.mark.check(
    "MOD-REP-07",
    clause="FIWARE-NGSI v2, Simplified Entity Representation",
    rests_on=("MOD-REP-05",),
)
def test_the_simplified_form_of_ngsi_v2_says_the_same(sample, model, library):
    """The keyValues of an entity are the values of its attributes, all of them and as they are."""
    broker, chosen = V2Broker(library.client), richest(sample.entities())["id"]
    raw = {}

    def look():
        raw.update(entity_in(broker.retrieve(chosen, type=model.entity_type)))
        return normalized(raw, "ngsi-v2")

    _, answer = beside(
        look, lambda: broker.retrieve(chosen, type=model.entity_type, options="keyValues")
    )
    brief = entity_in(answer)
    assert_equal(brief["id"], raw["id"], "the id")
    assert_same_set(names_of(brief), names_of(raw), "the attributes of the simplified form")
    for name in names_of(raw):
        value = raw[name].get("value")
        assert_that(
            same(brief[name], value),
            f"the attribute '{name}' differs from the normalized form",
            expected=shown(value),
            received=shown(brief[name]),
        )
