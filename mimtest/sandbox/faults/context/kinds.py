"""Ways to break what each kind of attribute keeps, and what is inferred of concise ones."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.shapes import Json, created_with
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _is(held: Any, kind: str) -> bool:
    return isinstance(held, dict) and held.get("type") == kind


def _as_property(held: Any) -> Json:
    return {"type": "Property", "value": held}


@fault("ctx-rep-concise-geometry-not-seen", kills=("CTX-REP-05",))
def _geometry_not_seen(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A bare geometry becomes a plain Property."""
    return created_with(request, proceed, lambda h: _as_property(h) if _is(h, "Point") else h)


@fault("ctx-rep-concise-object-not-seen", kills=("CTX-REP-05",))
def _object_not_seen(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Relationship that does not say its type becomes a Property."""

    def change(held: Any) -> Any:
        return _as_property(held) if isinstance(held, dict) and set(held) == {"object"} else held

    return created_with(request, proceed, change)


@fault("ctx-rep-concise-unit-lost", kills=("CTX-REP-05",))
def _unit_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A value with a unit, sent concisely, loses the unit."""

    def change(held: Any) -> Any:
        united = isinstance(held, dict) and set(held) == {"value", "unitCode"}
        return held["value"] if united else held

    return created_with(request, proceed, change)


@fault("ctx-rep-concise-languages-not-seen", kills=("CTX-REP-05",))
def _languages_not_seen(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts in languages, sent concisely, become a Property."""

    def change(held: Any) -> Any:
        told = isinstance(held, dict) and set(held) == {"languageMap"}
        return _as_property(held) if told else held

    return created_with(request, proceed, change)


@fault("ctx-rep-languages-with-value", kills=("CTX-REP-19",))
def _languages_with_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts in languages may have a value besides."""

    def change(held: Any) -> Any:
        told = _is(held, "LanguageProperty")
        return {k: v for k, v in held.items() if k != "value"} if told else held

    return created_with(request, proceed, change)


@fault("ctx-rep-languages-of-numbers", kills=("CTX-REP-19",))
def _languages_of_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number is taken for a text in a language."""

    def change(held: Any) -> Any:
        if not _is(held, "LanguageProperty") or not isinstance(held.get("languageMap"), dict):
            return held
        texts = {k: str(v) if isinstance(v, int) else v for k, v in held["languageMap"].items()}
        return {**held, "languageMap": texts}

    return created_with(request, proceed, change)


@fault("ctx-rep-words-are-numbers", kills=("CTX-REP-20",))
def _words_are_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number is taken for a word of a vocabulary."""

    def change(held: Any) -> Any:
        number = _is(held, "VocabProperty") and isinstance(held.get("vocab"), int)
        return {**held, "vocab": str(held["vocab"])} if number else held

    return created_with(request, proceed, change)


@fault("ctx-rep-one-word-kept", kills=("CTX-REP-20",))
def _one_word(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several words one is kept."""

    def change(held: Any) -> Any:
        several = _is(held, "VocabProperty") and isinstance(held.get("vocab"), list)
        return {**held, "vocab": held["vocab"][0]} if several else held

    return created_with(request, proceed, change)


def _json_changed(held: Any, change: Any) -> Any:
    raw = held.get("json") if _is(held, "JsonProperty") else None
    return {**held, "json": change(raw)} if isinstance(raw, dict) else held


@fault("ctx-rep-json-without-nulls", kills=("CTX-REP-21",))
def _without_nulls(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A null in raw JSON is left out."""

    def change(raw: Json) -> Json:
        return {k: v for k, v in raw.items() if v is not None}

    return created_with(request, proceed, lambda h: _json_changed(h, change))


@fault("ctx-rep-json-interpreted", kills=("CTX-REP-21",))
def _interpreted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Raw JSON is read as JSON-LD: keywords have their short names."""

    def change(raw: Json) -> Json:
        return {k.removeprefix("@"): v for k, v in raw.items()}

    return created_with(request, proceed, lambda h: _json_changed(h, change))


@fault("ctx-rep-lists-are-sets", kills=("CTX-REP-22",))
def _lists_are_sets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A list keeps each value once."""

    def change(held: Any) -> Any:
        listed = _is(held, "ListProperty") and isinstance(held.get("valueList"), list)
        return {**held, "valueList": _once(held["valueList"])} if listed else held

    return created_with(request, proceed, change)


def _once(items: list[Any]) -> list[Any]:
    return [i for n, i in enumerate(items) if i not in items[:n]]


@fault("ctx-rep-routes-sorted", kills=("CTX-REP-08", "CTX-REP-22"))
def _routes_sorted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A list of relationships is kept in the order of the targets' identifiers."""

    def change(held: Any) -> Any:
        listed = _is(held, "ListRelationship") and isinstance(held.get("objectList"), list)
        return {**held, "objectList": sorted(held["objectList"], key=str)} if listed else held

    return created_with(request, proceed, change)


@fault("ctx-rep-data-type-lost", kills=("CTX-REP-23",))
def _data_type_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The data type of a value is not kept."""
    return created_with(request, proceed, lambda h: _without(h, "valueType"))


@fault("ctx-rep-lone-unit-lost", kills=("CTX-REP-24",))
def _lone_unit_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A unit is not kept when nothing else is said of the value."""

    def change(held: Any) -> Any:
        lone = isinstance(held, dict) and set(held) == {"type", "value", "unitCode"}
        return _without(held, "unitCode") if lone else held

    return created_with(request, proceed, change)


@fault("ctx-rep-one-target-kept", kills=("CTX-REP-25",))
def _one_target(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several targets of a Relationship one is kept."""

    def change(held: Any) -> Any:
        several = _is(held, "Relationship") and isinstance(held.get("object"), list)
        return {**held, "object": held["object"][0]} if several and held["object"] else held

    return created_with(request, proceed, change)


@fault("ctx-rep-target-type-lost", kills=("CTX-REP-25",))
def _target_type_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of the targets of a Relationship is not kept."""
    return created_with(request, proceed, lambda h: _without(h, "objectType"))


def _without(held: Any, name: str) -> Any:
    return {k: v for k, v in held.items() if k != name} if isinstance(held, dict) else held
