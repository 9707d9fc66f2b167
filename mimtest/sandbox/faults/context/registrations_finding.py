"""Ways to break finding sources, and what excludes them: modes, conditions and pages."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    body_of,
    changed,
    resent,
    without,
    without_params,
)
from mimtest.sandbox.faults.context.registrations import REGISTRATIONS, registers
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
Registration = dict[str, Any]


def discovers(request: Request) -> bool:
    """Whether registrations are asked for by a query."""
    return request.method == "GET" and request.path == REGISTRATIONS


def ignoring(request: Request, *names: str) -> Request:
    """The same query for registrations without some of the parameters."""
    return without_params(request, *names) if discovers(request) else request


def _registering_as(
    request: Request, proceed: Proceed, wrong: Callable[[Registration], bool], **members: Any
) -> Response:
    """Where the body is so, have it registered with other members; it is shown with these."""
    body = body_of(request) if registers(request) else None
    if not isinstance(body, dict) or not wrong(body):
        return proceed(request)
    return proceed(resent(request, lambda b: {**b, **members}))


@fault("ctx-reg-any-mode", kills=("CTX-REG-06",))
def _any_mode(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration of an unknown mode is taken as an inclusive one."""
    known = ("inclusive", "exclusive", "redirect", "auxiliary")
    return _registering_as(
        request, proceed, lambda b: b.get("mode", known[0]) not in known, mode="inclusive"
    )


@fault(
    "ctx-reg-mode-lost",
    kills=("CTX-REG-06", "CTX-REG-08", "CTX-REG-09"),
    beside=("CTX-DIST-*",),
)
def _mode_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every redirect registration becomes an inclusive one."""
    return _registering_as(
        request, proceed, lambda b: b.get("mode") == "redirect", mode="inclusive"
    )


@fault(
    "ctx-reg-operations-lost",
    kills=("CTX-REG-06", "CTX-REG-10"),
    beside=("CTX-DIST-*", "CTX-MAP-11"),
)
def _operations_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registration keeps the first of its operations alone."""
    return proceed(
        resent(request, lambda b: {**b, "operations": b["operations"][:1]} if _several(b) else b)
        if registers(request)
        else request
    )


def _several(body: Registration) -> bool:
    return len(body.get("operations", ())) > 1


@fault("ctx-reg-exclusive-of-anything", kills=("CTX-REG-07",))
def _of_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An exclusive registration may be about any entities."""
    response = proceed(request)
    if not registers(request) or b"an exclusive registration has" not in response.body:
        return response
    return proceed(resent(request, lambda b: without(b, "mode")))


def _without_conflict(request: Request, proceed: Proceed, words: bytes) -> Response:
    response = proceed(request)
    if not registers(request) or words not in response.body:
        return response
    return proceed(resent(request, lambda b: without(b, "mode")))


@fault("ctx-reg-exclusive-twice", kills=("CTX-REG-08",))
def _exclusive_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is registered as exclusive, or redirected, is registered as exclusive again."""
    return _without_conflict(request, proceed, b"registers some of the same")


@fault("ctx-reg-held-and-exclusive", kills=("CTX-REG-08",), beside=("CTX-DIST-*",))
def _held_and_exclusive(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What the broker itself holds is registered as exclusive."""
    body = body_of(request) if registers(request) else None
    if not isinstance(body, dict) or body.get("mode") != "exclusive":
        return proceed(request)
    return _without_conflict(request, proceed, b"the broker itself holds")


@fault("ctx-reg-held-and-redirected", kills=("CTX-REG-09",), beside=("CTX-DIST-*",))
def _held_and_redirected(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What the broker itself holds is redirected."""
    body = body_of(request) if registers(request) else None
    if not isinstance(body, dict) or body.get("mode") != "redirect":
        return proceed(request)
    return _without_conflict(request, proceed, b"the broker itself holds")


@fault("ctx-reg-auxiliary-written", kills=("CTX-REG-10",))
def _auxiliary_written(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An auxiliary registration may offer to be written."""
    response = proceed(request)
    if not registers(request) or b"an auxiliary registration" not in response.body:
        return response
    return proceed(resent(request, lambda b: {**b, "operations": ["retrieveOps"]}))


@fault("ctx-reg-type-ignored", kills=("CTX-REG-14",))
def _type_ignored(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A search for a type that nothing has finds the sources of the last type that was asked for."""
    if not discovers(request) or {*request.params} != {"type", "limit"}:
        return proceed(request)
    memory = platform.memory
    if "MtNothing" in request.params["type"]:
        return proceed(request.with_query(memory.get("last", request.query)))
    memory["last"] = request.query
    return proceed(request)


@fault("ctx-reg-several-types-lost", kills=("CTX-REG-14", "CTX-REG-15", "CTX-REG-18"))
def _several_types_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source of several types is found by the first one alone."""

    def change(found: list[Registration]) -> list[Registration]:
        return [r for r in found if not _is_second(r, request.params.get("type", ""))]

    response = proceed(request)
    return changed(response, change) if discovers(request) else response


def _is_second(registration: Registration, kind: str) -> bool:
    names = json.dumps(registration["information"])
    return "MtOther" in kind and "pressure" in names


@fault("ctx-reg-everything-given-out", kills=("CTX-REG-15",))
def _everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search that says nothing is answered."""
    response = proceed(request)
    wide = discovers(request) and not {"type", "attrs", "q", "georel", "id"} & {*request.params}
    return json_response([]) if wide and response.status != _OK else response


@fault("ctx-reg-id-ignored", kills=("CTX-REG-16",))
def _id_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for an entity finds the sources of all of its type."""
    both = {"id", "type"} <= {*request.params}
    return proceed(ignoring(request, "id") if both else request)


@fault("ctx-reg-patterns-ignored", kills=("CTX-REG-16",))
def _patterns_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for an entity finds no source that names a pattern."""
    response = proceed(request)
    if not discovers(request) or "id" not in request.params:
        return response
    return changed(response, lambda found: [r for r in found if "idPattern" not in json.dumps(r)])


@fault("ctx-reg-attributes-ignored", kills=("CTX-REG-17",))
def _attributes_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for attributes finds all sources of the type."""
    return proceed(ignoring(request, "attrs"))


@fault("ctx-reg-relationships-ignored", kills=("CTX-REG-17",))
def _relationships_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for attributes finds no source that names relationships."""
    response = proceed(request)
    if not discovers(request) or "attrs" not in request.params:
        return response
    return changed(
        response, lambda found: [r for r in found if "relationshipNames" not in json.dumps(r)]
    )


@fault("ctx-reg-nameless-not-found", kills=("CTX-REG-17",))
def _nameless_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for attributes finds no source that names none."""
    response = proceed(request)
    if not discovers(request) or "attrs" not in request.params:
        return response
    return changed(response, lambda found: [r for r in found if "Names" in json.dumps(r)])
