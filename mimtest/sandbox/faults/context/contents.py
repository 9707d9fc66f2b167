"""Ways to give an entity out with other contents than were put in."""

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import changed, retrieves, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Entity = dict[str, Any]
_OWN: Final = ("id", "type", "scope", "@context", "createdAt", "modifiedAt", "expiresAt")
_LONG: Final = 4096
_EXACT: Final = 2**53
_BASIC: Final = 0xFFFF


def _given_out(
    name: str,
    kills: tuple[str, ...],
    sentence: str,
    change: Callable[[Entity], Entity],
    *beside: str,
) -> None:
    """Register a fault: an entity retrieved by its identifier is changed."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        return changed(response, change) if retrieves(request) else response

    act.__doc__ = sentence
    fault(f"ctx-{name}", kills=kills, beside=("CTX-GEN-*", "MOD-REP-*", *beside))(act)


def each_instance(change: Callable[[Entity], Entity]) -> Callable[[Entity], Entity]:
    """The change of an entity that changes all instances of its attributes."""

    def visit(held: Any) -> Any:
        if isinstance(held, list):
            return [visit(h) for h in held]
        return change(held) if isinstance(held, dict) else held

    return lambda entity: {n: h if n in _OWN else visit(h) for n, h in entity.items()}


def _each_value(kind: str, change: Callable[[Any], Any]) -> Callable[[Entity], Entity]:
    def visit(item: Entity) -> Entity:
        ours = item.get("type") == kind and "value" in item
        return {**item, "value": change(item["value"])} if ours else item

    return each_instance(visit)


def _values(name: str, sentence: str, change: Callable[[Any], Any], kills: str = "09") -> None:
    _given_out(name, (f"CTX-ENT-{kills}",), sentence, _each_value("Property", change))


def _of_text(change: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda value: change(value) if isinstance(value, str) else value


def _shapes(name: str, sentence: str, change: Callable[[str, Any], Any]) -> None:
    def visit(value: Any) -> Any:
        if not isinstance(value, dict) or "coordinates" not in value:
            return value
        return value | {"coordinates": change(value["type"], value["coordinates"])}

    change_all = _each_value("GeoProperty", visit)
    beside = ("CTX-ENT-21", "CTX-REP-*")
    _given_out(name, ("CTX-ENT-10",), sentence, change_all, *beside)


def _whole(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) and abs(value) < _EXACT else value


def _basic(text: str) -> str:
    return "".join(c if ord(c) <= _BASIC else "?" for c in text)


def _ascii_names(entity: Entity) -> Entity:
    return {n.encode("ascii", "replace").decode(): held for n, held in entity.items()}


_values("texts-composed", "Texts are given out in composed form.",
        _of_text(lambda t: unicodedata.normalize("NFC", t)), "08")  # fmt: skip
_values("emoji-lost", "Characters beyond the basic plane are given out as question marks.",
        _of_text(_basic), "08")  # fmt: skip
_given_out("names-in-ascii", ("CTX-ENT-08",), "Names are given out in ASCII.", _ascii_names)
_values("decimals-cut", "Numbers are given out with six decimals.", _whole)
_values("large-numbers-cut", "Whole numbers beyond 53 bits are given out without their end.",
        lambda v: v // 1000 * 1000 if isinstance(v, int) and abs(v) > _EXACT else v)  # fmt: skip
_values("signs-lost", "Whole numbers are given out without their sign.",
        lambda v: abs(v) if isinstance(v, int) and v < 0 else v)  # fmt: skip
_values("exponents-as-text", "Numbers beyond 10^20 are given out as text.",
        lambda v: str(v) if isinstance(v, float) and v > 10**20 else v)  # fmt: skip
_values("false-as-zero", "The value false is given out as zero.",
        lambda v: 0 if v is False else v)  # fmt: skip
_values("empty-text-as-null", "An empty text is given out as null.",
        lambda v: None if isinstance(v, str) and not v else v)  # fmt: skip
_values("texts-escaped", "Texts are given out as for a page of HTML.",
        _of_text(lambda t: t.replace("<", "&lt;")))  # fmt: skip
_values("long-texts-cut", "Texts are given out with 4096 characters at most.",
        _of_text(lambda t: t[:_LONG]))  # fmt: skip
_values("empty-array-as-null", "An empty array is given out as null.",
        lambda v: None if v == [] else v)  # fmt: skip
_values("arrays-of-one-lost", "An array of one item is given out as an empty one.",
        lambda v: [] if isinstance(v, list) and len(v) == 1 else v)  # fmt: skip
_values("inner-arrays-lost", "Of arrays in an array the first is given out.",
        lambda v: v[:1] if v and isinstance(v, list) and isinstance(v[0], list) else v)  # fmt: skip
_values("objects-without-inner", "Objects in objects are given out as texts.",
        lambda v: {k: str(x) if isinstance(x, dict) else x for k, x in v.items()}
        if isinstance(v, dict) and "street" in v and "inner" in v else v)  # fmt: skip
_shapes("points-rounded", "Points are given out with two decimals.",
        lambda k, c: [round(x, 2) for x in c] if k == "Point" else c)  # fmt: skip
_shapes("lines-straightened", "Lines are given out without the points between their ends.",
        lambda k, c: [c[0], c[-1]] if k == "LineString" else c)  # fmt: skip
_shapes("rings-open", "Polygons are given out without their last point.",
        lambda k, c: [r[:-1] for r in c] if k == "Polygon" else c)  # fmt: skip
_shapes("points-lost", "Of several points the first is given out.",
        lambda k, c: c[:1] if k == "MultiPoint" else c)  # fmt: skip
_shapes("parts-swapped", "Several lines are given out in another order of their points.",
        lambda k, c: [line[::-1] for line in c] if k == "MultiLineString" else c)  # fmt: skip
_shapes("areas-lost", "Of several polygons the first is given out.",
        lambda k, c: c[:1] if k == "MultiPolygon" else c)  # fmt: skip


def _to_the_second(item: Entity) -> Entity:
    at = item.get("observedAt")
    return item | {"observedAt": f"{at[:19]}Z"} if isinstance(at, str) else item


def _shallow(item: Entity, depth: int = 0) -> Entity:
    """The attribute without what is said of parts of its parts."""
    kept = {
        n: _shallow(h, depth + 1) if isinstance(h, dict) and n != "value" else h
        for n, h in item.items()
    }
    return kept if depth < 2 else {n: h for n, h in kept.items() if not isinstance(h, dict)}  # noqa: PLR2004


def _without_unit_of_parts(item: Entity, depth: int = 0) -> Entity:
    return {
        n: _without_unit_of_parts(h, depth + 1) if isinstance(h, dict) and n != "value" else h
        for n, h in item.items()
        if not (depth and n == "unitCode")
    }


def _without_default_language(item: Entity) -> Entity:
    texts = item.get("languageMap")
    if not isinstance(texts, dict):
        return item
    return item | {"languageMap": {t: v for t, v in texts.items() if t != "@none"}}


def _first(name: str) -> Callable[[Entity], Entity]:
    def change(entity: Entity) -> Entity:
        held = entity.get(name)
        return entity | {name: held[0]} if isinstance(held, list) else entity

    return change


def _first_instances(entity: Entity) -> Entity:
    return {
        n: h[0] if n not in _OWN and isinstance(h, list) and h else h for n, h in entity.items()
    }


_given_out("moments-to-the-second", ("CTX-ENT-12",),
           "Times of observation are given out to the second.",
           each_instance(_to_the_second))  # fmt: skip
_given_out("deep-parts-lost", ("CTX-ENT-16",),
           "What is said of parts of an attribute's parts is not given out.",
           each_instance(_shallow), "CTX-REP-*")  # fmt: skip
_given_out("units-of-parts-lost", ("CTX-ENT-16",),
           "Units of an attribute's parts are not given out.",
           each_instance(_without_unit_of_parts), "CTX-REP-*")  # fmt: skip
_given_out("first-instance-alone", ("CTX-ENT-14",),
           "Of several instances of an attribute the first is given out.",
           _first_instances, "CTX-ATT-*", "CTX-COM-13", "CTX-CTX-*", "CTX-REP-*")  # fmt: skip
_given_out("first-type-alone", ("CTX-ENT-17", "CTX-ENT-35"),
           "Of several types the first is given out.", _first("type"), "CTX-ATT-25", "CTX-REP-*")  # fmt: skip
_given_out("first-scope-alone", ("CTX-ENT-18",),
           "Of several scopes the first is given out.", _first("scope"), "CTX-ATT-25")  # fmt: skip
_given_out("scopes-lost", ("CTX-ENT-18",), "Scopes are not given out.",
           lambda entity: {n: h for n, h in entity.items() if n != "scope"})  # fmt: skip
_given_out("default-language-lost", ("CTX-ENT-19",),
           "The text for all other languages is not given out.",
           each_instance(_without_default_language))  # fmt: skip
_given_out("stamps-of-creation", ("CTX-ENT-29",),
           "An entity is given out as modified when it was created.",
           lambda e: e | {"modifiedAt": e["createdAt"]} if "createdAt" in e else e, "CTX-ATT-22")  # fmt: skip


@fault("ctx-bare-entity-for-attrs", kills=("CTX-ENT-25",))
def _bare_entity(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity without the attribute asked for is given out bare."""
    response = proceed(request)
    if not retrieves(request) or "attrs" not in request.params or response.status != 404:  # noqa: PLR2004
        return response
    whole = proceed(without_params(request, "attrs"))
    return changed(whole, lambda e: {n: h for n, h in e.items() if n in ("id", "type")})


@fault("ctx-type-ignored-on-retrieval", kills=("CTX-ENT-26",))
def _type_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Retrieving an entity together with another type gives it all the same."""
    return proceed(without_params(request, "type") if retrieves(request) else request)
