"""Permitted ways to ask sources, and to tell of them: no check may call one of these wrong."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.distribution_messages import (
    asking,
    elsewhere,
    json_in,
    offers,
    queries_there,
    reads_there,
    retrieves_there,
)
from mimtest.sandbox.faults.context.messages import API, queries, with_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_NAMES: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
_LOOP: Final = 508
_WARNING: Final = "NGSILD-Warning"
_LATEST: Final = b"ngsi-ld-core-context-v1.8"
_KNOWN: Final = b"ngsi-ld-core-context-v1.6"


@fault("ctx-dist-asks-by-pick", outgoing=True)
def _by_pick(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are told the wanted members by pick."""

    def picked(params: dict[str, str]) -> dict[str, str]:
        left = {k: v for k, v in params.items() if k != "attrs"}
        return left | ({"pick": f"id,type,{params['attrs']}"} if "attrs" in params else {})

    return proceed(asking(request, picked))


@fault("ctx-dist-asks-by-full-names", outgoing=True)
def _by_full_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are asked with full names for types and attributes."""

    def full(names: str) -> str:
        return ",".join(n if ":" in n else f"{_NAMES}{n}" for n in names.split(","))

    linked = "link" in request.headers
    lists = ("type", "attrs")
    named = {k: full(v) if k in lists else v for k, v in request.params.items()}
    return proceed(request if linked else asking(request, lambda _: named))


@fault("ctx-dist-queries-by-post", outgoing=True)
def _by_post(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are asked by queries in a body."""
    if not queries_there(request):
        return proceed(request)
    params = request.params
    selector = {k: params[k] for k in ("type", "id", "idPattern") if k in params}
    body: dict[str, Any] = {"type": "Query", "entities": [selector]}
    body |= {"attrs": params["attrs"].split(",")} if "attrs" in params else {}
    body |= {"q": params["q"]} if "q" in params else {}
    kept = {k: v for k, v in params.items() if k in ("options", "limit", "offset", "local")}
    posted = elsewhere(with_params(request, lambda _: kept), "/entityOperations/query")
    posted = with_headers(posted, content_type="application/json")
    return proceed(replace(posted, method="POST", body=dump(body)))


@fault("ctx-dist-retrieves-by-query", outgoing=True)
def _by_query(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Sources that answer queries are asked for single entities by one."""
    if not retrieves_there(request) or not offers(request, platform, "queryEntity"):
        return proceed(request)
    id_ = unquote(request.raw_path.rpartition("/")[2])
    response = proceed(elsewhere(with_params(request, lambda p: p | {"id": id_}), "/entities"))
    found = json_in(response)
    if not isinstance(found, list):
        return response
    return response.with_json(found[0]) if found else Response(404)


@fault("ctx-dist-endpoints-are-whole", outgoing=True)
def _endpoints(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An endpoint is where the resources are, nothing comes between."""
    if not reads_there(request):
        return proceed(request)
    raw = request.raw_path.replace(API, "", 1)
    return proceed(replace(request, path=raw, raw_path=raw))


@fault("ctx-dist-asks-for-json-ld", outgoing=True)
def _json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are asked for JSON-LD."""
    linked = {"accept": "application/ld+json"}
    return proceed(with_headers(request, **linked) if reads_there(request) else request)


@fault("ctx-dist-looks-around", outgoing=True)
def _looks_around(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Before a source is asked for entities, it is asked who it is and which types it has."""
    if reads_there(request):
        for path in ("/info/sourceIdentity", "/types"):
            proceed(elsewhere(with_params(request, lambda _: {}), path))
    return proceed(request)


@fault("ctx-dist-no-split-entities")
def _no_split(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Split entities are not expected unless a request says so."""
    plain = queries(request) and "splitEntities" not in request.params
    return proceed(
        with_params(request, lambda p: p | {"splitEntities": "false"}) if plain else request
    )


@fault("ctx-dist-circle-is-bad-gateway")
def _bad_gateway(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change that goes in a circle is told as a wrong answer of a source."""
    response = proceed(request)
    return response.with_status(502) if response.status == _LOOP else response


@fault("ctx-dist-circle-is-late")
def _late(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change that goes in a circle is told as a source that does not answer in time."""
    response = proceed(request)
    return response.with_status(504) if response.status == _LOOP else response


@fault("ctx-dist-unreachable-is-lasting")
def _lasting(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that cannot be reached is told of as a lasting failure."""
    response = proceed(request)
    gone = (response.header(_WARNING) or "").startswith("199 ") and ":1/" in str(response.headers)
    told = response.header(_WARNING) or ""
    return response.with_header(_WARNING, f"299{told[3:]}") if gone else response


@fault("ctx-dist-counts-are-maxima", outgoing=True)
def _maxima(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What sources have of a type or attribute is not counted where the broker has some."""
    response = proceed(request)
    if response.status != 200 or b"Count" not in response.body:  # noqa: PLR2004
        return response
    counts = {"entityCount", "attributeCount"}
    told = response.json()
    if (
        not isinstance(told, dict)
        or counts.isdisjoint(told)
        or told.get("type") != "EntityTypeInfo"
    ):
        return response
    return response.with_json({k: 0 if k in counts else v for k, v in told.items()})


@fault("ctx-dist-knows-one-core-context", outgoing=True, incoming=True)
def _one_core_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One version of the core context is known, and named; a source that names another is not understood."""
    response = proceed(request)
    if reads_there(request):
        told = " ".join(v for _, v in response.headers).encode() + response.body
        return Response(500) if _LATEST in told else response
    headers = tuple((k, v.replace(_LATEST.decode(), _KNOWN.decode())) for k, v in response.headers)
    return replace(response, headers=headers, body=response.body.replace(_LATEST, _KNOWN))
