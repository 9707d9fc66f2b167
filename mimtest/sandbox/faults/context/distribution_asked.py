"""Ways to break what sources are asked: with which limits, headers and parameters."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.distribution_messages import (
    Json,
    asking,
    below,
    queries_there,
    reads_there,
    registering,
    retrieves_there,
)
from mimtest.sandbox.faults.context.messages import with_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TAKEN = "urn:ngsi-ld:request"
_ACROSS = ("CTX-DIST-*",)


@fault("ctx-dist-nothing-retrieved", kills=("CTX-DIST-01",), beside=_ACROSS, outgoing=True)
def _nothing_retrieved(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not asked for single entities."""
    return Response(404) if retrieves_there(request) else proceed(request)


@fault("ctx-dist-nothing-queried", kills=("CTX-DIST-08",), beside=_ACROSS, outgoing=True)
def _nothing_queried(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not asked to answer queries."""
    return Response(404) if queries_there(request) else proceed(request)


@fault(
    "ctx-dist-identifiers-not-heeded",
    kills=("CTX-DIST-10",),
    beside=("CTX-DIST-2[0-9]",),
)
def _ids_not_heeded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source registered for some identifiers is asked for any."""

    def widened(body: Json) -> Json:
        infos = [
            {**i, "entities": [{"type": e["type"]} for e in i.get("entities", [])]}
            for i in body["information"]
        ]
        return {**body, "information": infos}

    return registering(request, proceed, "inclusive", widened)


@fault(
    "ctx-dist-attributes-not-narrowed",
    kills=("CTX-DIST-11",),
    beside=("CTX-DIST-24",),
    outgoing=True,
)
def _not_narrowed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is asked for all attributes, registered or not."""
    left = {k: v for k, v in request.params.items() if k not in ("attrs", "pick")}
    return proceed(asking(request, lambda _: left))


@fault(
    "ctx-dist-types-not-narrowed",
    kills=("CTX-DIST-11",),
    beside=("CTX-DIST-09", "CTX-DIST-24"),
    outgoing=True,
)
def _types_not_narrowed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query goes to a source with more types than are registered."""
    if not queries_there(request) or "type" not in request.params:
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"type": f"{p['type']},MtMore"}))


@fault("ctx-dist-types-widened", kills=("CTX-DIST-10",), beside=("CTX-DIST-*",))
def _types_widened(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is asked for every type, whichever it is registered for."""

    def open_to_all(body: Json) -> Json:
        infos = [{k: v for k, v in i.items() if k != "entities"} for i in body["information"]]
        named = all(len(i) > 0 for i in infos)
        return {**body, "information": infos if named else [{"propertyNames": ["temp", "level"]}]}

    return registering(request, proceed, "inclusive", open_to_all)


@fault("ctx-dist-offers-ignored", kills=("CTX-DIST-13",))
def _offers_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that offers retrieval is asked to answer queries as well."""

    def more(body: Json) -> Json:
        offered = body.get("operations", [])
        return (
            {**body, "operations": [*offered, "queryEntity"]}
            if offered == ["retrieveEntity"]
            else body
        )

    return registering(request, proceed, "inclusive", more)


@fault("ctx-dist-local-only-unsaid", kills=("CTX-DIST-27",), outgoing=True)
def _local_unsaid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is not told that it alone is meant."""
    return proceed(asking(request, lambda p: {k: v for k, v in p.items() if k != "local"}))


@fault("ctx-dist-always-local", kills=("CTX-DIST-27",), outgoing=True)
def _always_local(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every source is told that it alone is meant."""
    return proceed(asking(request, lambda p: p | {"local": "true"}))


@fault("ctx-dist-via-lost", kills=("CTX-DIST-21",), outgoing=True)
def _via_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not told through whom a request came."""
    return proceed(with_headers(request, via=None) if reads_there(request) else request)


@fault("ctx-dist-via-begins-here", kills=("CTX-DIST-21",), outgoing=True)
def _via_begins(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are only told of the last through whom a request came."""
    last = request.headers.get("via", "").rpartition(",")[2].strip()
    return proceed(with_headers(request, via=last) if reads_there(request) else request)


@fault("ctx-dist-via-passed-on", kills=("CTX-DIST-21",), outgoing=True)
def _via_passed_on(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The broker does not add itself to those through whom a request came."""
    before = request.headers.get("via", "").rpartition(",")[0].strip() or None
    return proceed(with_headers(request, via=before) if reads_there(request) else request)


@fault("ctx-dist-via-another-name", kills=("CTX-DIST-21",), outgoing=True)
def _via_another_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The broker calls itself otherwise in Via than in its identity."""
    via = request.headers.get("via", "").replace("exampleton-", "broker-")
    return proceed(with_headers(request, via=via) if reads_there(request) else request)


@fault("ctx-dist-via-not-read", kills=("CTX-DIST-21", "CTX-DIST-22"))
def _via_not_read(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """It does not matter through whom a request came."""
    own = "exampleton-" in request.headers.get("via", "")
    return proceed(request if own else with_headers(request, via=None))


@fault("ctx-dist-fixed-headers-lost", kills=("CTX-DIST-24",), outgoing=True)
def _fixed_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources do not get the headers their registration gives."""
    fixed = {k: None for k, v in request.headers.items() if k.startswith("x-") and v == "mt-1"}
    return proceed(with_headers(request, **fixed) if reads_there(request) else request)


@fault("ctx-dist-headers-sent-to-all", kills=("CTX-DIST-24",), outgoing=True)
def _sent_to_all(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Sources get the headers that another one's registration gives."""
    if not reads_there(request):
        return proceed(request)
    fixed = {k: v for k, v in request.headers.items() if k.startswith("x-")}
    kept = platform.memory.setdefault("ctx-dist-headers-sent-to-all", {})
    kept.update(fixed)
    return proceed(with_headers(request, **kept))


@fault("ctx-dist-client-headers-lost", kills=("CTX-DIST-24",), outgoing=True)
def _client_headers_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources do not get the headers that are to be taken from the client's request."""
    taken = {k: None for k, v in request.headers.items() if k.startswith("x-") and v == "mt-2"}
    return proceed(with_headers(request, **taken) if reads_there(request) else request)


@fault("ctx-dist-mark-sent", kills=("CTX-DIST-24",), outgoing=True)
def _mark_sent(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A header the client did not send goes to the source with the mark that stands for it."""
    filled = reads_there(request) and "x-mimtest-filled" in request.headers
    return proceed(with_headers(request, x_mimtest_fixed=_TAKEN) if filled else request)


@fault("ctx-dist-accept-not-heeded", kills=("CTX-DIST-24",), outgoing=True)
def _accept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are always asked for plain JSON."""
    plain = {"accept": "application/json"}
    return proceed(with_headers(request, **plain) if reads_there(request) else request)


@fault("ctx-dist-context-unsaid", kills=("CTX-DIST-24",), outgoing=True)
def _context_unsaid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not told under which context names stand."""
    return proceed(with_headers(request, link=None) if reads_there(request) else request)


@fault(
    "ctx-dist-types-of-sources-unasked",
    kills=("CTX-DIST-29",),
    beside=("CTX-DIST-12",),
    outgoing=True,
)
def _types_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not asked for their types."""
    return Response(404) if (below(request) or "").startswith("/types") else proceed(request)


@fault("ctx-dist-attributes-of-sources-unasked", kills=("CTX-DIST-29",), outgoing=True)
def _attributes_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not asked for their attributes."""
    return Response(404) if (below(request) or "").startswith("/attributes") else proceed(request)


@fault("ctx-dist-details-of-sources-unasked", kills=("CTX-DIST-29",), outgoing=True)
def _details_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sources are not asked for details of their types and attributes."""
    named = (below(request) or "").startswith(("/types", "/attributes"))
    return Response(404) if named and "details" in request.params else proceed(request)


@fault("ctx-dist-filters-kept-back", kills=("CTX-DIST-34",), outgoing=True)
def _filters_kept_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Conditions never go to sources."""
    return proceed(asking(request, lambda p: {k: v for k, v in p.items() if k != "q"}))
