"""What one interface says of a thing, another one says, too: the same data behind a broker, a map and a list.

Only what lasts is compared: a copy may be behind with what is observed all the time.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.reading import CORE_MEMBERS
from mimtest.models.representations import attributes_of, is_geometry, normalized, simplified
from mimtest.vocabulary.agreement import beside, same_value
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.ngsild import Broker, entity_in
from mimtest.vocabulary.populations import FIRST

pytestmark = pytest.mark.interface("ngsi-v2", "ogc-api-features", "rest")

_COMPARED = 3


@pytest.fixture
def twins(sample, neighbours):
    """The ids of sampled entities that an NGSI-LD broker of the target file knows, and that broker."""
    found = [c for c in neighbours.values() if c.interface.kind == "ngsi-ld"]
    if not found:
        detail = "the target file has no NGSI-LD broker to compare with"
        raise NotApplicable("interface_not_claimed", detail)
    brokers = [Broker(c, context_link(c.interface)) for c in found]
    ids = [e["id"] for e in sample.entities() if isinstance(e.get("id"), str) and ":" in e["id"]]
    both = ((b, i) for i in ids for b in brokers if b.retrieve(i).status == 200)
    known = [pair for pair, _ in zip(both, range(_COMPARED), strict=False)]
    if not known:
        raise Inconclusive(
            "no_data", f"none of the {sample.size} is at an NGSI-LD broker by its id"
        )
    return known


@pytest.mark.check("MOD-REP-08", clause="MIMs Plus 9.0 MIM2 R3.2", strength="should")
def test_interfaces_say_the_same_of_a_thing(twins, sample, model, library):
    """What lasts of a thing, such as its name and place, is the same here and at the NGSI-LD broker."""
    population = library.population(model)
    compared = 0
    for broker, own in twins:
        there, here = beside(
            lambda b=broker, i=own: entity_in(b.retrieve(i)),
            lambda i=own: _again(population, sample.form, i),
        )
        compared += _assert_alike(simplified(here), there)
    if not compared:
        raise Inconclusive("no_data", "the two have no lasting attribute in common by its name")


def _again(population, form, own):
    """The entity as it is now; of one that has left the first page nothing is said."""
    made = (normalized(raw, form) for raw in population.first(FIRST).items)
    return next((e for e in made if e.get("id") == own), {"id": own})


def _assert_alike(here, there):
    """Every lasting attribute that both have is the same; returns how many there are."""
    __tracebackhide__ = True
    wrapped, bare = simplified(there), simplified(there, bare=True)
    common = [n for n in _lasting(there) if n in here and _comparable(here[n], wrapped[n])]
    for name in common:
        assert_that(
            same_value(wrapped[name], here[name]) or same_value(bare[name], here[name]),
            f"'{name}' of {there['id']} differs from what the NGSI-LD broker says",
            expected=shown(wrapped[name]),
            received=shown(here[name]),
        )
    return len(common)


def _lasting(entity):
    held = attributes_of(entity)
    observed = {n for n, parts in held.items() if any("observedAt" in i for i in parts)}
    times = {n for n in held if n.lower().startswith("date")}
    return [n for n in held if n not in observed | times | (CORE_MEMBERS - {"location"})]


def _comparable(one, other):
    """Whether the two can be compared: of a place one may show the outline, another a point."""
    if is_geometry(one) or is_geometry(other):
        return is_geometry(one) and is_geometry(other) and one["type"] == other["type"]
    return True
