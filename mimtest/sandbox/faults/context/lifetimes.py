"""Ways to break when entities begin and end: stamps, purges, expiry, and what comes back."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.contents import each_instance
from mimtest.sandbox.faults.context.creating import instances, rewritten, sent_entity
from mimtest.sandbox.faults.context.messages import (
    ENTITIES,
    ENTITY,
    changed,
    done,
    retrieves,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Entity = dict[str, Any]
#: What was sent or deleted, by path: faults that remember.
_TOLD: dict[str, Entity] = {}
_DELETED: dict[str, Entity] = {}


@fault("ctx-stamps-believed", kills=("CTX-ENT-20",))
def _stamps_believed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Stamps that are sent with a new entity are believed."""
    entity = sent_entity(request)
    if entity is not None and "createdAt" in entity:
        _TOLD[f"{ENTITIES}/{entity['id']}"] = {"createdAt": entity["createdAt"]}
    response = proceed(request)
    told = _TOLD.get(request.path)
    ours = told is not None and retrieves(request) and "sysAttrs" in request.query
    return changed(response, lambda e: e | (told or {})) if ours else response


@fault("ctx-stamps-of-attributes-believed", kills=("CTX-ENT-20",))
def _attribute_stamps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Stamps that are sent with an attribute of a new entity are believed."""
    entity = sent_entity(request)
    if entity is not None:
        told = [i["modifiedAt"] for i in instances(entity) if "modifiedAt" in i]
        if told:
            _TOLD[f"{request.path}/{entity['id']}/attrs"] = {"modifiedAt": told[0]}
    response = proceed(request)
    stamps = _TOLD.get(f"{request.path}/attrs")
    if stamps is None or not retrieves(request) or "sysAttrs" not in request.query:
        return response
    return changed(response, each_instance(lambda i: i | stamps))


@fault("ctx-deleted-attributes-return", kills=("CTX-ENT-39",))
def _attributes_return(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity created anew has attributes of the one that was deleted."""
    if request.method == "DELETE" and ENTITY.fullmatch(request.path):
        asked = replace(request, method="GET", query="", headers={"accept": "application/json"})
        found = proceed(asked)
        if found.status == 200:  # noqa: PLR2004
            _DELETED[request.path] = found.json()
    entity = sent_entity(request)
    old = None if entity is None else _DELETED.get(f"{ENTITIES}/{entity.get('id')}")
    return proceed(rewritten(request, {**old, **(entity or {})}) if old else request)


@fault("ctx-deleted-creation-returns", kills=("CTX-ENT-39",))
def _creation_returns(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity created anew is as old as the one that was deleted."""
    if request.method == "DELETE" and ENTITY.fullmatch(request.path):
        asked = replace(request, method="GET", query="options=sysAttrs", headers={})
        found = proceed(asked)
        if found.status == 200:  # noqa: PLR2004
            _DELETED[f"{request.path}?"] = {"createdAt": found.json()["createdAt"]}
    response = proceed(request)
    old = _DELETED.get(f"{request.path}?")
    ours = old is not None and retrieves(request) and "sysAttrs" in request.query
    return changed(response, lambda e: e | (old or {})) if ours else response


def _purge(name: str, kills: tuple[str, ...], sentence: str, *left_out: str) -> None:
    """Register a fault: a purge that does not heed some parameters."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        purges = request.method == "DELETE" and request.path == ENTITIES
        return proceed(without_params(request, *left_out) if purges else request)

    act.__doc__ = sentence
    fault(f"ctx-purge-without-{name}", kills=kills, beside=("CTX-DIST-35",))(act)


_purge("q", ("CTX-ENT-36",), "A purge removes what its query does not select.", "q")
_purge("keep", ("CTX-ENT-36",), "A purge does not keep the attributes it names.", "keep")
_purge("drop", ("CTX-ENT-36",), "A purge removes entities instead of attributes.", "drop")


@fault("ctx-purge-forgotten", kills=("CTX-ENT-36",))
def _purge_forgotten(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge by type alone is confirmed and forgotten."""
    purges = request.method == "DELETE" and request.path == ENTITIES
    return done() if purges and set(request.params) == {"type"} else proceed(request)


@fault("ctx-purge-of-everything", kills=("CTX-ENT-37",))
def _of_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A purge without a filter is confirmed."""
    purges = request.method == "DELETE" and request.path == ENTITIES
    return done() if purges and not request.query else proceed(request)


def _expiring(entity: Entity) -> str | None:
    return next((i["expiresAt"] for i in instances(entity) if "expiresAt" in i), None)


def _expiry(name: str, sentence: str, change: Callable[[Entity], Entity]) -> None:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        entity = sent_entity(request)
        return proceed(request if entity is None else rewritten(request, change(entity)))

    act.__doc__ = sentence
    fault(f"ctx-expiry-{name}", kills=("CTX-ENT-38",))(act)


_expiry(
    "of-entities-ignored",
    "When an entity expires is not kept.",
    lambda e: {k: v for k, v in e.items() if k != "expiresAt"},
)
_expiry(
    "of-attributes-ignored",
    "When an attribute expires is not kept.",
    each_instance(lambda i: {k: v for k, v in i.items() if k != "expiresAt"}),
)
_expiry(
    "takes-all",
    "With an attribute its entity expires.",
    lambda e: e | {"expiresAt": _expiring(e)} if _expiring(e) else e,
)
