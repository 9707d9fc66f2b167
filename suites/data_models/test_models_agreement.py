"""One entity in several places: in a list and by itself, it says the same."""

import pytest

from mimtest.models.representations import normalized
from mimtest.vocabulary import ngsild, ngsiv2
from mimtest.vocabulary.agreement import assert_same_entity, beside, richest
from mimtest.vocabulary.expect import assert_status, json_object
from mimtest.vocabulary.populations import FIRST

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features")


@pytest.mark.check("MOD-REP-05", clause="MIMs Plus 9.0 MIM2 R3.2")
def test_an_entity_in_a_list_is_the_same_by_itself(sample, model, library):
    """An entity that a list of its type has is the same when it is asked for by its id."""
    population = library.population(model)

    def made(raw):
        return normalized(raw, sample.form, entity_type=model.entity_type)

    def page():
        return [made(raw) for raw in population.first(FIRST).items]

    chosen = richest(page())["id"]

    def listed():
        return next((e for e in page() if e.get("id") == chosen), {"id": chosen})

    among, answer = beside(listed, lambda: _by_itself(library, model, population, chosen))
    assert_same_entity(made(answer), among, "what is asked for by its id")


def _by_itself(library, model, population, id):
    match library.client.interface.kind:
        case "ngsi-v2":
            answer = ngsiv2.V2Broker(library.client).retrieve(id, type=model.entity_type)
            return ngsiv2.entity_in(answer)
        case "ogc-api-features":
            where = population.collection.item(str(id))
            return json_object(assert_status(library.service.features(where, fresh=True), 200))
    return ngsild.entity_in(library.reader(model).retrieve(id))
