"""Permitted other readings of the forms of entities, and of what there is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from mimtest.sandbox.faults.context.messages import API, changed, queries
from mimtest.sandbox.faults.context.shapes import (
    Json,
    each_attribute,
    each_entity,
    each_instance,
    in_full,
    options_of,
    reads,
    simplifies,
    wants_geojson,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_DEFAULT_NAMES: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
_CONTEXT: Final = "http://www.w3.org/ns/json-ld#context"
_CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
_KEPT: Final = frozenset(
    ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")
)
_TYPES_SEEN: Final[WeakKeyDictionary[Any, dict[str, list[str]]]] = WeakKeyDictionary()


@fault("ctx-variant-concise-values-wrapped")
def _values_wrapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The concise form has the value of an attribute in an object (A53)."""
    response = proceed(request)

    def change(held: Any) -> Any:
        return (
            held
            if (isinstance(held, dict) and _KEPT & set(held)) or _several(held)
            else {"value": held}
        )

    asked = reads(request) and "concise" in (*options_of(request), request.params.get("format"))
    return each_attribute(response, change) if asked and not wants_geojson(request) else response


def _several(held: Any) -> bool:
    return isinstance(held, list) and any(isinstance(h, dict) for h in held)


def _simplified(request: Request, proceed: Proceed, change: Callable[[Any], Any]) -> Response:
    response = proceed(request)
    asked = request.params.get("format") in ("simplified", "keyValues") or simplifies(request)
    return each_attribute(response, change) if reads(request) and asked else response


@fault("ctx-variant-languages-bare")
def _languages_bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of a text in languages is the map of them (A54)."""

    def change(held: Any) -> Any:
        told = isinstance(held, dict) and set(held) == {"languageMap"}
        return held["languageMap"] if told else held

    return _simplified(request, proceed, change)


@fault("ctx-variant-lists-wrapped")
def _lists_wrapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of a list says which kind of list it is (A73)."""

    def change(held: Any) -> Any:
        if not isinstance(held, list) or not held:
            return held
        if all(isinstance(h, str) and h.startswith("urn:") for h in held):
            return {"objectList": held}
        return {"valueList": held} if all(isinstance(h, int) for h in held) else held

    return _simplified(request, proceed, change)


@fault("ctx-variant-geojson-linked-besides")
def _linked_besides(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON with its @context inside has a Link to it as well (A55)."""
    response = proceed(request)
    if not wants_geojson(request) or response.status != 200 or response.header("Link"):  # noqa: PLR2004
        return response
    return response.with_header("Link", f'<{_CORE}>; rel="{_CONTEXT}"; type="application/ld+json"')


@fault("ctx-variant-features-without-place-left-out")
def _left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection has only entities with a location (A72)."""
    response = proceed(request)

    def change(body: Json) -> Json:
        return {**body, "features": [f for f in body["features"] if f["geometry"]]}

    return changed(response, change) if wants_geojson(request) and queries(request) else response


@fault("ctx-variant-words-in-full")
def _words_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Words of the default vocabulary are given as full IRIs (A61)."""
    response = proceed(request)

    def change(instance: Any) -> Any:
        word = instance.get("vocab") if isinstance(instance, dict) else None
        short = isinstance(word, str) and ":" not in word
        return {**instance, "vocab": f"{_DEFAULT_NAMES}{word}"} if short else instance

    return each_instance(response, change) if reads(request) else response


@fault("ctx-variant-default-dataset-shown")
def _default_shown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several instances of an attribute the default one says that it is (A71)."""
    response = proceed(request)

    def change(held: Any) -> Any:
        several = isinstance(held, list) and all(isinstance(h, dict) for h in held)
        return [{"datasetId": "@none", **h} for h in held] if several and len(held) > 1 else held

    return each_attribute(response, change) if in_full(request) else response


@fault("ctx-variant-counts-estimated")
def _estimated(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The numbers of entities of a type, and of instances of an attribute, are estimates (A60)."""
    response = proceed(request)
    names = ("entityCount", "attributeCount")

    def change(body: Any) -> Any:
        counted = isinstance(body, dict) and any(n in body for n in names)
        return {k: v + 5 if k in names else v for k, v in body.items()} if counted else body

    described = request.path.startswith((f"{API}/types/", f"{API}/attributes/"))
    return changed(response, change) if described else response


@fault("ctx-variant-types-linger")
def _linger(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A type that was listed once stays in the list (A60)."""
    response = proceed(request)
    if request.path != f"{API}/types" or {"details", "local"} & set(request.params):
        return response
    tenant = request.headers.get("ngsild-tenant", "")
    seen = _TYPES_SEEN.setdefault(platform, {}).setdefault(tenant, [])

    def change(body: Json) -> Json:
        seen.extend(t for t in body["typeList"] if t not in seen)
        return {**body, "typeList": list(seen)}

    return changed(response, change)


@fault("ctx-variant-modified-once-changed")
def _modified_once_changed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What was never changed has no time of modification (A79)."""
    response = proceed(request)
    asked = reads(request) and "sysAttrs" in options_of(request) and not wants_geojson(request)

    def change(held: Json) -> Json:
        same = isinstance(held, dict) and held.get("modifiedAt") == held.get("createdAt")
        return {k: v for k, v in held.items() if k != "modifiedAt"} if same else held

    return each_entity(each_instance(response, change), change) if asked else response
