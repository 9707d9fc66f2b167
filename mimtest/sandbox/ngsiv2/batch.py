"""Several entities at once: `POST /v2/op/update`."""

from typing import Any

from mimtest.sandbox.ngsiv2 import changes
from mimtest.sandbox.ngsiv2.call import Call, unknown_names
from mimtest.sandbox.ngsiv2.errors import bad_request
from mimtest.sandbox.ngsiv2.model import Entity
from mimtest.sandbox.ngsiv2.reading import entity

_ACTIONS = ("append", "appendStrict", "update", "delete", "replace")


def update(call: Call) -> None:
    """Do the action for each entity. Raises V2Error; what came before it stays done."""
    call.only("keyValues")
    body = call.object()
    unknown_names(body, ("actionType", "entities"), "an update")
    action = body.get("actionType")
    if action not in _ACTIONS:
        raise bad_request(f"actionType is one of {', '.join(_ACTIONS)}")
    for item in _entities(call, body.get("entities")):
        _act(call, str(action), item)


def _entities(call: Call, listed: Any) -> list[Entity]:
    if not isinstance(listed, list) or not listed:
        raise bad_request("entities is an array with something in it")
    return [entity(e, call.place.own, simple="keyValues" in call.options) for e in listed]


def _act(call: Call, action: str, item: Entity) -> None:
    tenant = call.tenant
    known = tenant.entities.get(item.key)
    if known is None and action in ("append", "appendStrict"):
        changes.append(tenant, item, item.attributes)
        return
    known = known or tenant.one(item.id, item.type, call.place)
    if action in ("append", "appendStrict"):
        changes.append(tenant, known, item.attributes, strict=action == "appendStrict")
    elif action == "update":
        changes.update(tenant, known, item.attributes)
    elif action == "replace":
        changes.replace_all(tenant, known, item.attributes)
    else:
        changes.remove(tenant, known, list(item.attributes))
