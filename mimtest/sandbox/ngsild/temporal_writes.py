"""Providing history: Temporal Evolutions, attributes and single instances (5.6.11 to 5.6.16)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.attributes import attribute_name
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.errors import bad_data, missing
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.temporal import Evolution, Instance, Timeline, timelines_with
from mimtest.sandbox.ngsild.temporal_reading import (
    TemporalFragment,
    read_evolution,
    read_instance,
)

DELETE_PARAMS: Final = frozenset(("datasetId", "deleteAll", "local"))


def provide_evolution(call: Call) -> Response:
    """A Temporal Evolution is created, or instances are added to it (5.6.11)."""
    data = call.payload()
    reader = call.reader()
    part = read_evolution(reader, data)
    if part.id is None or part.types is None:
        msg = "a temporal evolution has an id and a type"
        raise bad_data(msg)
    id_, types = part.id, part.types

    def add(old: Evolution | None) -> Evolution:
        start = old or Evolution(id_, types, created=reader.now)
        return _extended(start, part, reader.now)

    if not call.tenant.history.put(id_, add):
        return done()
    return Response(201, (("Location", f"{PREFIX}/temporal/entities/{quote(id_, safe=':')}"),))


def add_instances(call: Call) -> Response:
    """Instances are added to a Temporal Evolution (5.6.12)."""
    id_ = evolution_id(call)
    data = call.payload()
    reader = call.reader()
    part = read_evolution(reader, data)
    if part.id not in (None, id_):
        msg = "the id in the body is not that in the path"
        raise bad_data(msg)
    call.tenant.history.change(id_, lambda old: _extended(old, part, reader.now))
    return done()


def delete_evolution(call: Call) -> Response:
    """A Temporal Evolution is removed (5.6.16)."""
    call.tenant.history.delete(evolution_id(call))
    return done()


def delete_timeline(call: Call) -> Response:
    """The instances of an attribute without a dataset are removed, of one, or all (5.6.13)."""
    dataset, delete_all = call.params.get("datasetId"), call.flag("deleteAll")
    if dataset is not None and not is_uri(dataset):
        msg = "a datasetId is a URI"
        raise bad_data(msg)

    def keep(known: Timeline) -> Timeline:
        left = () if delete_all else tuple(i for i in known if i.state.dataset != dataset)
        if left == known:
            msg = f"there are no such instances of {call.parts[1]}"
            raise missing(msg)
        return left

    return _changed(call, keep)


def replace_instance(call: Call) -> Response:
    """An instance gives way to another, which keeps its id and when it was created (5.6.14)."""
    name, id_ = attribute_name(call), _instance_id(call)
    data = call.payload()
    state = read_instance(call.reader(), name, data)

    def put(known: Timeline) -> Timeline:
        old = _instance(known, id_)
        new = replace(old, state=state.since(old.state.created), deleted=None)
        return tuple(new if i is old else i for i in known)

    return _changed(call, put)


def delete_instance(call: Call) -> Response:
    """An instance is removed (5.6.15)."""
    id_ = _instance_id(call)

    def drop(known: Timeline) -> Timeline:
        old = _instance(known, id_)
        return tuple(i for i in known if i is not old)

    return _changed(call, drop)


def evolution_id(call: Call) -> str:
    """The entity's id in the path. Raises NgsiError (BadRequestData)."""
    id_ = call.parts[0]
    if not is_uri(id_):
        msg = "an entity's id is a URI"
        raise bad_data(msg)
    return id_


def _instance_id(call: Call) -> str:
    id_ = call.parts[2]
    if not is_uri(id_):
        msg = "an instanceId is a URI"
        raise bad_data(msg)
    return id_


def _instance(known: Timeline, id_: str) -> Instance:
    for item in known:
        if item.id == id_:
            return item
    msg = f"there is no instance {id_}"
    raise missing(msg)


def _changed(call: Call, make: Callable[[Timeline], Timeline]) -> Response:
    """Change one attribute's timeline. Raises NgsiError (ResourceNotFound)."""
    id_, name, now = evolution_id(call), attribute_name(call), call.clock.now()

    def step(old: Evolution) -> Evolution:
        known = old.timelines.get(name)
        if not known:
            msg = f"there is no such attribute {call.parts[1]}"
            raise missing(msg)
        timelines = {**old.timelines, name: make(known)}
        left = {n: t for n, t in timelines.items() if t}
        return replace(old, timelines=left, modified=now)

    call.tenant.history.change(id_, step)
    return done()


def _extended(old: Evolution, part: TemporalFragment, now: str) -> Evolution:
    return replace(
        old,
        types=tuple(dict.fromkeys((*old.types, *(part.types or ())))),
        scopes=(*old.scopes, *part.scopes),
        timelines=timelines_with(old.timelines, part.timelines),
        modified=now,
    )
