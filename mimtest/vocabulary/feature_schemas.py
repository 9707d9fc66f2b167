"""The JSON Schemas a collection publishes about its features: queryables, sortables, and its schema.

OGC 19-079r2, clause 6; OGC 23-058 (Part 5), clauses 7 and 10; Part 8, clause 6.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import assert_that, member
from mimtest.vocabulary.ogcapi import JSON, Collection, Service, choose, document, links_of

SCHEMA: Final = "application/schema+json"
_ACCEPT: Final = f"{SCHEMA}, {JSON};q=0.9"
_CURIE: Final = "ogc-rel:"
#: The dialect of the standard, and that of its drafts.
DIALECTS: Final = re.compile(r"https?://json-schema\.org/(draft/)?(2019-09|2020-12)/schema#?")
_PLACE: Final = re.compile(
    r"geometry-(any|((multi)?(point|linestring|polygon)|geometrycollection)"
    r"(-or-multi(point|linestring|polygon))?)"
)
_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "integer": lambda v: (
        not isinstance(v, bool)
        and (isinstance(v, int) or (isinstance(v, float) and v.is_integer()))
    ),
    "boolean": lambda v: isinstance(v, bool),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "null": lambda v: v is None,
}


@dataclass(frozen=True, slots=True)
class FeatureSchema:
    """A schema that names properties of the features of a collection."""

    answer: Answer
    document: Mapping[str, Any]

    @property
    def properties(self) -> dict[str, Mapping[str, Any]]:
        """The schemas of the properties by name; those that are none are left out."""
        named = self.document.get("properties")
        listed = named.items() if isinstance(named, Mapping) else ()
        return {str(n): schema for n, schema in listed if isinstance(schema, Mapping)}

    @property
    def is_closed(self) -> bool:
        """Whether it says that there are no other properties."""
        return self.document.get("additionalProperties") is False

    @property
    def place(self) -> str | None:
        """The property that stands for the place; None without one, or with several of one rank."""
        spatial = [n for n, schema in self.properties.items() if is_spatial(schema)]
        first = [n for n in spatial if self.properties[n].get("x-ogc-role") == "primary-geometry"]
        best = first or spatial
        return best[0] if len(best) == 1 else None


def is_spatial(schema: Mapping[str, Any]) -> bool:
    """Whether a property is a geometry, in whichever way it says so."""
    told = str(schema.get("format", "")), str(schema.get("x-ogc-role", ""))
    return (
        told[0].startswith("geometry")
        or told[1].endswith("-geometry")
        or "geojson.org/schema/" in str(schema.get("$ref", ""))
    )


def names_a_geometry(schema: Mapping[str, Any]) -> bool:
    """Whether `format` is one of the geometry types of the standard."""
    return bool(_PLACE.fullmatch(str(schema.get("format", ""))))


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value is of the type a property is declared with; what declares none takes any."""
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    known = [_TYPES[k] for k in listed if isinstance(k, str) and k in _TYPES]
    return not known or any(test(value) for test in known)


def asked(service: Service, collection: Collection, kind: str) -> Answer:
    """The answer with a schema of a collection: where its link leads, else where the standard has it."""
    links = [replace(k, rel=kind) for k in linking(collection.links, kind)]
    link = choose(links, kind, SCHEMA, JSON)
    return service.get(link.href if link else collection.path(kind), accept=_ACCEPT)


def linking(links: Any, kind: str) -> list[Any]:
    """The links to one kind of schema, whether the relation is a URI or shortened."""
    return [k for k in links if k.rel.strip("[]").removeprefix(_CURIE) == kind]


def schema_of(service: Service, collection: Collection, kind: str) -> FeatureSchema:
    """A schema of a collection. Raises Contradiction."""
    __tracebackhide__ = True
    answer = asked(service, collection, kind)
    body = document(answer)
    assert_that(
        body.get("type") == "object",
        f"the {kind} of '{collection.id}' are not those of an object",
        expected='"type": "object"',
        received=body.get("type", "no type"),
    )
    member(body, "properties", dict, f"the {kind} of '{collection.id}'")
    return FeatureSchema(answer, body)


def assert_described(schema: FeatureSchema, what: str) -> None:
    """It names its dialect and its own address (19-079r2 /req/queryables/get-queryables-response B)."""
    __tracebackhide__ = True
    dialect = schema.document.get("$schema")
    assert_that(
        isinstance(dialect, str) and DIALECTS.fullmatch(dialect),
        f"{what} name another dialect of JSON Schema, or none",
        expected="https://json-schema.org/draft/2020-12/schema",
        received=dialect or "no $schema",
    )
    given = schema.document.get("$id")
    own = isinstance(given, str) and _path(schema.answer.resolve(given))
    assert_that(
        own == _path(schema.answer.url) and "?" not in str(given),
        f"'$id' of {what} is not their address without parameters",
        expected=_path(schema.answer.url),
        received=given or "no $id",
    )


def _path(address: str) -> str:
    """The path of an address: the name of a host may differ behind a proxy."""
    return urlsplit(address).path.rstrip("/")


def assert_typed(schema: FeatureSchema, what: str) -> None:
    """Every property has a type; a place has none but a format (B to E of the same requirement)."""
    __tracebackhide__ = True
    for name, told in schema.properties.items():
        if is_spatial(told):
            assert_that(
                names_a_geometry(told) and not {"type", "$ref"} & told.keys(),
                f"the place '{name}' of {what} does not say of which type it is in 'format' alone",
                expected='"format": "geometry-…", neither "type" nor "$ref"',
                received=dict(told),
            )
        else:
            assert_that(
                "type" in told,
                f"the property '{name}' of {what} has no type",
                expected='"type"',
                received=dict(told),
            )


def declared(classes: list[str], part: str, *names: str) -> bool:
    """Whether a service declares one of the classes of a standard, in whichever version."""
    wanted = [re.compile(rf".*/{re.escape(part)}/[^/]+/conf/{re.escape(n)}/?") for n in names]
    return any(w.fullmatch(c) for w in wanted for c in classes)


def require(classes: list[str], part: str, *names: str) -> None:
    """Raise NotApplicable unless one of the classes is declared."""
    if not declared(classes, part, *names):
        raise NotApplicable("class_not_declared", f"{part}/{' or '.join(names)} is not declared")


def assert_linked(service: Service, collection: Collection, kind: str) -> None:
    """The collection, described alone, links to a schema of its features."""
    __tracebackhide__ = True
    answer = service.get(collection.address)
    links = links_of(answer, document(answer))
    if not links:
        raise Inconclusive("no_data", "the collection has no links")
    assert_that(
        linking(links, kind),
        f"'{collection.id}' has no link to its {kind}",
        expected=f"http://www.opengis.net/def/rel/ogc/1.0/{kind}",
        received=sorted({k.rel for k in links}),
    )
