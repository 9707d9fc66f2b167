"""Removing the entities, or attributes of the entities, that meet a query (5.6.21)."""

from dataclasses import replace
from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.projection import read_names
from mimtest.sandbox.ngsild.selection import read_selection

PURGE_PARAMS: Final = frozenset((
    "type", "id", "idPattern", "q", "scopeQ", "csf", "expandValues", "jsonKeys", "attrs",
    "georel", "geometry", "coordinates", "geoproperty", "geometryProperty",
    "keep", "drop", "local",
))  # fmt: skip


def purge_entities(call: Call) -> Response:
    """The entities that meet the parameters lose the attributes to drop, or are removed."""
    terms = call.context.terms
    keep, drop = read_names(call.params, "keep", terms), read_names(call.params, "drop", terms)
    selection = read_selection(call.params, [call.selectors()], terms)
    if not call.local() and not selection.is_narrow and drop is None:
        msg = "a purge has at least one of type, drop, q, a geo-query, or local=true"
        raise bad_data(msg)
    if selection.depth:
        msg = "a purge does not follow relationships"
        raise bad_data(msg)
    now = call.clock.now()

    def without(old: Entity) -> Entity:
        left = {
            n: i
            for n, i in old.attributes.items()
            if n not in (drop or ()) and (keep is None or n in keep)
        }
        return (
            old if len(left) == len(old.attributes) else replace(old, attributes=left, modified=now)
        )

    for entity in call.store.all():
        if not selection.meets(entity):
            continue
        try:
            if keep is None and drop is None:
                call.store.delete(entity.id)
            else:
                call.store.change(entity.id, without)
        except NgsiError:  # gone meanwhile, which is as good
            continue
    return done()
