"""One entity in several places: in a list and by itself, it says the same."""

import pytest

from mimtest.models.representations import attributes_of, normalized
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
    alone, linked = made(answer), library.client.interface.kind == "ngsi-ld"
    if library.client.interface.kind == "ngsi-v2":
        alone, among = _with_common_metadata(alone, among), _with_common_metadata(among, alone)
    assert_same_entity(alone, among, "what is asked for by its id", as_json_ld=linked)


def _with_common_metadata(entity, other):
    """The entity without metadata that only one of the two has: brokers add some of their own."""
    kept = {"type", "value", "object", "valueType", "unitCode", "observedAt"}
    found = dict(entity)
    for name, (instance, *_) in attributes_of(entity).items():
        twin = other.get(name)
        known = kept | twin.keys() if isinstance(twin, dict) else instance.keys()
        found[name] = {n: v for n, v in instance.items() if n in known}
    return found


def _by_itself(library, model, population, id):
    match library.client.interface.kind:
        case "ngsi-v2":
            answer = ngsiv2.V2Broker(library.client).retrieve(id, type=model.entity_type)
            return ngsiv2.entity_in(answer)
        case "ogc-api-features":
            where = population.collection.item(str(id))
            return json_object(assert_status(library.service.features(where, fresh=True), 200))
    return ngsild.entity_in(library.reader(model).retrieve(id))
