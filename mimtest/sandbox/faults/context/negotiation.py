"""Ways to break the choice of a format, and how a linked @context is read, kept and used."""

import re
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import CONTEXT, CORE, shows, with_headers
from mimtest.sandbox.faults.context.messages import (
    API,
    ERRORS,
    creates,
    queries,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.router import Broker

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_JSON: Final = "application/json"
_JSON_LD: Final = "application/ld+json"
_FOR_EVER: Final = 1e9
_ERRORS_FROM: Final = 400


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


@fault("ctx-json-ld-by-default", kills=("CTX-CTX-16",), beside=("SEC-HTTP-19",))
def _json_ld_by_default(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who takes any format is given entities in JSON-LD."""
    open_to_any = shows(request) and _accept(request) in ("", "*/*", "application/*")
    return proceed(with_headers(request, accept=_JSON_LD) if open_to_any else request)


@fault("ctx-weights-ignored", kills=("CTX-CTX-17",))
def _weights_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """How much a client wants each of several formats does not matter."""
    if not shows(request) or ";q=" not in _accept(request):
        return proceed(request)
    return proceed(with_headers(request, accept=re.sub(r";q=[\d.]+", "", _accept(request))))


@fault("ctx-json-ld-whenever-named", kills=("CTX-CTX-17",))
def _whenever_named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who names JSON-LD among the formats is given it."""
    named = shows(request) and _JSON_LD in _accept(request)
    return proceed(with_headers(request, accept=_JSON_LD) if named else request)


@fault("ctx-geojson-anywhere", kills=("CTX-CTX-19",))
def _geojson_anywhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for types or attributes as GeoJSON is given JSON."""
    listed = request.path in (f"{API}/types", f"{API}/attributes")
    wanted = listed and "geo+json" in _accept(request)
    return proceed(with_headers(request, accept=_JSON) if wanted else request)


@fault("ctx-media-type-parameters-refused", kills=("CTX-CTX-21",))
def _parameters_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A media type with a parameter is not known."""
    kind = request.headers.get("content-type", "")
    strange = creates(request) and ";" in kind
    return proceed(with_headers(request, content_type="text/plain") if strange else request)


@fault("ctx-no-media-type-taken", kills=("CTX-CTX-20",))
def _none_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body without a Content-Type is taken as JSON."""
    missing = creates(request) and not request.headers.get("content-type")
    return proceed(with_headers(request, content_type=_JSON) if missing else request)


@fault("ctx-errors-in-json-ld", kills=("CTX-CTX-24",))
def _errors_in_json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who wants JSON-LD is told errors in JSON-LD."""
    response = proceed(request)
    if response.status < _ERRORS_FROM or _accept(request) != _JSON_LD or not shows(request):
        return response
    told: dict[str, Any] = response.json()
    return response.with_json({**told, "@context": CORE}).with_header("Content-Type", _JSON_LD)


@fault("ctx-prefixes-unknown", kills=("CTX-CTX-25",), beside=("CTX-CTX-23",))
def _prefixes_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names with a prefix are not expanded in parameters."""
    return proceed(request.with_query(re.sub(r"\bex(:|%3A)", r"ey\1", request.query)))


@fault("ctx-pages-under-any-context", kills=("CTX-CTX-23",))
def _any_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The next page under another @context is looked for under the other's names, and is empty."""
    other = queries(request) and "/others.jsonld" in request.headers.get("link", "")
    return proceed(without_params(request, "names") if other else request)


@fault("ctx-link-type-first", kills=("CTX-CTX-13",))
def _type_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Link whose parameters come in another order is not read."""
    link = request.headers.get("link", "")
    strange = re.match(r"<[^>]*>; type=", link)
    return proceed(with_headers(request, link=None) if strange else request)


@fault("ctx-link-spaces", kills=("CTX-CTX-13",))
def _link_spaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Link with spaces where they are allowed is not read."""
    strange = " ;" in request.headers.get("link", "")
    return proceed(with_headers(request, link=None) if strange else request)


@fault("ctx-link-in-company", kills=("CTX-CTX-13",))
def _in_company(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Link to a @context that comes after another Link is not read."""
    strange = "help" in request.headers.get("link", "")
    return proceed(with_headers(request, link=None) if strange else request)


@fault("ctx-imported-contexts-ignored", kills=("CTX-CTX-13",))
def _imports_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A linked @context that is made of another one has no names."""
    link = request.headers.get("link", "")
    alone = "/imports.jsonld" in link and "," not in link
    return proceed(with_headers(request, link=None) if alone else request)


@fault("ctx-context-kept-for-ever", kills=("CTX-CTX-14",))
def _for_ever(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A @context is fetched once and never again."""
    if "/brief.jsonld" in request.headers.get("link", ""):
        _keep(platform, _FOR_EVER)
    return proceed(request)


def _keep(platform: "Platform", longer: float) -> None:
    broker = platform.services[PREFIX]
    assert isinstance(broker, Broker)
    broker.contexts.longer = longer


@fault("ctx-context-as-text-is-500", kills=("CTX-CTX-15",))
def _as_text_is_500(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that comes as plain text is an internal error."""
    if "/plain.jsonld" not in request.headers.get("link", ""):
        return proceed(request)
    return json_response({"type": f"{ERRORS}InternalError", "title": "No"}, 500)


@fault("ctx-city-context-withdrawn", kills=("CTX-CTX-26",), beside=("CTX-IDN-1[0-3]", "MOD-*"))
def _withdrawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The @context that answers link to is not served any more."""
    if request.path.startswith(API) or not request.path.endswith("city.jsonld"):
        return proceed(request)
    return json_response({"type": "about:blank", "title": "gone"}, 404)


@fault("ctx-variant-contexts-always-fetched")
def _always_fetched(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A @context is fetched for every request."""
    link = request.headers.get("link", "")
    if ".jsonld" in link and request.base not in link:
        _keep(platform, -_FOR_EVER)
    return proceed(request)


@fault("ctx-variant-first-of-two-links")
def _first_of_two(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of two Links to a @context the first counts."""
    link = request.headers.get("link", "")
    if link.count(CONTEXT) < 2:  # noqa: PLR2004
        return proceed(request)
    return proceed(with_headers(request, link=link.partition(", <")[0]))


@fault("ctx-variant-link-on-errors")
def _link_on_errors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors link to the core context."""
    response = proceed(request)
    if response.status < _ERRORS_FROM or not request.path.startswith(API):
        return response
    return response.with_header("Link", f'<{CORE}>; rel="{CONTEXT}"; type="{_JSON_LD}"')
