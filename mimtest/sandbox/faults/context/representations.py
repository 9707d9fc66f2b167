"""Ways to break the full, concise and simplified forms, and the times of the system."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import queries, retrieves, without_params
from mimtest.sandbox.faults.context.shapes import (
    Json,
    each_attribute,
    each_entity,
    each_instance,
    in_full,
    options_of,
    posts_query,
    reads,
    simplifies,
    with_options,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "ctx-rep-area-is-a-property",
    kills=("CTX-REP-01",),
    beside=("MOD-REP-04", "MOD-REP-05", "CTX-ENT-10", "CTX-ENT-21", "CTX-REP-03"),
)
def _area_is_a_property(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An area is said to be a plain Property when its entity is retrieved."""
    response = proceed(request)

    def change(instance: Json) -> Json:
        value = instance.get("value")
        area = isinstance(value, dict) and value.get("type") == "Polygon"
        return {**instance, "type": "Property"} if area else instance

    return each_instance(response, change) if in_full(request) and retrieves(request) else response


@fault(
    "ctx-rep-relationship-with-value",
    kills=("CTX-REP-01",),
    beside=("MOD-REP-05", "CTX-ENT-21", "CTX-REP-29"),
)
def _relationship_with_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query shows the target of a Relationship as a value too."""
    response = proceed(request)

    def change(instance: Json) -> Json:
        target = instance.get("object")
        return {**instance, "value": target} if target else instance

    return each_instance(response, change) if in_full(request) and queries(request) else response


@fault(
    "ctx-rep-query-never-simplified",
    kills=("CTX-REP-02",),
    beside=("CTX-ATT-05", "CTX-QRY-47", "CTX-QRY-52", "CTX-QRY-61", "CTX-REP-16"),
)
def _query_never_simplified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query gives entities in full though they are asked for in simplified form."""
    simple = queries(request) and simplifies(request)
    return proceed(with_options(request, lambda _: []) if simple else request)


@fault("ctx-rep-format-ignored", kills=("CTX-REP-03", "CTX-REP-28"))
def _format_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The parameter `format` is not looked at."""
    return proceed(without_params(request, "format") if retrieves(request) else request)


@fault("ctx-rep-options-ignored", kills=("CTX-REP-28",))
def _options_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Values of `options` that nobody knows are not looked at."""
    known = ("normalized", "concise", "simplified", "keyValues", "sysAttrs")
    if not retrieves(request) or "options" not in request.params:
        return proceed(request)
    return proceed(with_options(request, lambda given: [o for o in given if o in known]))


@fault("ctx-rep-concise-in-full", kills=("CTX-REP-04",), beside=("CTX-REP-03",))
def _concise_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The concise form has the types of attributes, though they can be inferred."""
    asked = options_of(request) == ["concise"] and "format" not in request.params
    return proceed(with_options(request, lambda _: []) if asked else request)


@fault(
    "ctx-rep-concise-without-units",
    kills=("CTX-REP-04",),
    beside=(
        "MOD-REP-03",
        "CTX-REP-03",
    ),
)
def _concise_without_units(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The concise form leaves out units."""
    response = proceed(request)

    def change(held: Any) -> Any:
        has_unit = isinstance(held, dict) and "value" in held
        return {k: v for k, v in held.items() if k != "unitCode"} if has_unit else held

    asked = reads(request) and "concise" in options_of(request)
    return each_attribute(response, change) if asked else response


@fault("ctx-rep-simplified-first-dataset", kills=("CTX-REP-06",))
def _first_dataset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form has one instance of each attribute."""

    def change(held: Any) -> Any:
        several = isinstance(held, dict) and set(held) == {"dataset"}
        return next(iter(held["dataset"].values())) if several else held

    return _simplified(request, proceed, change)


@fault("ctx-rep-simplified-first-language", kills=("CTX-REP-07",))
def _first_language(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form has one language of each text."""

    def change(held: Any) -> Any:
        told = isinstance(held, dict) and set(held) == {"languageMap"}
        return {"languageMap": dict([*held["languageMap"].items()][:1])} if told else held

    return _simplified(request, proceed, change)


@fault("ctx-rep-simplified-words-bare", kills=("CTX-REP-08",))
def _words_bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form does not tell words of a vocabulary from other texts."""
    return _simplified(request, proceed, lambda held: _inner(held, "vocab"))


@fault("ctx-rep-simplified-json-bare", kills=("CTX-REP-08",))
def _json_bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form does not tell raw JSON from other objects."""
    return _simplified(request, proceed, lambda held: _inner(held, "json"))


def _inner(held: Any, name: str) -> Any:
    return held[name] if isinstance(held, dict) and set(held) == {name} else held


@fault("ctx-rep-simplified-lists-sorted", kills=("CTX-REP-08",))
def _lists_sorted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form sorts lists, those of numbers downwards."""

    def change(held: Any) -> Any:
        if not isinstance(held, list):
            return held
        numbers = all(isinstance(h, int) for h in held)
        targets = all(isinstance(h, str) and h.startswith("urn:") for h in held)
        return sorted(held, reverse=numbers) if numbers or targets else held

    return _simplified(request, proceed, change)


def _simplified(request: Request, proceed: Proceed, change: Any) -> Response:
    response = proceed(request)
    return each_attribute(response, change) if simplifies(request) else response


@fault("ctx-rep-attributes-without-times", kills=("CTX-REP-09",), beside=("CTX-ENT-20",))
def _attributes_without_times(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is retrieved has times of the system, its attributes have none."""
    response = proceed(request)

    def change(instance: Any) -> Any:
        if not isinstance(instance, dict):
            return instance
        return {k: v for k, v in instance.items() if k not in ("createdAt", "modifiedAt")}

    return each_instance(response, change) if retrieves(request) else response


@fault("ctx-rep-times-not-in-queries", kills=("CTX-REP-09",))
def _times_not_in_queries(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query does not give the times of the system."""
    return proceed(_without_times(request) if queries(request) else request)


@fault("ctx-rep-times-not-in-posted-queries", kills=("CTX-REP-09",))
def _times_not_in_posted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body does not give the times of the system."""
    return proceed(_without_times(request) if posts_query(request) else request)


def _without_times(request: Request) -> Request:
    return with_options(request, lambda given: [o for o in given if o != "sysAttrs"])


@fault(
    "ctx-rep-times-elsewhere",
    kills=("CTX-REP-09",),
    beside=("CTX-ENT-20", "CTX-COM-22"),
)
def _times_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times of the system are given in the time zone of the broker."""
    response = proceed(request)

    def change(instance: Any) -> Any:
        if not isinstance(instance, dict) or "modifiedAt" not in instance:
            return instance
        return {**instance, "modifiedAt": instance["modifiedAt"].replace("Z", "+01:00")}

    return each_instance(response, change) if retrieves(request) else response


@fault("ctx-rep-times-unasked", kills=("CTX-REP-10",))
def _times_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities in full always have the times of the system."""
    asked = in_full(request) and "sysAttrs" not in options_of(request)
    return proceed(with_options(request, lambda o: [*o, "sysAttrs"]) if asked else request)


@fault("ctx-rep-simplified-without-times", kills=("CTX-REP-11",))
def _simplified_without_times(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form never has the times of the system."""
    return proceed(_without_times(request) if simplifies(request) else request)


@fault("ctx-rep-nulls", kills=("CTX-REP-29",))
def _nulls(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity with the times of the system says when it was deleted, which is never."""
    response = proceed(request)
    asked = queries(request) and "sysAttrs" in options_of(request)
    return each_entity(response, lambda e: {**e, "deletedAt": None}) if asked else response


@fault(
    "ctx-rep-dataset-of-one-dropped",
    kills=("CTX-REP-30",),
    beside=("CTX-REP-13", "CTX-QRY-46", "CTX-REP-01"),
)
def _dataset_dropped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query leaves out the datasetId of the only instance of an attribute."""
    response = proceed(request)

    def change(held: Any) -> Any:
        alone = isinstance(held, dict) and "datasetId" in held
        return {k: v for k, v in held.items() if k != "datasetId"} if alone else held

    return each_attribute(response, change) if queries(request) else response


@fault("ctx-rep-linked-in-full", kills=("CTX-REP-26",))
def _linked_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Linked entities do not stand inside in simplified form."""
    joined = retrieves(request) and simplifies(request)
    return proceed(without_params(request, "join") if joined else request)


@fault("ctx-rep-newer-kinds-shown", kills=("CTX-REP-27",))
def _newer_kinds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A client that prefers an older version is told it has it, and is given the newest."""
    wanted = request.headers.get("prefer", "")
    kept = {k: v for k, v in request.headers.items() if k != "prefer"}
    if not wanted.startswith("ngsi-ld="):
        return proceed(request)
    return proceed(replace(request, headers=kept)).with_header("Preference-Applied", wanted)
