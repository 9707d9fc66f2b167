"""Permitted ways to change entities at sources that differ from the reference broker's."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.distributed_messages import (
    MULTI,
    SINGLE,
    at,
    entity_path,
    here,
    is_shared,
    operation,
    state,
    told_in_part,
)
from mimtest.sandbox.faults.context.distribution_messages import offers
from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITIES,
    ERRORS,
    body_of,
    refusal,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump
from mimtest.sandbox.sending import Unsent

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONFLICT: Final = 409
_LD: Final = "application/ld+json"
_CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"


@fault("ctx-variant-distributed-removal-content", outgoing=True)
def _removal_content(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that does not have what is to be removed is as good as one that removes it (A29)."""
    answer = proceed(request)
    is_missing = operation(request) == "deleteEntity" and answer.status == 404  # noqa: PLR2004
    return Response(204) if is_missing else answer


@fault("ctx-variant-distributed-batch-result")
def _batch_result(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes that sources did not change are told of as entities in error (A32)."""
    response = proceed(request)
    left = [e for e in told_in_part(response) if "attributeName" in e]
    if not left:
        return response
    own = entity_path(request).rpartition("/")[2]
    error = {"type": "about:blank", "title": left[0]["reason"]}
    entry = {"entityId": own, "registrationId": left[0]["registrationId"], "error": error}
    return response.with_json({"success": [own], "errors": [entry]})


@fault("ctx-variant-distributed-no-origin")
def _no_origin(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The result of a change that was made in part names no registration."""
    response = proceed(request)
    if not told_in_part(response):
        return response
    body = response.json()
    return response.with_json(
        {
            key: [
                {k: v for k, v in e.items() if k != "registrationId"} if isinstance(e, dict) else e
                for e in entries
            ]
            for key, entries in body.items()
        }
    )


@fault("ctx-variant-distributed-already-exists")
def _already_exists(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change that a source has to make and does not offer is said to be there already (A69)."""
    response = proceed(request)
    if response.status != _CONFLICT or not (is_shared(request) or request.method == "DELETE"):
        return response
    return response.with_json({**response.json(), "type": f"{ERRORS}AlreadyExists"})


@fault("ctx-variant-distributed-all-or-nothing")
def _all_or_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A creation of which a source does not offer its part is a conflict as a whole."""
    response = proceed(request)
    entries = told_in_part(response) if operation(request) == "createEntity" else []
    if not entries or entries[0]["error"].get("status") != _CONFLICT:
        return response
    proceed(here(request, "DELETE", entity_path(request)))
    headers = (("Content-Type", "application/json"),)
    return Response(_CONFLICT, headers, dump(entries[0]["error"]))


@fault("ctx-variant-distributed-result-of-failure")
def _result_of_failure(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of attributes that fails at the only source has a result in which nothing is updated."""
    response = proceed(request)
    is_change = is_shared(request) and operation(request) == "updateEntity"
    if not is_change or response.status not in (404, 502, 504):
        return response
    body = body_of(request)
    left = [{"attributeName": n, "reason": "the source fails"} for n in body]
    headers = (("Content-Type", "application/json"),)
    return Response(MULTI, headers, dump({"updated": [], "notUpdated": left}))


@fault("ctx-variant-distributed-silence-is-late", outgoing=True)
def _silence_is_late(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that hangs up is taken for one that is late."""
    try:
        return proceed(request)
    except Unsent as unsent:
        raise Unsent(str(unsent), late=True) from None


@fault("ctx-variant-distributed-not-found")
def _not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What cannot be read since its only source fails is not found, with a warning (D01)."""
    response = proceed(request)
    if not retrieves(request) or response.status not in (502, 504):
        return response
    return refusal(404, "ResourceNotFound").with_header("NGSILD-Warning", '199 - "No Answer"')


@fault("ctx-variant-distributed-json-ld", outgoing=True)
def _json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Changes go to sources as JSON-LD with the context inside."""
    body = body_of(request)
    if operation(request) not in SINGLE or not isinstance(body, dict) or "@context" in body:
        return proceed(request)
    if "link" in request.headers:
        return proceed(request)
    headers = {**request.headers, "content-type": _LD}
    made = request.with_body(dump({**body, "@context": [_CORE]}))
    return proceed(replace(made, headers=headers))


@fault("ctx-variant-distributed-full-names", outgoing=True)
def _full_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names of the default vocabulary go to sources as IRIs (A31)."""
    body = body_of(request)
    if operation(request) not in SINGLE or not isinstance(body, dict) or "link" in request.headers:
        return proceed(request)
    if "value" in body:
        return proceed(request)
    return proceed(request.with_body(dump({_full(k): v for k, v in body.items()})))


def _full(name: str) -> str:
    is_own = name in ("id", "type", "scope", "@context") or ":" in name
    return name if is_own else f"https://uri.etsi.org/ngsi-ld/default-context/{name}"


@fault("ctx-variant-distributed-looks-first", outgoing=True)
def _looks_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is asked for an entity before it is asked to change it (A31)."""
    if operation(request) in SINGLE[1:]:
        above, _api, below = request.raw_path.rpartition(API)
        path = f"{above}{API}{'/'.join(below.split('/')[:3])}"
        headers = {k: v for k, v in request.headers.items() if not k.startswith("content-")}
        proceed(replace(request, method="GET", path=path, raw_path=path, query="", headers=headers))
    return proceed(request)


@fault("ctx-variant-distributed-replaces-first", outgoing=True)
def _replaces_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What a source may have already is replaced there, and created where it is not."""
    body = body_of(request)
    known = operation(request) == "createEntity" and offers(request, platform, "replaceEntity")
    if not known or not isinstance(body, dict):
        return proceed(request)
    answer = proceed(at(request, f"/entities/{body['id']}", "PUT", body))
    return proceed(request) if answer.status == 404 else answer  # noqa: PLR2004


@fault("ctx-variant-distributed-shell")
def _shell(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The broker keeps the identifier and type of an entity whose attributes are all at sources."""
    response = proceed(request)
    is_created = is_shared(request) and operation(request) == "createEntity"
    if not is_created or response.status != 201 or state(request, proceed):  # noqa: PLR2004
        return response
    body = {k: v for k, v in body_of(request).items() if k in ("id", "type", "@context")}
    shell = here(request, "POST", ENTITIES, body)
    proceed(replace(shell, headers={**request.headers, "content-length": "1"}))
    return response
