"""Ways to break what subscriptions select, and when: they are kept in another way than they are shown."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import body_of, creates
from mimtest.sandbox.faults.context.subscribed import (
    Json,
    otherwise,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
_OTHERS: Final = ("CTX-NOT-*", "CTX-SUB-*", "CTX-DIST-3[12]")


def _selectors(body: Json, **parts: Any) -> Json:
    """The subscription with other members in its selectors; without those that are None."""
    if not isinstance(body.get("entities"), list):
        return body
    changed = [
        {k: v for k, v in {**e, **parts}.items() if v is not None and (k in e or k not in parts)}
        for e in body["entities"]
    ]
    return {**body, "entities": changed}


@fault(
    "ctx-not-creations-unheard",
    kills=("CTX-NOT-02",),
    beside=(
        "CTX-NOT-*",
        "CTX-SUB-*",
        "CTX-DIST-32",
        "CTX-JSC-13",
        "CTX-DIST-31",
    ),
)
def _creations(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Without triggers only updates of attributes are notified."""

    def change(body: Json) -> Json:
        return {"notificationTrigger": ["attributeUpdated"], **body}

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-any-attribute-watched", kills=("CTX-NOT-03",), beside=_OTHERS)
def _any_attribute(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Changes of any attribute are notified, whichever are watched."""

    def change(body: Json) -> Json:
        return without(body, "watchedAttributes") if "entities" in body else body

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-first-watched-alone", kills=("CTX-NOT-03",), beside=_OTHERS)
def _first_watched(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Of several watched attributes the first alone is watched."""

    def change(body: Json) -> Json:
        watched = body.get("watchedAttributes")
        return body | {"watchedAttributes": watched[:1]} if isinstance(watched, list) else body

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-label-watched", kills=("CTX-NOT-08",), beside=_OTHERS)
def _label_watched(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who watches an attribute of any entity hears of labels, too."""

    def change(body: Json) -> Json:
        watched = body.get("watchedAttributes")
        if not isinstance(watched, list) or "entities" in body:
            return body
        return body | {"watchedAttributes": [*watched, "label"]}

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-any-id-selected", kills=("CTX-NOT-03", "CTX-NOT-07"), beside=_OTHERS)
def _any_id(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A selector by identifier selects all entities of its type."""
    return otherwise(request, platform, proceed, lambda body: _selectors(body, id=None))


@fault("ctx-not-any-pattern-selected", kills=("CTX-NOT-07",), beside=_OTHERS)
def _any_pattern(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A selector by a pattern selects all entities of its type."""
    return otherwise(request, platform, proceed, lambda body: _selectors(body, idPattern=None))


@fault("ctx-not-pattern-selects-nothing", kills=("CTX-NOT-07",), beside=_OTHERS)
def _no_pattern(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A selector by a pattern looks for an identifier that is the pattern."""

    def change(body: Json) -> Json:
        if not isinstance(body.get("entities"), list):
            return body
        return body | {"entities": [_as_id(e) for e in body["entities"]]}

    return otherwise(request, platform, proceed, change)


def _as_id(selector: Json) -> Json:
    if "idPattern" not in selector:
        return selector
    return {**without(selector, "idPattern"), "id": "urn:ngsi-ld:Pattern:none"}


@fault("ctx-not-first-selector-alone", kills=("CTX-NOT-07",), beside=_OTHERS)
def _first_selector(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Of several selectors the first alone counts."""

    def change(body: Json) -> Json:
        listed = isinstance(body.get("entities"), list)
        return body | {"entities": body["entities"][:1]} if listed else body

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-any-type-selected", kills=("CTX-NOT-03", "CTX-NOT-07"), beside=_OTHERS)
def _any_type(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A selector selects entities of any type."""
    types: dict[str, None] = platform.memory.setdefault("types", {})
    body = body_of(request) if creates(request) else None
    if isinstance(body, dict) and isinstance(body.get("type"), str):
        types[body["type"]] = None

    def change(body: Json) -> Json:
        listed = isinstance(body.get("entities"), list)
        all_types = [{"type": name} for name in types]
        return body | {"entities": [*body["entities"], *all_types]} if listed else body

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-query-ignored", kills=("CTX-NOT-04", "CTX-NOT-14"), beside=_OTHERS)
def _query(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The query of a subscription has no effect."""
    return otherwise(request, platform, proceed, lambda body: without(body, "q"))


@fault("ctx-not-query-never-met", kills=("CTX-NOT-04", "CTX-NOT-14"), beside=_OTHERS)
def _never_met(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The query of a subscription is met by nothing."""

    def change(body: Json) -> Json:
        return body | {"q": "temp>1000000;temp<0"} if "q" in body else body

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-geoquery-ignored", kills=("CTX-NOT-05",), beside=_OTHERS)
def _geoquery(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The geoquery of a subscription has no effect."""
    return otherwise(request, platform, proceed, lambda body: without(body, "geoQ"))


@fault("ctx-not-area-elsewhere", kills=("CTX-NOT-05",), beside=_OTHERS)
def _elsewhere(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The geoquery of a subscription takes latitudes for longitudes."""

    def change(body: Json) -> Json:
        place = body.get("geoQ")
        if not isinstance(place, dict) or not isinstance(place.get("coordinates"), list):
            return body
        return body | {"geoQ": place | {"coordinates": _swap(place["coordinates"])}}

    return otherwise(request, platform, proceed, change)


def _swap(value: Any) -> Any:
    nested = isinstance(value, list) and any(isinstance(v, list) for v in value)
    return [_swap(v) for v in value] if nested else value[::-1]


@fault("ctx-not-scope-query-ignored", kills=("CTX-NOT-06",), beside=_OTHERS)
def _scope_query(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The scope query of a subscription has no effect."""
    return otherwise(request, platform, proceed, lambda body: without(body, "scopeQ"))
