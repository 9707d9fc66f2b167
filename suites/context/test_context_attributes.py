"""What is known about a thing changes attribute by attribute: added, replaced, corrected, removed.

GS CIM 009 5.6.2 to 5.6.5.
"""

import pytest

from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.ngsild import assert_holds, attributes_of, entity_in, eventually, path_of

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("CTX-ATT-01", clause="GS CIM 009 5.6.3", level="writes", since="1.3.1")
def test_an_attribute_is_added(broker, room):
    """A new attribute is added, and the others stay as they are."""
    floor = {"floor": {"type": "Property", "value": 3}}
    assert_status(broker.send("POST", f"{path_of(room['id'])}/attrs", floor), 204)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(room["id"])), room | floor))


@pytest.mark.check("CTX-ATT-05", clause="GS CIM 009 5.6.2", level="writes", since="1.3.1")
def test_an_updated_attribute_is_replaced_as_a_whole(broker, room):
    """An update replaces an attribute with all its members, and leaves the other attributes."""
    new = {"temperature": {"type": "Property", "value": 25}}
    assert_status(broker.send("PATCH", f"{path_of(room['id'])}/attrs", new), 204)

    def is_replaced():
        entity = entity_in(broker.retrieve(room["id"]))
        assert_holds(entity, room | new)
        _assert_without(entity, "temperature", "unitCode")

    eventually(is_replaced)


@pytest.mark.check("CTX-ATT-09", clause="GS CIM 009 5.6.4", level="writes", since="1.3.1")
def test_a_partial_update_keeps_what_it_does_not_name(broker, room):
    """A partial update of an attribute changes its value and keeps its other members."""
    path = path_of(room["id"], "temperature")
    assert_status(broker.send("PATCH", path, {"type": "Property", "value": 25}), 204)
    new = room | {"temperature": room["temperature"] | {"value": 25}}
    eventually(lambda: assert_holds(entity_in(broker.retrieve(room["id"])), new))


@pytest.mark.check("CTX-ATT-14", clause="GS CIM 009 5.6.5", level="writes", since="1.3.1")
def test_a_deleted_attribute_is_gone(broker, room):
    """A deleted attribute is gone, and the rest of the entity stays."""
    assert_status(broker.send("DELETE", path_of(room["id"], "temperature")), 204)
    rest = {name: value for name, value in room.items() if name != "temperature"}

    def is_gone():
        entity = entity_in(broker.retrieve(room["id"]))
        assert_holds(entity, rest)
        assert_that("temperature" not in entity, "the attribute is still there", received=entity)

    eventually(is_gone)


def _assert_without(entity, attribute, name):
    instances = attributes_of(entity).get(attribute, [])
    assert_that(
        instances and all(name not in i for i in instances),
        f"'{name}' of '{attribute}' is still there",
        expected=f"no '{name}'",
        received=instances,
    )
