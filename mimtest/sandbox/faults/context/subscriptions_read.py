"""Ways to break reading subscriptions: one by one, under other names, with their times, and in pages."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    changed,
    refusal,
    with_params,
    without,
    without_params,
)
from mimtest.sandbox.faults.context.subscriptions import is_on_subscription, lists_subscriptions
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MISSING: Final = 404
_CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"


def _reads(request: Request) -> bool:
    return is_on_subscription(request, "GET")


@fault("ctx-sub-read-in-part", kills=("CTX-SUB-13",))
def _read_in_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is read by its identifier has no numbers in its description."""
    response = proceed(request)

    def change(shown: dict[str, Any]) -> dict[str, Any]:
        if not str(shown.get("description", "")).startswith("number "):
            return shown
        return {**shown, "description": "number"}

    return changed(response, change) if _reads(request) else response


@fault("ctx-sub-unknown-is-wrong-data", kills=("CTX-SUB-13", "CTX-SUB-24"))
def _unknown_is_wrong_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown subscription is not found because of wrong data."""
    response = proceed(request)
    unknown = _reads(request) and response.status == _MISSING
    return refusal(_MISSING, "BadRequestData") if unknown else response


@fault("ctx-sub-no-uri-breaks", kills=("CTX-SUB-13",), beside=("CTX-SUB-04",))
def _no_uri_breaks(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription asked for by an identifier that is no URI is too much for the broker."""
    response = proceed(request)
    broken = _reads(request) and response.status == 400  # noqa: PLR2004
    return refusal(500, "InternalError") if broken else response


@fault("ctx-sub-names-unheeded", kills=("CTX-SUB-14",))
def _names_unheeded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription is given out without heed to the @context of the request."""
    if not _reads(request):
        return proceed(request)
    headers = {k: v for k, v in request.headers.items() if k != "link"}
    return proceed(replace(request, headers=headers))


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: v if k == "@context" else _shortened(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_shortened(v) for v in value]
    is_ours = isinstance(value, str) and value.startswith("https://mimtest.example/")
    return value.rpartition("#")[2] if is_ours else value


@fault("ctx-sub-names-cut", kills=("CTX-SUB-14",))
def _names_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names in a subscription are given out in their short form under every @context."""
    response = proceed(request)
    return changed(response, _shortened) if _reads(request) else response


@fault("ctx-sub-json-ld-without-names", kills=("CTX-SUB-14",))
def _json_ld_without_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription in JSON-LD has a @context that does not know its names."""
    response = proceed(request)

    def change(shown: dict[str, Any]) -> dict[str, Any]:
        return {**shown, "@context": _CORE} if "@context" in shown else shown

    return changed(response, change) if _reads(request) else response


@fault("ctx-sub-no-times", kills=("CTX-SUB-15",))
def _no_times(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """When a subscription was made is never told."""
    return proceed(without_params(request, "options") if _reads(request) else request)


@fault("ctx-sub-times-always", kills=("CTX-SUB-15",))
def _times_always(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """When a subscription was made is always told."""
    if not _reads(request):
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"options": "sysAttrs"}))


@fault("ctx-sub-status-unseen", kills=("CTX-SUB-07", "CTX-SUB-08", "CTX-SUB-19"))
def _status_unseen(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription is given out without its status."""
    response = proceed(request)
    return changed(response, lambda s: without(s, "status")) if _reads(request) else response


@fault("ctx-sub-ends-at-once", kills=("CTX-SUB-08",), beside=("CTX-SUB-20",))
def _ends_at_once(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that has an end is called expired from its beginning."""
    response = proceed(request)

    def change(shown: dict[str, Any]) -> dict[str, Any]:
        return {**shown, "status": "expired"} if "expiresAt" in shown else shown

    return changed(response, change) if _reads(request) else response


def _listed(
    request: Request, proceed: Proceed, change: Callable[[list[dict[str, Any]]], Any]
) -> Response:
    response = proceed(request)
    return changed(response, change) if lists_subscriptions(request) else response


@fault("ctx-sub-list-in-part", kills=("CTX-SUB-16",))
def _list_in_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of subscriptions has nothing of them but what they are called."""
    return _listed(request, proceed, lambda found: [_nameplate(s) for s in found])


def _nameplate(shown: dict[str, Any]) -> dict[str, Any]:
    return {k: shown[k] for k in ("id", "type")}


@fault("ctx-sub-list-forgets", kills=("CTX-SUB-16", "CTX-SUB-17"))
def _list_forgets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of subscriptions leaves out those with a number in their description."""

    def kept(shown: dict[str, Any]) -> bool:
        return not str(shown.get("description", "")).startswith("number ")

    return _listed(request, proceed, lambda found: [s for s in found if kept(s)])


@fault("ctx-sub-list-not-counted", kills=("CTX-SUB-17",))
def _list_not_counted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count of the subscriptions is that of the page."""
    response = proceed(request)
    counted = response.header("NGSILD-Results-Count") if lists_subscriptions(request) else None
    if counted is None:
        return response
    return response.with_header("NGSILD-Results-Count", str(len(response.json())))


@fault("ctx-sub-list-without-end", kills=("CTX-SUB-17",))
def _list_without_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The first page of the subscriptions comes again as the second."""
    again = lists_subscriptions(request) and "offset" in request.params
    return proceed(without_params(request, "offset") if again else request)


@fault("ctx-sub-list-has-one-page", kills=("CTX-SUB-17",))
def _list_has_one_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of the subscriptions has no link to the next one."""
    response = proceed(request)
    return response.without_header("Link") if lists_subscriptions(request) else response


@fault("ctx-sub-list-unlimited", kills=("CTX-SUB-17",))
def _list_unlimited(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of the subscriptions may be longer than was asked for."""
    return proceed(without_params(request, "limit") if lists_subscriptions(request) else request)
