"""How a change of one entity is made at the broker, at the sources that have some of it, or both (4.3.6, 5.6)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.http import Response, dump
from mimtest.sandbox.ngsild.attributes import attribute_name
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.distributed_writes_plan import (
    Division,
    Names,
    Share,
    Target,
    attributes_in,
    divide,
    part_of,
    require_no_loop,
    sources_of,
    types_in,
)
from mimtest.sandbox.ngsild.distributed_writes_results import Outcome, told_together
from mimtest.sandbox.ngsild.distribution_sending import forward, is_loop
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.syntax import is_uri

Act = Callable[[Call], Response]
#: The types of an entity as the broker has it, None when it has not.
Place = Callable[[Call, str], tuple[str, ...] | None]
_WORD: Final = re.compile(r"[^;,|()\s]+")
_CREATED: Final = 201
_MISSING: Final = 404
_CREATING: Final = ("createEntity", "upsertTemporal")


@dataclass(frozen=True, slots=True)
class Found:
    """What a request changes, and the body it has with its context; without names the whole entity."""

    id: str
    types: tuple[str, ...] = ()
    names: Names | None = None
    body: dict[str, Any] | None = None


#: Reads what a request changes; raises NgsiError.
Find = Callable[[Call], Found]


def in_store(call: Call, id_: str) -> tuple[str, ...] | None:
    """The types of an entity the broker has."""
    return call.store.get(id_).types if call.store.has(id_) else None


@dataclass(frozen=True, slots=True)
class Change:
    """A way to change an entity: its name (4.20), how a request for it is read, and how the broker does it.

    `of_attributes` says that its result is one of attributes (5.2.18).
    """

    operation: str
    find: Find
    act: Act
    of_attributes: bool = False
    place: Place = in_store

    def run(self, call: Call) -> Response:
        """Do it here, at the sources, or both."""
        registered = () if call.local() else self._registered(call)
        if not registered:
            return self.act(call)
        found = self.find(call)
        target = self._target(call, found)
        if is_loop(call):
            require_no_loop(sources_of(registered, target, None))
            return self.act(call)
        sources = sources_of(registered, target, call.request.headers.get("via"))
        division = divide(sources, target)
        shares = [s for s in division.shares if s.source.is_proxied or self._is_offered(s.source)]
        if not shares:
            return self.act(call)
        outcomes = [self._forwarded(call, share, found.body) for share in shares]
        own = self._own(call, division, found.body)
        outcomes += [own] if own and not self._is_elsewhere(call, own, shares) else []
        result = _done(call, target, outcomes) if self.operation in _CREATING else done()
        expand = call.context.terms.expand
        return told_together(outcomes, result, expand, of_attributes=self.of_attributes)

    def _registered(self, call: Call) -> tuple[Registration, ...]:
        """The registrations that are about what is now, or for the past about that."""
        is_past = self.place is not in_store
        return tuple(
            r
            for r in call.tenant.registrations.all()
            if (r.is_temporal or self._is_offered(r) if is_past else not r.is_temporal)
        )

    def _is_offered(self, source: Registration) -> bool:
        return self.operation in source.operations

    def _target(self, call: Call, found: Found) -> Target:
        if not is_uri(found.id):
            msg = "an entity's id is a URI"
            raise bad_data(msg)
        asked = map(call.context.terms.expand, _WORD.findall(call.params.get("type", "")))
        held = self.place(call, found.id) or ()
        return Target(found.id, tuple(dict.fromkeys((*found.types, *asked, *held))), found.names)

    def _forwarded(self, call: Call, share: Share, body: dict[str, Any] | None) -> Outcome:
        if not self._is_offered(share.source):
            msg = f"the source of {share.source.id} does not offer {self.operation}"
            refused = NgsiError("Conflict", msg).as_response()
            return Outcome(share.target, refused, share.source, is_refused=True)
        terms = call.context.terms
        params = {k: v for k, v in call.params.items() if k != "local"}
        if "type" in params and share.target.types:
            params["type"] = ",".join(map(terms.compact, share.target.types))
        part = None if body is None else _part(call, body, share.target)
        response = forward(call, share.source, params, part)
        return Outcome(share.target, response, share.source)

    def _own(self, call: Call, division: Division, body: dict[str, Any] | None) -> Outcome | None:
        """What the broker itself does, if that is anything."""
        rest, is_there = division.rest, self.place(call, division.rest.id) is not None
        is_due = {
            "createEntity": is_there or division.has_rest,
            "replaceEntity": division.has_rest or (is_there and not division.is_outside),
            "deleteEntity": is_there,
            "deleteTemporal": is_there,
        }.get(self.operation, division.has_rest)
        if not is_due:
            return None
        request = call.request
        if body is not None:
            request = request.with_body(dump(_part(call, body, rest)))
        try:
            return Outcome(rest, self.act(replace(call, request=request)))
        except NgsiError as error:
            return Outcome(rest, error.as_response())

    def _is_elsewhere(self, call: Call, own: Outcome, shares: list[Share]) -> bool:
        """Whether the broker has no such entity, and sources have all that was meant."""
        offered = (s.target.attributes or frozenset() for s in shares if not s.source.is_proxied)
        left = (own.target.attributes or frozenset()) - frozenset[str]().union(*offered)
        is_missing = own.response.status == _MISSING and self.place(call, own.target.id) is None
        return is_missing and not left


def everywhere(change: Change) -> Act:
    """The change as an operation, described as what the broker does by itself."""

    @wraps(change.act)
    def act(call: Call) -> Response:
        return change.run(call)

    return act


def by_body(check: Callable[[Call, Any], object]) -> Find:
    """The body is an entity or a part of one, which has to pass a check."""

    def find(call: Call) -> Found:
        body = call.body()
        data = call.payload()
        check(call, data)
        terms = call.context.terms
        id_ = call.parts[0] if call.parts else str(data.get("id", data.get("@id")))
        return Found(id_, types_in(data, terms), attributes_in(data, terms), body)

    return find


def by_path(call: Call) -> Found:
    """The path says which attribute is meant."""
    body = call.body() if call.request.body else None
    if body is not None:
        call.payload()
    return Found(call.parts[0], names=frozenset((attribute_name(call),)), body=body)


def by_id(call: Call) -> Found:
    """The path says which entity is meant."""
    return Found(call.parts[0])


def _part(call: Call, body: dict[str, Any], target: Target) -> dict[str, Any]:
    return body if len(call.parts) > 1 else part_of(body, target, call.context.terms)


def _done(call: Call, target: Target, outcomes: list[Outcome]) -> Response:
    """201 with the address at this broker when something is new."""
    if not any(o.response.status == _CREATED for o in outcomes):
        return done()
    where = f"{PREFIX}{call.request.path}/{quote(target.id, safe=':')}"
    return Response(_CREATED, (("Location", where),))
