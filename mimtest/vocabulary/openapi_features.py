"""What an API definition says of a features service: its operations, their parameters, and whether it holds together."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.vocabulary.openapi import resolve

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
#: Where OGC keeps its own definitions of `limit`, `bbox` and `datetime`.
_OF_THE_STANDARD: Final = re.compile(
    r"https?://(schemas\.opengis\.net/ogcapi/|raw\.githubusercontent\.com/opengeospatial/)"
    r".*[/#](parameters/)?(?P<name>limit|bbox|datetime)(\.ya?ml)?"
)


def operations(definition: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every operation: its path, its method and what is said of it."""
    for path, node in _items(definition.get("paths")):
        item = resolve(definition, node)
        for method in METHODS:
            operation = item.get(method) if isinstance(item, Mapping) else None
            if isinstance(operation, Mapping):
                yield path, method, operation


def _items(node: Any) -> Iterator[tuple[str, Any]]:
    yield from node.items() if isinstance(node, Mapping) else ()


def path_for(definition: Mapping[str, Any], *segments: str) -> str | None:
    """The path of the definition for a resource, one with its very names before one with variables.

    `segments` are those below the landing page; the path may have others before them.
    """
    found = [
        (_VARIABLE.search("/".join(tail)) is not None, path)
        for path, _ in _items(definition.get("paths"))
        if (tail := _tail(path, len(segments))) is not None and _fits(tail, segments)
    ]
    return min(found)[1] if found else None


def _tail(path: str, count: int) -> list[str] | None:
    parts = path.strip("/").split("/") if path.strip("/") else []
    if count == 0:
        return [] if not parts else None
    return parts[-count:] if len(parts) >= count else None


def _fits(tail: list[str], segments: tuple[str, ...]) -> bool:
    return all(_fits_one(part, segment) for part, segment in zip(tail, segments, strict=True))


def _fits_one(part: str, segment: str) -> bool:
    """A word of the standard has to be there; a name may be a variable."""
    is_fixed = segment in ("collections", "items", "conformance")
    return part == segment or (not is_fixed and _VARIABLE.fullmatch(part) is not None)


def variables(path: str) -> tuple[str, ...]:
    """The names in braces."""
    return tuple(_VARIABLE.findall(path))


def filled(path: str, features: Mapping[str, str]) -> str | None:
    """A path with a collection and a feature of it in place of variables; None where one is not known.

    `features` has an id for each collection that may be asked for.
    """
    parts = path.split("/")
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else ""
        if _VARIABLE.fullmatch(part) and before == "collections" and features:
            parts[place] = quote(next(iter(features)), safe="")
        elif _VARIABLE.fullmatch(part) and before == "items":
            feature = features.get(unquote(parts[place - 2]))
            if feature is None:
                return None
            parts[place] = quote(feature, safe="")
        elif "{" in part:
            return None
    return "/".join(parts)


def parameters(definition: Mapping[str, Any], path: str, method: str = "get") -> list[Any]:
    """The parameters of an operation, those of its path included, local references resolved."""
    item = resolve(definition, dict(_items(definition.get("paths"))).get(path))
    operation = item.get(method) if isinstance(item, Mapping) else None
    holders = (operation, item)
    listed = [h.get("parameters") for h in holders if isinstance(h, Mapping)]
    nodes = [n for found in listed if isinstance(found, list) for n in found]
    return [resolve(definition, n) for n in nodes]


def named_by_the_standard(parameter: Any) -> str | None:
    """The name of a parameter that is a reference to OGC's own definition of it."""
    reference = parameter.get("$ref") if isinstance(parameter, Mapping) else None
    found = _OF_THE_STANDARD.fullmatch(reference) if isinstance(reference, str) else None
    return found["name"] if found else None


def parameter_problem(parameter: Mapping[str, Any], kind: str, document: Any) -> str | None:
    """What is wrong with a query parameter of a kind ("integer", "array", "string"); None for nothing."""
    if parameter.get("in") != "query":
        return f"it is in {parameter.get('in')!r}, not in the query"
    if parameter.get("required") is True:
        return "it is required"
    schema = resolve(document, parameter.get("schema"))
    kinds = set(_kinds(document, schema))
    if kinds and kind not in kinds:
        return f"its type is {' or '.join(sorted(kinds))}, not {kind}"
    if kind == "array":
        return _list_problem(parameter, schema, document)
    return _bounds_problem(schema) if kind == "integer" else None


def _kinds(document: Any, schema: Any, depth: int = 4) -> Iterator[str]:
    """The types a schema lets through, its alternatives included; none where it does not say."""
    if not isinstance(schema, Mapping) or not depth:
        return
    kind = schema.get("type")
    yield from [kind] if isinstance(kind, str) else kind if isinstance(kind, list) else ()
    for word in ("allOf", "anyOf", "oneOf"):
        listed = schema.get(word)
        for part in listed if isinstance(listed, list) else ():
            yield from _kinds(document, resolve(document, part), depth - 1)


def _list_problem(parameter: Mapping[str, Any], schema: Any, document: Any) -> str | None:
    if parameter.get("style", "form") != "form":
        return f"its style is {parameter['style']!r}, not form"
    if parameter.get("explode", True) is not False:
        return "its numbers are not one value with commas: explode is not false"
    items = resolve(document, schema.get("items")) if isinstance(schema, Mapping) else None
    if isinstance(items, Mapping) and items.get("type", "number") not in ("number", ["number"]):
        return f"its items are of type {items['type']!r}, not number"
    least, most = (_whole(schema, name) for name in ("minItems", "maxItems"))
    if least is not None and least > 4:  # noqa: PLR2004 - a box has four numbers
        return f"it has at least {least} numbers"
    return None if most is None or most >= 4 else f"it has at most {most} numbers"  # noqa: PLR2004


def _bounds_problem(schema: Any) -> str | None:
    least, usual, most = (_whole(schema, name) for name in ("minimum", "default", "maximum"))
    known = [n for n in (least, usual, most) if n is not None]
    if known != sorted(known):
        return f"minimum {least}, default {usual} and maximum {most} contradict each other"
    return None if most is None or most >= 1 else f"its maximum is {most}"


def _whole(schema: Any, name: str) -> int | None:
    found = schema.get(name) if isinstance(schema, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def responses_of(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an operation may answer, by status, class of statuses or "default"."""
    return dict(_items(operation.get("responses")))


def operation_at(definition: Mapping[str, Any], path: str | None) -> Mapping[str, Any] | None:
    """What is said of reading a path."""
    found = (o for p, method, o in operations(definition) if (p, method) == (path, "get"))
    return next(found, None)


def security_of(definition: Mapping[str, Any], operation: Mapping[str, Any]) -> bool:
    """Whether an operation is documented to need credentials (OpenAPI 3.0.3 4.7.30)."""
    listed = operation.get("security", definition.get("security"))
    return isinstance(listed, list) and bool(listed) and {} not in listed
