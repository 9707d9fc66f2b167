"""Ways to break formats, errors, caching and hints of the plain HTTP interface, and permitted ways to differ."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.rest_messages import (
    OK,
    REST,
    defines,
    is_below,
    lists,
    with_body,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "rst-records-as-text", kills=("CTX-RST-23",), beside=("CTX-RST-05", "CTX-RST-06", "CTX-RST-25")
)
def _as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JSON is labelled as plain text."""
    response = proceed(request)
    text = lists(request) and response.status == OK
    return response.with_header("Content-Type", "text/plain") if text else response


@fault("rst-any-format-claimed", kills=("CTX-RST-24",))
def _claimed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JSON is labelled as whatever was asked for."""
    wanted = request.headers.get("accept", "")
    if not lists(request) or "x-mimtest" not in wanted:
        return proceed(request)
    headers = {**request.headers, "accept": "*/*"}
    return proceed(replace(request, headers=headers)).with_header("Content-Type", wanted)


@fault("rst-format-parameter-ignored", kills=("CTX-RST-25",))
def _format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The parameter f gives a web page."""
    response = proceed(request)
    if not lists(request) or "f" not in request.params:
        return response
    return response.with_header("Content-Type", "text/html").with_body(b"<!doctype html><p>Records")


@fault("rst-errors-as-text", kills=("CTX-RST-26",), beside=("SEC-HTTP-13",))
def _errors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is not found is said in plain text."""
    response = proceed(request)
    if not is_below(request) or response.status != 404:  # noqa: PLR2004
        return response
    return response.with_header("Content-Type", "text/plain").with_body(b"not found")


@fault("rst-no-validators", kills=("CTX-RST-27",))
def _validators(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists have nothing to ask again with."""
    response = proceed(request)
    return response.without_header("ETag") if lists(request) else response


@fault("rst-never-modified", kills=("CTX-RST-27",))
def _never(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks again is told that nothing changed, whatever he knows."""
    if not lists(request) or "if-none-match" not in request.headers:
        return proceed(request)
    return Response(304)


@fault("rst-no-cache-control", kills=("CTX-RST-28",))
def _cache(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists do not say how long they keep."""
    response = proceed(request)
    return response.without_header("Cache-Control") if lists(request) else response


@fault("rst-budget-in-words", kills=("CTX-RST-29",))
def _budget(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The budget is said in words."""
    response = proceed(request)
    return response.with_header("RateLimit", "plenty") if lists(request) else response


@fault("rst-next-update-soon", kills=("CTX-RST-30",))
def _soon(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The next update is foretold as 'soon'."""
    response = proceed(request)
    return response.with_header("X-Next-Update", "soon") if lists(request) else response


@fault("rst-health-as-page", kills=("CTX-RST-32",), beside=("CTX-RST-05", "CTX-RST-06"))
def _health(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Health is a web page."""
    response = proceed(request)
    if request.path != f"{REST}/health":
        return response
    return response.with_header("Content-Type", "text/html").with_body(b"<!doctype html><p>Fine")


@fault("rst-other-addresses", kills=("CTX-RST-33",))
def _addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists are at addresses of the service's own making."""
    if is_below(request, "/lists/"):
        path = request.path.replace("/lists/", "/collections/", 1)
        head, sign, tail = path.partition("/records")
        moved = f"{head}/items{tail}" if sign else path
        raw = request.raw_path.replace("/lists/", "/collections/", 1).replace(
            "/records", "/items", 1
        )
        return proceed(replace(request, path=moved, raw_path=raw))
    response = proceed(request)
    if not defines(request):
        return response

    def rename(document: dict[str, Any]) -> dict[str, Any]:
        paths = {
            p.replace("/collections/", "/lists/").replace("/items", "/records"): n
            for p, n in document["paths"].items()
        }
        return document | {"paths": paths}

    return with_body(response, rename)


@fault("rst-links-in-the-body-only", kills=("CTX-RST-34",))
def _body_links(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages are linked in the body and not in the header."""
    response = proceed(request)
    return response.without_header("Link") if lists(request) else response


@fault("rst-version-nowhere", kills=("CTX-RST-31",))
def _no_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description says no version of the interface, and its address has none either."""
    response = proceed(request)
    if not defines(request):
        return response
    return with_body(response, lambda d: d | {"info": d["info"] | {"version": "current"}})


@fault("rst-variant-default-format")
def _default_format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A format there is not is answered in JSON, and says so."""
    response = proceed(request)
    if not lists(request) or response.status != 406:  # noqa: PLR2004
        return response
    return proceed(replace(request, headers={**request.headers, "accept": "*/*"}))


@fault("rst-variant-links-in-the-header")
def _header_links(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages are linked in the header and not in the body."""
    response = proceed(request)
    if not lists(request):
        return response
    return with_body(response, lambda b: {k: v for k, v in b.items() if k != "links"})


@fault("rst-variant-unprocessable")
def _unprocessable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Wrong parameters are answered with 422."""
    response = proceed(request)
    wrong = lists(request) and response.status == 400  # noqa: PLR2004
    return (
        response.with_json(response.json() | {"status": 422}).with_status(422)
        if wrong
        else response
    )
