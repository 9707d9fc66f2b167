"""Permitted ways to treat @contexts and tenants that the reference broker does not take."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import (
    CORE,
    UNAVAILABLE,
    given_context,
    in_json_ld,
)
from mimtest.sandbox.faults.context.messages import API, ERRORS, queries
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REFUSED: Final = 400


def _problem(kind: str, status: int) -> Response:
    return json_response({"type": f"{ERRORS}{kind}", "title": "No", "detail": "no"}, status)


@fault("ctx-variant-unavailable-context-is-503")
def _is_503(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that cannot be had is answered with 503, as up to version 1.8.1."""
    response = proceed(request)
    return response.with_status(503) if response.status == UNAVAILABLE else response


@fault("ctx-variant-wrong-context-is-unavailable")
def _wrong_is_unavailable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A document that is no @context counts as one that cannot be had."""
    response = proceed(request)
    if response.status != _REFUSED or not isinstance(given_context(request), str):
        return response
    return _problem("LdContextNotAvailable", UNAVAILABLE)


@fault("ctx-variant-user-context-alone")
def _user_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers in JSON-LD have the client's @context alone, where there is one."""
    return in_json_ld(request, proceed(request), _without_core)


def _without_core(entity: dict[str, Any]) -> dict[str, Any]:
    context = entity["@context"]
    listed = context if isinstance(context, list) else [context]
    users = [c for c in listed if c != CORE]
    return {**entity, "@context": users[0] if len(users) == 1 else users or CORE}


@fault("ctx-variant-core-context-first")
def _core_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers in JSON-LD have the core context first, always in an array."""

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        context = entity["@context"]
        return {**entity, "@context": context[::-1] if isinstance(context, list) else [context]}

    return in_json_ld(request, proceed(request), change)


@fault("ctx-variant-core-words-refused")
def _core_words_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that gives a core word another meaning is refused."""
    context = given_context(request)
    listed = context if isinstance(context, list) else [context]
    taken = any(isinstance(c, dict) and "observedAt" in c for c in listed)
    return _problem("BadRequestData", _REFUSED) if taken else proceed(request)


@fault("ctx-variant-context-as-text-refused")
def _as_text_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that comes as plain text cannot be used."""
    if "/plain.jsonld" not in request.headers.get("link", ""):
        return proceed(request)
    return _problem("LdContextNotAvailable", UNAVAILABLE)


@fault("ctx-variant-no-prefixes-in-conditions")
def _no_prefixes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A condition with a prefixed name is refused."""
    prefixed = queries(request) and request.params.get("q", "").startswith("ex:")
    return _problem("InvalidRequest", _REFUSED) if prefixed else proceed(request)


@fault("ctx-variant-other-name-for-no-tenant")
def _other_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The error for a tenant that does not exist has another name."""
    response = proceed(request)
    if not request.path.startswith(API) or b"/NonexistentTenant" not in response.body:
        return response
    return response.with_body(response.body.replace(b"NonexistentTenant", b"TenantNotFound"))


@fault("ctx-variant-plain-tenant-names")
def _plain_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A tenant's name has at most 48 small letters and digits."""
    name = request.headers.get("ngsild-tenant", "a")
    plain = len(name) < 49 and name.isalnum() and name == name.lower()  # noqa: PLR2004
    return proceed(request) if plain else _problem("BadRequestData", _REFUSED)
