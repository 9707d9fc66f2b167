"""Ways to break what is given out: the less common kinds of attributes, and places, lose a part."""

import json
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import changed, creates, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OTHER_KINDS = ("Relationship", "GeoProperty", "LanguageProperty")


@fault("ctx-times-of-properties-alone", kills=("CTX-ENT-16",))
def _times_of_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only of properties it is kept when they were observed."""
    response = proceed(request)

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        for held in entity.values():
            if isinstance(held, dict) and held.get("type") in _OTHER_KINDS:
                held.pop("observedAt", None)
        return entity

    return changed(response, change) if retrieves(request) else response


@fault(
    "ctx-holes-filled",
    kills=("CTX-ENT-10",),
    beside=(
        "MOD-REP-03",
        "MOD-REP-04",
        "MOD-REP-05",
        "MOD-REP-08",
        "CTX-GEN-*",
        "CTX-ENT-21",
        "MOD-REP-01",
    ),
)
def _holes_filled(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Polygons are given out without their holes."""
    response = proceed(request)

    def change(entity: dict[str, Any]) -> dict[str, Any]:
        for held in entity.values():
            value = held.get("value") if isinstance(held, dict) else None
            if isinstance(value, dict) and value.get("type") == "Polygon":
                value["coordinates"] = value["coordinates"][:1]
        return entity

    return changed(response, change) if retrieves(request) else response


@fault("ctx-dots-in-names-replaced", kills=("CTX-ENT-09",), beside=("CTX-GEN-*",))
def _dots_replaced(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Dots in the names inside of values are kept as underscores."""
    if not creates(request):
        return proceed(request)
    try:
        body = json.loads(request.body)
    except ValueError:
        return proceed(request)
    for held in body.values() if isinstance(body, dict) else ():
        value = held.get("value") if isinstance(held, dict) else None
        if isinstance(value, dict):
            held["value"] = {k.replace(".", "_"): v for k, v in value.items()}
    return proceed(request.with_body(json.dumps(body, ensure_ascii=False).encode()))
