"""Ways to break what is made of the broker's own data and of what sources answer."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.distribution_messages import (
    alone,
    is_shared,
    json_in,
    reads_there,
    retrieves_there,
)
from mimtest.sandbox.faults.context.messages import (
    API,
    changed,
    creates,
    queries,
    retrieves,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_WARNING = "NGSILD-Warning"
_LARGE = 1_000_000
_OK = 200
_BROKEN = 502


@fault("ctx-dist-own-data-is-all", kills=("CTX-DIST-02",), beside=("CTX-DIST-*",))
def _own_is_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody else is asked for an entity of which the broker has a part."""
    if not retrieves(request):
        return proceed(request)
    own = proceed(alone(request))
    return own if own.status == _OK else proceed(request)


@fault("ctx-dist-own-data-wins", kills=("CTX-DIST-03",))
def _own_wins(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What the broker has itself wins over what sources have, however old it is."""
    response = proceed(request)
    if not retrieves(request) or not is_shared(request):
        return response
    own = proceed(alone(request))
    return changed(response, lambda b: _with_own(b, own)) if own.status == _OK else response


def _with_own(shown: Any, own: Response) -> Any:
    here = own.json()
    if not isinstance(shown, dict) or not isinstance(here, dict):
        return shown
    plain = {k: v for k, v in here.items() if isinstance(v, dict) and "datasetId" not in v}
    return shown | plain


@fault("ctx-dist-sources-win", kills=("CTX-DIST-03",), outgoing=True)
def _sources_win(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What sources have wins over what the broker has, however old it is."""
    response = proceed(request)
    entity = json_in(response) if retrieves_there(request) else None
    if not isinstance(entity, dict):
        return response
    later = {"observedAt": "2099-01-01T00:00:00Z"}
    return response.with_json({k: v | later if _is_observed(v) else v for k, v in entity.items()})


def _is_observed(value: Any) -> bool:
    return isinstance(value, dict) and "observedAt" in value


@fault("ctx-dist-one-dataset", kills=("CTX-DIST-04",))
def _one_dataset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of an attribute that sources and broker have in different datasets one instance is shown."""
    response = proceed(request)
    if not retrieves(request) or not is_shared(request):
        return response
    own = proceed(alone(request))
    if own.status != _OK or response.status != _OK:
        return response
    here = own.json()
    return changed(
        response,
        lambda b: {
            k: here.get(k, v) if isinstance(v, list) and k != "type" else v for k, v in b.items()
        },
    )


@fault("ctx-dist-shared-entities-twice", kills=("CTX-DIST-08",), beside=("CTX-DIST-34",))
def _twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is here and at a source is found twice."""
    response = proceed(request)
    if not queries(request) or not is_shared(request) or "q" in request.params:
        return response
    own = proceed(alone(request))
    if own.status != _OK or response.status != _OK:
        return response
    found, here = response.json(), own.json()
    if not isinstance(found, list):
        return response
    ids = [e.get("id") for e in found]
    return response.with_json([*found, *(e for e in here if e.get("id") in ids and e not in found)])


@fault(
    "ctx-dist-local-not-heeded",
    kills=("CTX-DIST-12",),
    beside=("CTX-DIST-0[2678]", "CTX-DIST-29", "CTX-DIST-1[4-9]", "CTX-DIST-3*"),
)
def _local_not_heeded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Reading with local=true is reading everywhere."""
    limited = request.params.get("type") == "*" or "orderBy" in request.params
    plain = retrieves(request) or (queries(request) and "type" in request.params)
    listing = request.method == "GET" and request.path.startswith((f"{API}/types", f"{API}/attri"))
    return proceed(
        without_params(request, "local") if (plain or listing) and not limited else request
    )


@fault(
    "ctx-dist-local-creation-not-heeded",
    kills=("CTX-DIST-12",),
    beside=("CTX-DIST-1[4-9]", "CTX-DIST-3*"),
)
def _local_creation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A creation with local=true is one everywhere."""
    return proceed(without_params(request, "local") if creates(request) else request)


@fault("ctx-dist-warnings-lost", kills=("CTX-DIST-20", "CTX-DIST-28"))
def _warnings_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is warned that a source failed."""
    return proceed(request).without_header(_WARNING)


@fault("ctx-dist-one-warning-for-all", kills=("CTX-DIST-20",), beside=("CTX-DIST-28",))
def _one_warning(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every failure of a source is told with the same code."""
    response = proceed(request)
    told = response.header(_WARNING)
    return response if told is None else response.with_header(_WARNING, f"214{told[3:]}")


@fault("ctx-dist-always-warning", kills=("CTX-DIST-20",), beside=("CTX-DIST-28",))
def _always_warning(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Clients are warned of sources that did not fail."""
    response = proceed(request)
    told = response.header(_WARNING) or '199 - "Miscellaneous Warning"'
    return response.with_header(_WARNING, told) if retrieves(request) else response


@fault(
    "ctx-dist-a-failure-fails-all",
    kills=("CTX-DIST-20", "CTX-DIST-26"),
    beside=(
        "CTX-DIST-28",
        "CTX-DIST-36",
        "CTX-DIST-19",
    ),
)
def _fails_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing is given when one source fails."""
    response = proceed(request)
    failed = response.header(_WARNING) is not None
    return json_response({"type": "about:blank", "title": "Bad"}, _BROKEN) if failed else response


@fault("ctx-dist-broken-answers-break", kills=("CTX-DIST-36",), beside=("CTX-DIST-20",))
def _broken_breaks(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source that answers nonsense makes a query fail."""
    response = proceed(request)
    nonsense = (response.header(_WARNING) or "").startswith("111")
    return Response(500) if nonsense and queries(request) else response


@fault(
    "ctx-dist-large-answers-break",
    kills=("CTX-DIST-36",),
    beside=("CTX-DIST-*",),
    outgoing=True,
)
def _large_breaks(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """After a large answer of a source, sources give nothing any more."""
    response = proceed(request)
    key = "ctx-dist-large-answers-break"
    if reads_there(request) and len(response.body) > _LARGE:
        platform.memory[key] = True
    return Response(404) if reads_there(request) and key in platform.memory else response


@fault("ctx-dist-circles-multiply", kills=("CTX-DIST-23",))
def _circles_multiply(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What comes back from a circle is taken for something else."""

    def renamed(found: Any) -> Any:
        return [e | {"id": f"{e['id']}:again"} for e in found] if isinstance(found, list) else found

    response = proceed(request)
    circles = queries(request) and "exampleton-" in request.headers.get("via", "")
    return changed(response, renamed) if circles else response


@fault("ctx-dist-circles-lose", kills=("CTX-DIST-23",))
def _circles_lose(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What goes in a circle is said to be done, and lost."""
    circles = creates(request) and "exampleton-" in request.headers.get("via", "")
    return Response(201, (("Location", f"{API}/entities/x"),)) if circles else proceed(request)


@fault("ctx-dist-split-not-expected", kills=("CTX-DIST-34",))
def _split_not_expected(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Split entities are not put together, though they are to be expected."""
    return proceed(_split(request, "true", "false"))


@fault("ctx-dist-split-expected", kills=("CTX-DIST-34",))
def _split_expected(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Split entities are put together, though there are said to be none."""
    return proceed(_split(request, "false", "true"))


def _split(request: Request, old: str, new: str) -> Request:
    given = queries(request) and request.params.get("splitEntities") == old
    return with_params(request, lambda p: p | {"splitEntities": new}) if given else request
