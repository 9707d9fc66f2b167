"""Ways to break the filters of an NGSI v2 broker."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.ngsiv2_messages import (
    changed,
    having,
    lists,
    told,
    with_param,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _without(request: Request, *names: str) -> Request:
    for name in names:
        request = with_param(request, name, None)
    return request


def _filtered(response: Response, takes: Callable[[dict[str, Any]], bool]) -> Response:
    """A list with only some of its entities."""
    return told(response, lambda b: [e for e in b if takes(e)])


@fault("ctx-v2-unequal-without-attribute", kills=("CTX-V2-22",), beside=("CTX-V2-43",))
def _unequal_without(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Unequal also finds the entities that lack the attribute."""
    if not having(request, "q", r"\w+!=[^.,;]+"):
        return proceed(request)
    equal = proceed(changed(request, "q", "!=", "==")).json()
    return _filtered(proceed(_without(request, "q")), lambda e: e not in equal)


@fault("ctx-v2-equal-is-at-least", kills=("CTX-V2-22",))
def _equal_is_at_least(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number equals all that are greater."""
    number = having(request, "q", r"\w+==-?[\d.]+") and ".." not in request.params["q"]
    return proceed(changed(request, "q", "==", ">=") if number else request)


@fault("ctx-v2-greater-includes", kills=("CTX-V2-23",))
def _greater_includes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Greater includes the value itself."""
    alone = having(request, "q", r"\w+>[^=;]+")
    return proceed(changed(request, "q", ">", ">=") if alone else request)


@fault("ctx-v2-less-includes", kills=("CTX-V2-23",))
def _less_includes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Less includes the value itself."""
    alone = having(request, "q", r"\w+<[^=;]+")
    return proceed(changed(request, "q", "<", "<=") if alone else request)


@fault("ctx-v2-at-least-excludes", kills=("CTX-V2-23",))
def _at_least_excludes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Greater or equal excludes the value itself."""
    return proceed(
        changed(request, "q", ">=", ">") if having(request, "q", r"\w+>=[\d.-]+") else request
    )


@fault("ctx-v2-at-most-excludes", kills=("CTX-V2-23",))
def _at_most_excludes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Less or equal excludes the value itself."""
    return proceed(
        changed(request, "q", "<=", "<") if having(request, "q", r"\w+<=[\d.-]+") else request
    )


@fault("ctx-v2-numbers-compared-as-text", kills=("CTX-V2-23",))
def _compared_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Numbers are compared by their digits, so that 9 is greater than 10."""
    found = re.fullmatch(r"(\w+)>(-?\d[\d.]*)", request.params.get("q", ""))
    if not lists(request) or not found:
        return proceed(request)
    name, limit = found.groups()
    return _filtered(
        proceed(_without(request, "q")),
        lambda e: name in e and json.dumps(e[name]["value"]) > limit,
    )


@fault("ctx-v2-range-without-ends", kills=("CTX-V2-24",))
def _range_without_ends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A range does not hold its ends."""
    if having(request, "q", r"\w+==.+\.\..+"):
        return proceed(changed(request, "q", r"(\w+)==(.+)\.\.(.+)", r"\1>\2;\1<\3"))
    return proceed(request)


@fault("ctx-v2-first-of-a-list", kills=("CTX-V2-25", "CTX-V2-35"))
def _first_of_a_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a list of values only the first counts."""
    several = having(request, "q", r"\w+[!=]=[^']*,.*")
    return proceed(changed(request, "q", ",.*", "") if several else request)


@fault("ctx-v2-pattern-of-the-whole", kills=("CTX-V2-26",))
def _pattern_of_the_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern has to match the whole of a text."""
    pattern = having(request, "q", r"\w+~=[^^].*")
    return proceed(changed(request, "q", "~=(.*)", r"~=^\1$") if pattern else request)


@fault("ctx-v2-pattern-of-any-text", kills=("CTX-V2-26",))
def _pattern_of_any_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern matches any text."""
    pattern = having(request, "q", r"\w+~=.*")
    return proceed(changed(request, "q", "~=.*", "~=.") if pattern else request)


@fault("ctx-v2-absence-ignored", kills=("CTX-V2-27",))
def _absence_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """That an attribute is absent is no condition."""
    return proceed(_without(request, "q") if having(request, "q", r"!\w+") else request)


@fault("ctx-v2-presence-ignored", kills=("CTX-V2-27", "CTX-V2-30"))
def _presence_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """That an attribute is present is no condition."""
    plain = having(request, "q", r"\w+") and "orderBy" not in request.params
    return proceed(_without(request, "q") if plain else request)


@fault("ctx-v2-first-statement-only", kills=("CTX-V2-28",))
def _first_statement(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several statements only the first counts."""
    several = having(request, "q", ".*;.*")
    return proceed(changed(request, "q", ";.*", "") if several else request)


@fault("ctx-v2-colon-unknown", kills=("CTX-V2-29",))
def _colon_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A colon is no operator."""
    if having(request, "q", r"\w+:.*"):
        return json_response({"error": "BadRequest", "description": "no operator"}, 400)
    return proceed(request)


@fault("ctx-v2-nothing-becomes-all", kills=("CTX-V2-30",), beside=("CTX-V2-3?",))
def _nothing_becomes_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that nothing matches is left out."""
    response = proceed(request)
    nothing = having(request, "q") and response.body == b"[]"
    return proceed(_without(request, "q")) if nothing else response


@fault("ctx-v2-metadata-unfiltered", kills=("CTX-V2-31",))
def _metadata_unfiltered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter over metadata is left out."""
    good = having(request, "mq", r"\w+\.\w+.*")
    return proceed(_without(request, "mq") if good else request)


@fault("ctx-v2-malformed-filter-ignored", kills=("CTX-V2-32", "CTX-V2-54"))
def _malformed_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter without a value is left out."""
    return proceed(_without(request, "q") if having(request, "q", r"\w+==") else request)


@fault("ctx-v2-members-one-deep", kills=("CTX-V2-33",))
def _members_one_deep(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A path leads to a member of a value, but no deeper."""
    deep = having(request, "q", r"\w+\.\w+\.\w+==.*")
    return proceed(changed(request, "q", r"\.\w+==", "==") if deep else request)


@fault("ctx-v2-quotes-dropped", kills=("CTX-V2-34",))
def _quotes_dropped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Quotes around a value make no difference."""
    return proceed(changed(request, "q", "'", "") if having(request, "q", ".*'.*") else request)


@fault("ctx-v2-arrays-are-whole", kills=("CTX-V2-35",))
def _arrays_are_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An array equals nothing that it includes."""
    response = proceed(request)
    if not having(request, "q", r"\w+==.*"):
        return response
    name = request.params["q"].partition("==")[0]
    return _filtered(response, lambda e: not isinstance(e.get(name, {}).get("value"), list))
