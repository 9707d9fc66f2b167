"""Creating, replacing, merging and deleting entities (5.6.1, 5.6.6, 5.6.17, 5.6.18)."""

from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.changes import merged, replaced
from mimtest.sandbox.ngsild.contexts import Context
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.model import Entity, Fragment
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.reads import entity_id
from mimtest.sandbox.ngsild.syntax import instant, is_language_tag

CREATE_PARAMS: Final = frozenset(("local",))
MERGE_PARAMS: Final = frozenset(("options", "format", "lang", "observedAt", "type", "local"))


def create_entity(call: Call) -> Response:
    """A new entity (5.6.1)."""
    data = call.payload()
    entity = call.reader().entity(data)
    call.store.create(entity)
    return created(entity.id)


def created(id_: str) -> Response:
    """201: where the new entity is."""
    return Response(201, (("Location", f"{PREFIX}/entities/{quote(id_, safe=':')}"),))


def delete_entity(call: Call) -> Response:
    """An entity is removed (5.6.6)."""
    call.store.delete(entity_id(call))
    return done()


def replace_entity(call: Call) -> Response:
    """All attributes of an entity give way to others (5.6.18)."""
    id_, data = entity_id(call), call.payload()
    new = call.reader().fragment(data)
    require_same_id(new, id_)
    now = call.clock.now()
    call.store.change(id_, lambda old: replaced(old, new, now))
    return done()


def merge_entity(call: Call) -> Response:
    """The parts in the body are merged into an entity at every depth (5.6.17, 5.5.12)."""
    id_, data = entity_id(call), call.payload()
    call.store.change(id_, lambda old: merge_into(call, old, data, call.context))
    return done()


def merge_into(call: Call, old: Entity, data: Any, context: Context) -> Entity:
    """The entity with the body merged in. Raises NgsiError."""
    lang, observed = call.params.get("lang"), call.params.get("observedAt")
    if (lang and not is_language_tag(lang)) or (observed and instant(observed) is None):
        msg = "lang is a language tag, observedAt a DateTime"
        raise bad_data(msg)
    simplified = call.form() == "simplified"
    reader = call.reader(context, nulls=True, partial=True, simplified=simplified, lang=lang)
    part = reader.fragment(data, old.attributes)
    require_same_id(part, old.id)
    return merged(old, part, reader.now, observed)


def require_same_id(part: Fragment, id_: str) -> None:
    """Raises NgsiError (BadRequestData) when a body is about another entity than the path."""
    if part.id not in (None, id_):
        msg = "the id in the body is not that in the path"
        raise bad_data(msg)
