"""Operations on many entities at once (5.6.7 to 5.6.10, 5.6.20). Each item succeeds or fails by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.changes import appended, replaced, updated
from mimtest.sandbox.ngsild.contexts import Context
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.model import Entity, Fragment
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.writes import merge_into

OPTION_PARAMS: Final = frozenset(("options", "local"))
#: Stands for the id of an item that has none.
_NAMELESS: Final = "urn:ngsi-ld:nil"


@dataclass(slots=True)
class _Result:
    """What became of the items (5.2.16)."""

    success: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def response(self) -> Response:
        """207 when something failed, 201 with the ids of what is new, else 204."""
        if self.errors:
            return json_response({"success": self.success, "errors": self.errors}, 207)
        return json_response(self.created, 201) if self.created else done()


def create_entities(call: Call) -> Response:
    """New entities (5.6.7)."""

    def create(data: dict[str, Any], context: Context) -> bool:
        call.store.create(call.reader(context).entity(data))
        return True

    return _each(call, create)


def upsert_entities(call: Call) -> Response:
    """New entities, and those that are there replaced or updated (5.6.8)."""
    options = call.options(("replace", "update"))

    def upsert(data: dict[str, Any], context: Context) -> bool:
        entity = call.reader(context).entity(data)
        if not call.store.has(entity.id):
            call.store.create(entity)
            return True
        change = _updating(entity) if "update" in options else _replacing(entity)
        call.store.change(entity.id, change)
        return False

    return _each(call, upsert)


def update_entities(call: Call) -> Response:
    """Attributes are added to entities, or overwritten unless noOverwrite (5.6.9)."""
    overwrite = "noOverwrite" not in call.options(("noOverwrite",))

    def update(data: dict[str, Any], context: Context) -> bool:
        reader = call.reader(context)
        new = reader.fragment(data)
        call.store.change(
            _id(data), lambda old: appended(old, new, reader.now, overwrite=overwrite).entity
        )
        return False

    return _each(call, update)


def merge_entities(call: Call) -> Response:
    """Parts are merged into entities at every depth (5.6.20)."""

    def merge(data: dict[str, Any], context: Context) -> bool:
        call.store.change(_id(data), lambda old: merge_into(call, old, data, context))
        return False

    return _each(call, merge)


def delete_entities(call: Call) -> Response:
    """Entities are removed by their ids (5.6.10)."""
    ids = _items(call.body())
    result = _Result()
    for id_ in ids:
        try:
            call.store.delete(_checked(id_))
            result.success.append(id_)
        except NgsiError as error:
            result.errors.append(_failure(id_, error))
    return result.response()


def _each(call: Call, act: Callable[[dict[str, Any], Context], bool]) -> Response:
    """Do it for each item; `act` says whether the entity is new."""
    items = _items(call.body())
    if not all(isinstance(i, dict) for i in items):
        msg = "the body is an array of entities"
        raise bad_data(msg)
    result = _Result()
    for item in items:
        try:
            is_new = act(*call.item(item))
            result.success.append(_id(item))
            result.created += [_id(item)] if is_new else []
        except NgsiError as error:
            result.errors.append(_failure(item.get("id", item.get("@id")), error))
    return result.response()


def _items(body: Any) -> list[Any]:
    if not isinstance(body, list) or not body or None in body:
        msg = "the body is an array, and not empty"
        raise bad_data(msg)
    return body


def _id(data: dict[str, Any]) -> str:
    return _checked(data.get("id", data.get("@id")))


def _checked(id_: Any) -> str:
    if not is_uri(id_):
        msg = "an entity has a URI as its id"
        raise bad_data(msg)
    return str(id_)


def _failure(id_: Any, error: NgsiError) -> dict[str, Any]:
    return {"entityId": id_ if is_uri(id_) else _NAMELESS, "error": error.as_dict()}


def _updating(new: Entity) -> Callable[[Entity], Entity]:
    part = _as_fragment(new)
    return lambda old: updated(old, part, new.modified).entity


def _replacing(new: Entity) -> Callable[[Entity], Entity]:
    part = _as_fragment(new)
    return lambda old: replaced(old, part, new.modified)


def _as_fragment(entity: Entity) -> Fragment:
    scopes = entity.scopes or None
    return Fragment(entity.id, entity.types, scopes, entity.attributes, entity.expires)
