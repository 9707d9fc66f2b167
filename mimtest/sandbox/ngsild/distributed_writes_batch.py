"""Changes of many entities, at the sources that have some of them as well (5.6.7 to 5.6.10, 5.6.20)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Final

from mimtest.sandbox.http import Response, dump, json_response
from mimtest.sandbox.ngsild import batch
from mimtest.sandbox.ngsild import distributed_writes_singly as singly
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.distributed_writes_plan import (
    Division,
    Share,
    Target,
    attributes_in,
    divide,
    part_of,
    require_no_loop,
    sources_of,
    types_in,
)
from mimtest.sandbox.ngsild.distributed_writes_results import body_of, problem_of
from mimtest.sandbox.ngsild.distribution_sending import forward, is_loop
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.terms import Terms

_CREATED: Final = 201
_FINE: Final = (200, 201, 204)
_MULTI: Final = 207


@dataclass(slots=True)
class _Result:
    """What became of the entities, here and there (5.2.16)."""

    success: dict[str, None] = field(default_factory=dict)
    created: dict[str, None] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, ids: Sequence[str], answer: Response, source: Registration | None = None) -> None:
        """Add what an answer says of these entities."""
        body, origin = body_of(answer), {"registrationId": source.id} if source else {}
        if answer.status == _MULTI and isinstance(body, dict):
            self.success |= dict.fromkeys(body.get("success", []))
            self.errors += [{**origin, **e} for e in body.get("errors", [])]
        elif answer.status in _FINE:
            self.success |= dict.fromkeys(ids)
            told = body if isinstance(body, list) else ids
            self.created |= dict.fromkeys(told if answer.status == _CREATED else ())
        else:
            error = problem_of(answer)
            self.errors += [{"entityId": i, "error": error, **origin} for i in ids]

    def response(self) -> Response:
        """207 when something failed, 201 with the ids of what is new, else 204."""
        if self.errors:
            return json_response({"success": list(self.success), "errors": self.errors}, _MULTI)
        return json_response(list(self.created), _CREATED) if self.created else done()


@dataclass(frozen=True, slots=True)
class _Item:
    """One of the many: what stands in the array, by which names, and who changes what of it."""

    value: Any
    terms: Terms
    division: Division

    @property
    def id(self) -> str:
        """The entity's id."""
        return self.division.target.id

    def part(self, target: Target) -> Any:
        """What is to be said of a target."""
        is_entity = isinstance(self.value, dict)
        return part_of(self.value, target, self.terms) if is_entity else self.value

    def share_of(self, source: Registration) -> Share | None:
        """What of it falls to a source."""
        return next((s for s in self.division.shares if s.source.id == source.id), None)

    @property
    def is_covered(self) -> bool:
        """Whether sources have all that is left to the broker."""
        added = (s.target.attributes for s in self.division.shares if not s.source.is_proxied)
        left = self.division.rest.attributes or frozenset()
        return bool(self.division.shares) and not left.difference(*(a or () for a in added))


@dataclass(frozen=True, slots=True)
class Changes:
    """A way to change many entities: its name (4.20), how the broker does it, and how it is done one by one."""

    operation: str
    act: Callable[[Call], Response]
    one: singly.One

    def run(self, call: Call) -> Response:
        """Do it here, at the sources, or both."""
        registered = [r for r in call.tenant.registrations.all() if not r.is_temporal]
        values = [] if call.local() or not registered else call.body()
        if not isinstance(values, list) or not values or None in values:
            return self.act(call)
        items = [self._item(call, v, registered) for v in values]
        if is_loop(call):
            require_no_loop(s.source for i in items for s in i.division.shares)
            return self.act(call)
        sources = {s.source.id: s.source for i in items for s in i.division.shares}
        if not sources:
            return self.act(call)
        result = _Result()
        for source in sources.values():
            self._forward(call, source, items, result)
        own = [i for i in items if self._is_own(call, i)]
        if own:
            body = dump([i.part(i.division.rest) for i in own])
            answer = self.act(replace(call, request=call.request.with_body(body)))
            result.add([i.id for i in own], answer)
        return result.response()

    def _item(self, call: Call, value: Any, registered: Iterable[Registration]) -> _Item:
        """The item; one that cannot be read is for the broker, which refuses it."""
        try:
            data, context = call.item(value) if isinstance(value, dict) else ({}, call.context)
        except NgsiError:
            data, context = {}, call.context
        given = data.get("id", data.get("@id")) if isinstance(value, dict) else value
        id_ = str(given)
        target = Target(id_, attributes=frozenset())
        if not is_uri(given):
            return _Item(value, context.terms, Division(target, (), target, is_outside=False))
        held = call.store.get(id_).types if call.store.has(id_) else ()
        types = tuple(dict.fromkeys((*types_in(data, context.terms), *held)))
        names = attributes_in(data, context.terms) if isinstance(value, dict) else None
        target = Target(id_, types, names)
        via = None if is_loop(call) else call.request.headers.get("via")
        fitting = sources_of(registered, target, via)
        division = divide([s for s in fitting if s.is_proxied or self._is_offered(s)], target)
        return _Item(value, context.terms, division)

    def _is_offered(self, source: Registration) -> bool:
        return bool({self.operation, *self.one.operations} & source.operations)

    def _forward(
        self, call: Call, source: Registration, items: Sequence[_Item], result: _Result
    ) -> None:
        pairs = [(i, share.target) for i in items if (share := i.share_of(source))]
        if self.operation in source.operations:
            body, ids = [i.part(t) for i, t in pairs], [i.id for i, _ in pairs]
            params = {k: v for k, v in call.params.items() if k != "local"}
            result.add(ids, forward(call, source, params, body), source)
            return
        for item, target in pairs:
            found = self.one(call, source, item.id, item.part(target))
            if found is None and source.is_proxied:
                msg = f"the source of {source.id} offers neither {self.operation} nor single steps"
                found = NgsiError("Conflict", msg).as_response()
            if found is not None:
                result.add([item.id], found, source)

    def _is_own(self, call: Call, item: _Item) -> bool:
        """Whether the broker itself has something to do."""
        is_there, has_rest = call.store.has(item.id), item.division.has_rest
        if not item.division.shares:
            return True
        return {
            "createBatch": is_there or has_rest,
            "upsertBatch": has_rest,
            "deleteBatch": is_there,
        }.get(self.operation, has_rest and (is_there or not item.is_covered))


def _everywhere(changes: Changes) -> Callable[[Call], Response]:
    """The changes as an operation, described as what the broker does by itself."""

    @wraps(changes.act)
    def act(call: Call) -> Response:
        return changes.run(call)

    return act


create_entities: Final = _everywhere(Changes("createBatch", batch.create_entities, singly.CREATE))
upsert_entities: Final = _everywhere(Changes("upsertBatch", batch.upsert_entities, singly.UPSERT))
update_entities: Final = _everywhere(Changes("updateBatch", batch.update_entities, singly.UPDATE))
merge_entities: Final = _everywhere(Changes("mergeBatch", batch.merge_entities, singly.MERGE))
delete_entities: Final = _everywhere(Changes("deleteBatch", batch.delete_entities, singly.DELETE))
