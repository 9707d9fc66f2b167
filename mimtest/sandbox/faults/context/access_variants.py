"""Permitted ways to organise access that differ from the sandbox's."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import API, changed, queries, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_DEFINITION: Final = f"{API}/openapi.json"
_MADE_UP: Final = "application/x-mimtest"
_CHANGED: Final = "Sat, 14 Mar 2026 13:00:00 GMT"


# the city's catalogue still names the description
@fault("ctx-variant-described-by-the-standard", beside=("CTR-CAT-21",))
def _by_the_standard(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The interface has no description of its own."""
    nowhere = f"{API}/nowhere"
    hidden = request.path == _DEFINITION
    return proceed(replace(request, path=nowhere, raw_path=nowhere) if hidden else request)


@fault("ctx-variant-described-from-the-root")
def _from_the_root(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description names the root of the server, and whole paths."""
    response = proceed(request)
    if request.path != _DEFINITION:
        return response

    def whole(document: dict[str, Any]) -> dict[str, Any]:
        paths = {f"{API}{path}": node for path, node in document["paths"].items()}
        return document | {"servers": [{"url": "/"}], "paths": paths}

    return changed(response, whole)


@fault("ctx-variant-format-there-is")
def _format_there_is(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for a made-up format is given JSON, under its own name."""
    made_up = request.headers.get("accept") == _MADE_UP
    asks = made_up and (queries(request) or retrieves(request))
    return proceed(with_headers(request, accept="application/json") if asks else request)


@fault("ctx-variant-changed-since")
def _changed_since(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities of the city say when they were changed, and have no tag."""
    if not retrieves(request) or "exampleton" not in request.path:
        return proceed(request)
    if request.headers.get("if-modified-since") == _CHANGED:
        return Response(304)
    response = proceed(request).without_header("ETag")
    return response.with_header("Last-Modified", _CHANGED)


@fault("ctx-variant-budget-of-old")
def _of_old(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """How much more may be asked is said in the fields of former drafts."""
    response = proceed(request)
    if not queries(request):
        return response
    response = response.without_header("RateLimit").without_header("RateLimit-Policy")
    for name, value in (("Limit", "100, 100;w=60"), ("Remaining", "99"), ("Reset", "60")):
        response = response.with_header(f"X-RateLimit-{name}", value)
    return response


@fault("ctx-variant-strangers-forbidden")
def _forbidden(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Wrong credentials are answered with 403."""
    response = proceed(request)
    refused = response.status == 401 and "authorization" in request.headers  # noqa: PLR2004
    if platform.token is None or not refused:
        return response
    problem = response.json() | {"status": 403}
    return response.without_header("WWW-Authenticate").with_json(problem).with_status(403)
