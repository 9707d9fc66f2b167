"""Ways to break how an NGSI v2 broker gives entities out."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.ngsiv2_messages import (
    ATTRIBUTE,
    ATTRS,
    OK,
    VALUE,
    asks,
    changed,
    each_attribute,
    has_option,
    having,
    lists,
    retrieves,
    told,
    with_param,
    without_option,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-v2-attribute-without-metadata", kills=("CTX-V2-07",))
def _without_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In a list by type an attribute without metadata lacks the member for it."""
    response = proceed(request)
    if not lists(request) or set(request.params) != {"type"}:
        return response
    bare = ("type", "value")
    return told(response, lambda b: each_attribute(b, lambda a: {k: a[k] for k in bare if k in a}))


@fault("ctx-v2-first-type-only", kills=("CTX-V2-08",))
def _first_type_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several types only the first counts."""
    several = having(request, "type", ".*,.*")
    return proceed(changed(request, "type", ",.*", "") if several else request)


@fault("ctx-v2-listed-otherwise", kills=("CTX-V2-09",))
def _listed_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity has an attribute less in a list than by itself."""
    response = proceed(request)
    if not having(request, "id", "[^,]+") or set(request.params) != {"id", "type"}:
        return response
    return told(response, lambda b: [dict(list(e.items())[:-1]) for e in b])


@fault("ctx-v2-beginning-of-an-id", kills=("CTX-V2-10",))
def _beginning_of_an_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that begins like another leads to that other."""
    response = proceed(request)
    if not retrieves(request) or response.status != 404:  # noqa: PLR2004
        return response
    above = request.path.rpartition(":")[0]
    found = proceed(replace(request, path=above, raw_path=above))
    return found if found.status == OK else response


@fault("ctx-v2-attrs-with-id", kills=("CTX-V2-11",))
def _attrs_with_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The attributes of an entity come with its id."""
    response = proceed(request)
    plain = asks(request, "GET", ATTRS) and "attrs" not in request.params
    return told(response, lambda b: {"id": "urn:x"} | b) if plain else response


@fault("ctx-v2-attribute-is-value", kills=("CTX-V2-12",))
def _attribute_is_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute by itself has no type."""
    response = proceed(request)
    if not asks(request, "GET", ATTRIBUTE):
        return response
    return told(response, lambda b: {k: v for k, v in b.items() if k != "type"})


@fault("ctx-v2-any-attribute-found", kills=("CTX-V2-12",))
def _any_attribute_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute that an entity does not have is answered with null."""
    response = proceed(request)
    lacking = asks(request, "GET", ATTRIBUTE) and b"attribute" in response.body
    return json_response(None) if lacking and response.status == 404 else response  # noqa: PLR2004


@fault("ctx-v2-text-without-quotes", kills=("CTX-V2-13",))
def _text_without_quotes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A text by itself comes without quotation marks."""
    response = proceed(request)
    value = asks(request, "GET", VALUE) and response.status == OK
    return response.with_body(response.body.strip(b'"')) if value else response


@fault("ctx-v2-value-of-another-kind", kills=("CTX-V2-13",))
def _value_of_another_kind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An object by itself is called text."""
    response = proceed(request)
    if not asks(request, "GET", VALUE) or response.status != OK:
        return response
    return response.with_header("Content-Type", "text/plain")


@fault("ctx-v2-key-values-one-normalized", kills=("CTX-V2-14",), beside=("MOD-REP-07",))
def _key_values_normalized(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity by itself is normalized although keyValues are asked for."""
    simple = retrieves(request) and has_option(request, "keyValues")
    return proceed(without_option(request, "keyValues") if simple else request)


@fault("ctx-v2-key-values-without-type", kills=("CTX-V2-14",), beside=("CTX-V2-89",))
def _key_values_without_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In a list of keyValues the type of the entities is missing."""
    response = proceed(request)
    if not lists(request) or not has_option(request, "keyValues"):
        return response
    return told(response, lambda b: [{k: v for k, v in e.items() if k != "type"} for e in b])


@fault("ctx-v2-values-unordered", kills=("CTX-V2-15",))
def _values_unordered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Values come in the order of the attributes' names, whatever attrs says."""
    if retrieves(request) and has_option(request, "values"):
        names = ",".join(sorted(request.params.get("attrs", "").split(",")))
        return proceed(with_param(request, "attrs", names))
    return proceed(request)


@fault("ctx-v2-attrs-ignored", kills=("CTX-V2-16", "CTX-V2-59"))
def _attrs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity by itself has all its attributes, whatever is asked for."""
    asked = request.params.get("attrs", "")
    plain = retrieves(request) and "," not in asked and "options" not in request.params
    return proceed(with_param(request, "attrs", None) if plain else request)


@fault("ctx-v2-attrs-of-lists-ignored", kills=("CTX-V2-16",))
def _attrs_of_lists_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Listed entities have all their attributes, whatever is asked for."""
    return proceed(
        with_param(request, "attrs", None) if having(request, "id", "[^,]+") else request
    )


@fault("ctx-v2-builtin-always", kills=("CTX-V2-17",), beside=("CTX-V2-14",))
def _builtin_always(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity by itself has its date of creation although nobody asked."""
    bare = retrieves(request) and set(request.params) <= {"type"} and "Sensor" in request.path
    return proceed(with_param(request, "attrs", "dateCreated,*") if bare else request)


@fault("ctx-v2-builtin-never", kills=("CTX-V2-17", "CTX-V2-88"))
def _builtin_never(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The date of modification is never given."""
    response = proceed(request)
    if not retrieves(request) or not isinstance(response.json(), dict):
        return response
    return told(response, lambda b: {k: v for k, v in b.items() if k != "dateModified"})


@fault("ctx-v2-metadata-ignored", kills=("CTX-V2-18",))
def _metadata_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes have all their metadata, whatever is asked for."""
    return proceed(with_param(request, "metadata", None) if retrieves(request) else request)


@fault("ctx-v2-id-pattern-ignored", kills=("CTX-V2-19",))
def _id_pattern_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern of identifiers is left out."""
    alone = having(request, "idPattern") and "id" not in request.params
    return proceed(with_param(request, "idPattern", None) if alone else request)


@fault("ctx-v2-type-pattern-ignored", kills=("CTX-V2-19",))
def _type_pattern_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern of types is taken for one of nothing."""
    if having(request, "typePattern") and "type" not in request.params:
        return told(proceed(request), lambda b: b[:1])
    return proceed(request)


@fault("ctx-v2-pattern-beside-exact", kills=("CTX-V2-20",))
def _pattern_beside_exact(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An exact type and a pattern are taken together."""
    both = having(request, "typePattern") and "type" in request.params
    return proceed(with_param(request, "typePattern", None) if both else request)


@fault("ctx-v2-unique-values-twice", kills=("CTX-V2-21",))
def _unique_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Unique values come as often as there are attributes with them."""
    unique = retrieves(request) and has_option(request, "unique")
    return proceed(with_param(request, "options", "values") if unique else request)
