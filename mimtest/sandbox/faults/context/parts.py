"""Ways to break which parts of entities come, in which language and order, and what is linked."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    altered,
    changed,
    queries,
    with_params,
    with_query_body,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_DIRECTION: Final = re.compile(r"dist-(asc|desc)")


@fault("ctx-pick-keeps-id", kills=("CTX-QRY-44",), beside=("CTX-QRY-59",))
def _keeps_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities reduced to some members keep their id and type."""
    return proceed(altered(request, "pick", lambda p: f"id,type,{p}"))


@fault("ctx-pick-ignored", kills=("CTX-QRY-44",), beside=("CTX-QRY-45", "CTX-QRY-59"))
def _pick_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come whole, whatever was picked."""
    return proceed(altered(request, "pick", lambda _: None))


@fault("ctx-omit-ignored", kills=("CTX-QRY-44",))
def _omit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come whole, whatever was omitted."""
    return proceed(altered(request, "omit", lambda _: None))


@fault("ctx-omit-is-pick", kills=("CTX-QRY-44",))
def _omit_is_pick(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities are reduced to what was to be omitted."""
    if not queries(request) or "omit" not in request.params:
        return proceed(request)
    kept = {k: v for k, v in request.params.items() if k != "omit"}
    return proceed(with_params(request, lambda p: kept | {"pick": f"id,type,{p['omit']}"}))


@fault("ctx-absent-pick-ignored", kills=("CTX-QRY-45",))
def _absent_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come whole when they have nothing of what was picked."""
    response = proceed(request)
    picks = queries(request) and "pick" in request.params
    empty = response.body in (b"[]", b"[{}]")
    return proceed(without_params(request, "pick")) if picks and empty else response


@fault("ctx-attrs-beside-pick", kills=("CTX-QRY-45",))
def _attrs_beside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come whole when attributes are asked for in two ways."""
    both = queries(request) and {"pick", "attrs"} <= set(request.params)
    return proceed(without_params(request, "pick", "attrs") if both else request)


@fault("ctx-nothing-picked-is-all", kills=("CTX-QRY-45",))
def _nothing_picked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An empty list of members to pick is left out."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in body.items() if k != "pick" or v}

    return proceed(with_query_body(request, change))


@fault("ctx-data-set-ignored", kills=("CTX-QRY-46",), beside=("CTX-REP-*",))
def _dataset_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All instances of attributes come, whichever data set was asked for."""
    return proceed(altered(request, "datasetId", lambda _: None))


@fault("ctx-data-set-beside-default", kills=("CTX-QRY-46",), beside=("CTX-REP-*",))
def _beside_default(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances without a data set come besides those of the one asked for."""
    return proceed(altered(request, "datasetId", lambda d: f"{d},@none"))


@fault("ctx-language-any", kills=("CTX-QRY-47",), beside=("CTX-REP-*",))
def _language_any(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts come in some language, whichever was asked for."""
    return proceed(altered(request, "lang", lambda _: "*"))


@fault("ctx-language-weights-ignored", kills=("CTX-QRY-47",))
def _weights_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several languages the first is taken, whatever their weights."""
    return proceed(altered(request, "lang", lambda v: re.sub(r";q=[0-9.]+", "", v)))


def _each_attribute(
    response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    def visit(held: Any) -> Any:
        return change(held) if isinstance(held, dict) else held

    return changed(response, lambda body: [{k: visit(v) for k, v in e.items()} for e in body])


@fault("ctx-language-not-told", kills=("CTX-QRY-47",), beside=("CTX-REP-*",))
def _not_told(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts do not say in which language they are."""
    response = proceed(request)
    if not queries(request) or "lang" not in request.params:
        return response
    return _each_attribute(response, lambda a: {k: v for k, v in a.items() if k != "lang"})


@fault("ctx-language-text-in-map", kills=("CTX-QRY-47",), beside=("CTX-REP-*",))
def _still_a_map(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A text in one language still says that it is one of several."""
    response = proceed(request)
    if not queries(request) or "lang" not in request.params:
        return response
    return _each_attribute(
        response, lambda a: a | {"type": "LanguageProperty"} if "lang" in a else a
    )


@fault("ctx-order-always-up", kills=("CTX-QRY-48",))
def _always_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities always come in rising order."""
    return proceed(altered(request, "orderBy", lambda o: o.replace(";desc", "")))


@fault("ctx-order-by-first-alone", kills=("CTX-QRY-48",))
def _first_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come in the order of the first attribute alone."""
    return proceed(altered(request, "orderBy", lambda o: o.partition(",")[0]))


@fault("ctx-order-by-whole-value", kills=("CTX-QRY-48",))
def _whole_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come in the order of a value, whichever part of it was named."""
    return proceed(altered(request, "orderBy", lambda o: o.replace(".observedAt", "")))


@fault("ctx-order-ignored", kills=("CTX-QRY-48", "CTX-QRY-49"), beside=("CTX-QRY-50",))
def _order_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come in the order they were created, whichever was asked for."""
    names = ("orderBy", "orderFrom", "collation")
    return proceed(without_params(request, *names) if queries(request) else request)


@fault("ctx-nearest-last", kills=("CTX-QRY-49",))
def _nearest_last(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Asked for the nearest first, the broker gives it last."""

    def other(found: re.Match[str]) -> str:
        return "dist-desc" if found[1] == "asc" else "dist-asc"

    return proceed(altered(request, "orderBy", lambda o: _DIRECTION.sub(other, o)))


@fault("ctx-order-from-nowhere", kills=("CTX-QRY-50",))
def _from_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Distances are from the origin where no place is given."""
    params = request.params
    lacking = queries(request) and "dist-" in params.get("orderBy", "")
    if not lacking or "orderFrom" in params:
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"orderFrom": "[0,0]"}))


@fault("ctx-any-collation-taken", kills=("CTX-QRY-50",))
def _any_collation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collation nobody knows is left out."""
    return proceed(altered(request, "collation", lambda _: None))
