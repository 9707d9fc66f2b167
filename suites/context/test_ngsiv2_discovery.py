"""What an NGSI v2 broker has: its resources and the types of its entities.

FIWARE-NGSI v2 2.0, "API Entry Point" and "Types".
"""

from urllib.parse import quote

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    of_type,
)
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsiv2 import assert_error, listed, names_of, total_in
from mimtest.vocabulary.waiting import at_rest, eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_RESOURCES = ("entities", "types", "subscriptions", "registrations")
_MOST = 1000
_PAGE = 3
_PLAIN = ":"


@pytest.mark.check("CTX-V2-01", clause="NGSI v2 Retrieve API Resources", strength="should")
def test_the_entry_point_names_the_resources(v2):
    """The entry point names the addresses of entities, types, subscriptions and registrations."""
    answer = v2.get("")
    if answer.status in (400, 404, 405, 410, 501):
        raise NotApplicable("not_offered", "newer brokers have no entry point any more")
    entry = json_object(assert_status(answer, 200))
    for name in _RESOURCES:
        where = member(entry, f"{name}_url", str, "the entry point").rstrip("/")
        leads = where.endswith(f"/{name}")
        assert_that(leads, f"{name}_url leads elsewhere", expected=f"…/{name}", received=where)


@pytest.mark.check("CTX-V2-02", clause="NGSI v2 List Entity Types", rests_on=("CTX-V2-07",))
def test_the_types_of_the_entities_are_listed(v2, v2_samples):
    """Every type that has entities is listed, with their attributes and the types of these."""
    types = {t["type"]: t for t in _types(v2)}
    for sample in v2_samples:
        found = member(types, sample.type, dict, "the list of types")
        at_rest(lambda s=sample, f=found: _assert_described(s, f))


def _types(v2):
    found = listed(v2.get("/types", limit=_MOST), "the list of types")
    for item in found:
        member(item, "type", str, "a type")
    if len(found) >= _MOST:
        raise Inconclusive("no_data", f"there are more than {_MOST} types")
    return found


def _assert_described(sample, found):
    count = of_type(member(found, "count"), int, "the count of a type")
    assert_that(count > 0, f"{sample.type} has no entities", expected="a count above 0")
    attributes = member(found, "attrs", dict, f"the type {sample.type}")
    for entity in sample.entities:
        for name in names_of(entity):
            described = member(attributes, name, dict, f"attrs of {sample.type}")
            kinds = member(described, "types", list, f"the attribute '{name}'")
            own = member(entity[name], "type", str, f"the attribute '{name}'")
            assert_that(
                own in kinds, f"a type of '{name}' is missing", expected=own, received=kinds
            )


@pytest.mark.check("CTX-V2-03", clause="NGSI v2 Retrieve entity type", rests_on=("CTX-V2-07",))
def test_a_type_is_described(v2, v2_samples):
    """A type is described by its attributes and by as many entities as a query finds."""
    for sample in v2_samples:
        at_rest(lambda s=sample: _assert_counted(v2, s))


def _assert_counted(v2, sample):
    answer = v2.get(f"/types/{quote(sample.type, safe=_PLAIN)}")
    found = json_object(assert_status(answer, 200))
    _assert_described(sample, found)
    total = total_in(v2.query(type=sample.type, limit=1, options="count"))
    assert_equal(found["count"], total, f"the count of {sample.type}")


@pytest.mark.check("CTX-V2-04", clause="NGSI v2 Retrieve entity type; Error Responses")
def test_an_unknown_type_is_not_found(v2, v2_samples, run_id):
    """A type that no entity has is answered with 404."""
    assert_status(
        v2.get(f"/types/{quote(v2_samples[0].type, safe=_PLAIN)}"),
        200,
        what="retrieving a known type",
    )
    assert_error(v2.get(f"/types/{own_name('MtNone', run_id)}"), 404, "NotFound")


@pytest.mark.check("CTX-V2-05", clause="NGSI v2 List Entity Types", rests_on=("CTX-V2-07",))
def test_types_can_be_listed_by_name(v2, v2_samples):
    """As values the list of types holds the names alone, in alphabetical order."""
    answer = v2.get("/types", options="values", limit=_MOST)
    names = [of_type(n, str, "a name") for n in json_array(assert_status(answer, 200))]
    for sample in v2_samples:
        assert_that(sample.type in names, f"{sample.type} is not listed", received=names)
    in_order = names in (sorted(names), sorted(names, key=str.lower))
    assert_that(in_order, "the names are in another order", expected=sorted(names), received=names)


@pytest.mark.check("CTX-V2-06", clause="NGSI v2 List Entity Types", rests_on=("CTX-V2-07",))
def test_the_list_of_types_has_pages(v2, v2_samples):
    """The pages of the list of types add up to the whole, and their count is told."""
    eventually(lambda: _assert_pages(v2, v2_samples))


def _assert_pages(v2, samples):
    whole = [t["type"] for t in _types(v2)]
    assert_that(samples[0].type in whole, f"{samples[0].type} is not listed", received=whole)
    first = v2.get("/types", limit=_PAGE, options="count")
    assert_equal(total_in(first), len(whole), "the count of types")
    rest = v2.get("/types", limit=_MOST, offset=_PAGE)
    names = [[member(t, "type", str) for t in listed(a, "a page of types")] for a in (first, rest)]
    assert_equal(len(names[0]), min(_PAGE, len(whole)), "the length of the first page")
    assert_same_set(names[0] + names[1], whole, "the pages")
