"""Attributes of an entity: append, update, partial update, replace, delete (5.6.2 to 5.6.5, 5.6.19)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.changes import Outcome, appended, overwritten, updated
from mimtest.sandbox.ngsild.core_context import NGSI
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.model import (
    Attribute,
    Entity,
    Instances,
    instance_of,
    with_instance,
)
from mimtest.sandbox.ngsild.reads import entity_id
from mimtest.sandbox.ngsild.syntax import is_name, is_uri
from mimtest.sandbox.ngsild.writes import require_same_id

APPEND_PARAMS: Final = frozenset(("options", "local", "type"))
DELETE_PARAMS: Final = frozenset(("datasetId", "deleteAll", "local", "type"))
_SCOPE: Final = f"{NGSI}scope"


def append_attributes(call: Call) -> Response:
    """Attributes are added to an entity; those it has are overwritten unless noOverwrite (5.6.3)."""
    overwrite = "noOverwrite" not in call.options(("noOverwrite",))
    id_, data = entity_id(call), call.payload()
    new = call.reader().fragment(data)
    require_same_id(new, id_)
    now = call.clock.now()
    return _applied(call, id_, lambda old: appended(old, new, now, overwrite=overwrite))


def update_attributes(call: Call) -> Response:
    """Attributes are overwritten, and those that are not there appended (5.6.2)."""
    id_, data = entity_id(call), call.payload()
    new = call.reader(nulls=True).fragment(data)
    require_same_id(new, id_)
    now = call.clock.now()
    return _applied(call, id_, lambda old: updated(old, new, now))


def update_attribute(call: Call) -> Response:
    """Some members of one instance of an attribute are overwritten (5.6.4)."""
    id_, part = _fragment(call, partial=True)

    def change(known: Instances, old: Attribute) -> Instances:
        fresh = overwritten(old, part)
        return with_instance(known, fresh) if fresh else _without(known, old)

    return _changed(call, id_, part.dataset, change)


def replace_attribute(call: Call) -> Response:
    """One instance of an attribute gives way to another (5.6.19)."""
    id_, new = _fragment(call, partial=False)

    def change(known: Instances, old: Attribute) -> Instances:
        return with_instance(known, new.since(old.created))

    return _changed(call, id_, new.dataset, change)


def delete_attribute(call: Call) -> Response:
    """The default instance of an attribute is removed, that of a dataset, or all (5.6.5)."""
    id_, dataset = entity_id(call), call.params.get("datasetId")
    if dataset is not None and not is_uri(dataset):
        msg = "a datasetId is a URI"
        raise bad_data(msg)
    if attribute_name(call) == _SCOPE:
        call.store.change(id_, lambda old: _without_scope(old, call.clock.now()))
        return done()
    delete_all = call.flag("deleteAll")

    def change(known: Instances, old: Attribute) -> Instances:
        return () if delete_all else _without(known, old)

    return _changed(call, id_, dataset, change, any_instance=delete_all)


def _fragment(call: Call, *, partial: bool) -> tuple[str, Attribute]:
    """The entity's id and the attribute in the body. Raises NgsiError."""
    id_, data = entity_id(call), call.payload()
    if attribute_name(call) == _SCOPE or not isinstance(data, dict):
        msg = "an attribute, and not a scope, is changed by a JSON object"
        raise bad_data(msg)
    reader = call.reader(nulls=partial, partial=partial, structured=partial)
    return id_, reader.instance(data)


def attribute_name(call: Call) -> str:
    """The IRI of the attribute in the path. Raises NgsiError (BadRequestData)."""
    name = call.parts[1]
    iri = call.context.terms.expand(name)
    if not is_name(name) or iri.startswith("@"):
        msg = f"'{name[:60]}' does not name an attribute"
        raise bad_data(msg)
    return iri


def _changed(
    call: Call,
    id_: str,
    dataset: str | None,
    change: Callable[[Instances, Attribute], Instances],
    *,
    any_instance: bool = False,
) -> Response:
    """Change one attribute. Raises NgsiError (ResourceNotFound) when the instance is not there."""
    name, now = attribute_name(call), call.clock.now()

    def step(old: Entity) -> Entity:
        known = old.attributes.get(name, ())
        there = known[0] if any_instance and known else instance_of(known, dataset)
        if there is None:
            msg = f"there is no such attribute {call.parts[1]}"
            raise missing(msg)
        attributes = {**old.attributes, name: change(known, there)}
        return replace(old, attributes={n: i for n, i in attributes.items() if i}, modified=now)

    call.store.change(id_, step)
    return done()


def _without(known: Instances, old: Attribute) -> Instances:
    return tuple(i for i in known if i is not old)


def _without_scope(old: Entity, now: str) -> Entity:
    if not old.scopes:
        msg = "the entity has no scope"
        raise missing(msg)
    return replace(old, scopes=(), modified=now)


def _applied(call: Call, id_: str, make: Callable[[Entity], Outcome]) -> Response:
    """204 when everything was taken, else 207 saying what was not (5.2.18, 6.3.6)."""
    outcomes: list[Outcome] = []

    def step(old: Entity) -> Entity:
        outcomes.append(make(old))
        return outcomes[-1].entity

    call.store.change(id_, step)
    refused = outcomes[-1].refused
    return _partly(outcomes[-1].updated, refused) if refused else done()


def _partly(names: Sequence[str], refused: Mapping[str, str]) -> Response:
    left = [{"attributeName": n, "reason": why} for n, why in refused.items()]
    return json_response({"updated": list(names), "notUpdated": left}, 207)
