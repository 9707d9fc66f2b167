"""Services and service paths keep entities apart (Fiware-Service, Fiware-ServicePath).

Orion's specification of NGSI v2, "Multi tenancy", "Service path".
"""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_status, json_object
from mimtest.vocabulary.ngsiv2 import (
    assert_error,
    assert_holds,
    entities_in,
    entity_in,
    ids_in,
    last_segment,
)
from mimtest.vocabulary.ngsiv2_own import room, subscription
from mimtest.vocabulary.waiting import eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_LONG = 51


@pytest.mark.check(
    "CTX-V2-99",
    clause="Orion NGSI v2 Multi tenancy",
    level="writes",
    option="tenants",
    rests_on=("CTX-V2-65",),
)
def test_services_do_not_see_each_other(v2, v2_room, run_id):
    """An entity of one service is not seen in another, which can have one with the same id."""
    other = v2.within(Fiware_Service=_service(run_id))
    assert_equal(entities_in(other.query(type=v2_room["type"])), [], "what the other service has")
    assert_error(other.retrieve(v2_room["id"]), 404, "NotFound")
    twin = {**v2_room, "label": {"type": "Text", "value": "twin"}}
    assert_status(other.create(twin), 201)
    eventually(lambda: assert_holds(entity_in(other.retrieve(twin["id"])), twin))
    assert_holds(entity_in(v2.retrieve(v2_room["id"])), v2_room)


@pytest.fixture
def tree(v2, run_id):
    """Entities of one type in service paths: one above, one below it, one elsewhere."""
    top = f"/mt{run_id}"
    first = room(run_id)
    paths = {"above": top, "below": f"{top}/north", "elsewhere": f"{top}x"}
    made = {name: {**room(run_id), "type": first["type"]} for name in paths}
    for name, path in paths.items():
        answer = v2.within(Fiware_ServicePath=path).create(made[name])
        assert_status(answer, 201, what=f"creating an entity in {path}")
    return paths, made


@pytest.mark.check(
    "CTX-V2-100",
    clause="Orion NGSI v2 Service path",
    level="writes",
    option="tenants",
    rests_on=("CTX-V2-65",),
)
@pytest.mark.parametrize("asked", ["exact", "hierarchy", "list", "none"])
def test_a_service_path_selects_its_entities(v2, tree, asked):
    """A service path selects the entities in it, with # also those below, and a list those of each."""
    paths, made = tree
    headers = {
        "exact": paths["above"],
        "hierarchy": f"{paths['above']}/#",
        "list": f"{paths['above']},{paths['elsewhere']}",
        "none": f"{paths['elsewhere']}/none",
    }
    names = {"exact": ["above"], "hierarchy": ["above", "below"], "list": ["above", "elsewhere"]}
    expected = [made[n]["id"] for n in names.get(asked, [])]
    there = v2.within(Fiware_ServicePath=headers[asked])
    kind = made["above"]["type"]
    eventually(lambda: assert_same_set(ids_in(there.query(type=kind)), expected, "what is there"))
    everything = v2.within(Fiware_ServicePath="/#").query(type=kind)
    assert_same_set(ids_in(everything), [e["id"] for e in made.values()], "what is anywhere")


@pytest.mark.check(
    "CTX-V2-101",
    clause="Orion NGSI v2 Service path",
    level="writes",
    option="tenants",
    rests_on=("CTX-V2-65",),
)
@pytest.mark.parametrize("path", ["north", "/no-rth", "/no rth", "/long", "/deep"])
def test_a_malformed_service_path_is_refused(v2, tree, path):
    """A service path that does not begin with a slash, or is too long or too deep, is refused."""
    paths, made = tree
    good = v2.within(Fiware_ServicePath=paths["above"]).query(type=made["above"]["type"])
    assert_status(good, 200, what="the same with a well-formed path")
    text = {"/long": f"/{'x' * _LONG}", "/deep": "/a" * 11}.get(path, path)
    assert_error(v2.within(Fiware_ServicePath=text).query(), 400, "BadRequest")


@pytest.mark.check(
    "CTX-V2-102",
    clause="Orion NGSI v2 Multi tenancy",
    level="writes",
    option="tenants",
    rests_on=("CTX-V2-94",),
)
def test_services_have_their_own_subscriptions(v2, run_id):
    """A subscription of one service is not known in another."""
    other = v2.within(Fiware_Service=_service(run_id))
    sent = subscription(run_id)
    answer = assert_status(other.subscribe(sent), 201)
    where = f"/subscriptions/{last_segment(answer)}"

    def look():
        held = json_object(assert_status(other.get(where), 200))
        assert_equal(held.get("description"), sent["description"], "the description")

    eventually(look)
    assert_error(v2.get(where), 404, "NotFound")


def _service(run_id):
    """The one service this run uses beside the one of the target file: brokers keep a store for each."""
    return f"mt{run_id}"[:50].lower()
