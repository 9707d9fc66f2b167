"""What an API definition (OpenAPI 3) says about the parameters of a collection's features."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from mimtest.errors import Inconclusive

_DEPTH: Final = 8
_ITEMS: Final = re.compile(r"/collections/([^/]+)/items/?")
#: Where OGC keeps the parameters of its standards; none of them takes free names.
_STANDARD: Final = re.compile(
    r"https?://(schemas\.opengis\.net|raw\.githubusercontent\.com/opengeospatial)/"
)


def resolve(definition: Any, node: Any) -> Any:
    """What a local reference (`#/…`) stands for; anything else as it is."""
    for _ in range(_DEPTH):
        reference = node.get("$ref") if isinstance(node, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return node
        node = _at(definition, reference[2:].split("/"))
    return None


def _at(node: Any, path: list[str]) -> Any:
    """What a JSON pointer in a URI fragment leads to (RFC 6901 section 6); None for nothing."""
    for step in path:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(node, list):
            node = dict(zip(map(str, range(len(node))), node, strict=True))
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def parameters_of_items(definition: Any, collection: str) -> list[Any]:
    """The query parameters of a collection's features, local references resolved.

    Raises Inconclusive when the definition has no such path, or a reference leads elsewhere.
    """
    paths = definition.get("paths") if isinstance(definition, Mapping) else None
    for path, node in _candidates(paths, collection):
        item = resolve(definition, node)
        if isinstance(item, Mapping):
            return list(_parameters(definition, item, path))
    msg = f"the API definition has no path for the features of '{collection}'"
    raise Inconclusive("precondition_unmet", msg)


def _candidates(paths: Any, collection: str) -> Iterator[tuple[str, Any]]:
    """The path of this very collection first, then one with a variable in its place."""
    if not isinstance(paths, Mapping):
        return
    found = [(m[1], path) for path in paths if (m := _ITEMS.search(path)) and m.end() == len(path)]
    for name, path in sorted(found, key=lambda pair: pair[0] != collection):
        if name == collection or name.startswith("{"):
            yield path, paths[path]


def _parameters(definition: Any, item: Mapping[str, Any], path: str) -> Iterator[Any]:
    operation = resolve(definition, item.get("get"))
    for holder in (operation, item):  # the operation's own come before those of the same name
        listed = holder.get("parameters") if isinstance(holder, Mapping) else None
        for node in listed if isinstance(listed, list) else ():
            parameter = resolve(definition, node)
            reference = parameter.get("$ref") if isinstance(parameter, Mapping) else None
            if reference and not _STANDARD.match(str(reference)):
                msg = f"a parameter of {path} is defined elsewhere: {reference}"
                raise Inconclusive("precondition_unmet", msg)
            yield parameter


def free_form(parameters: list[Any]) -> str | None:
    """The name of a query parameter that stands for any names (17-069r4, 7.15.1); None without."""
    for parameter in parameters:
        if not isinstance(parameter, Mapping) or parameter.get("in") != "query":
            continue
        schema = parameter.get("schema")
        spread = parameter.get("style", "form") == "form" and parameter.get("explode", True) is True
        if not spread or not isinstance(schema, Mapping) or schema.get("type") != "object":
            continue
        if schema.get("additionalProperties", True) is not False:
            return str(parameter.get("name"))
    return None


def maximum_of_limit(parameters: list[Any]) -> int | None:
    """The declared maximum of `limit`, if it is given as a whole number."""
    for parameter in parameters:
        if isinstance(parameter, Mapping) and parameter.get("name") == "limit":
            schema = parameter.get("schema")
            most = schema.get("maximum") if isinstance(schema, Mapping) else None
            return most if isinstance(most, int) and not isinstance(most, bool) else None
    return None


def parameter_schema(definition: Any, parameter: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The schema of a parameter, empty where there is none."""
    schema = resolve(definition, parameter.get("schema")) if parameter else None
    return schema if isinstance(schema, Mapping) else {}


def named_parameter(parameters: list[Any], name: str) -> Mapping[str, Any] | None:
    """The query parameter of a name, if the API definition has it."""
    for parameter in parameters:
        is_one = isinstance(parameter, Mapping) and parameter.get("name") == name
        if is_one and parameter.get("in") == "query":
            return dict(parameter)
    return None
