"""What the API definition says of filters, sorting and the documents that name what can be asked."""

from typing import Any, Final

from mimtest.sandbox.features.cql2 import LANGUAGES, TEXT

#: The parameters of features that filter and sort.
NAMES: Final = ("filter", "filter-lang", "filter-crs", "sortby")
#: The documents of a collection, with a title each.
DOCUMENTS: Final = {
    "queryables": "What can be asked of",
    "sortables": "What can be sorted by in",
    "schema": "The schema of",
}


def parameters(system: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """The parameters by name, each with a description and a schema (19-079r2, clause 8; Part 8)."""
    return {
        "filter": ("Only features for which this condition is true.", {"type": "string"}),
        "filter-lang": (
            "The language of the filter.",
            {"type": "string", "enum": list(LANGUAGES), "default": TEXT},
        ),
        "filter-crs": ("The reference system of geometries in the filter.", system),
        "sortby": (
            "The properties to sort by; `-` before a name puts the greatest first.",
            {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "pattern": "[+|-]?[A-Za-z_].*"},
            },
        ),
    }
