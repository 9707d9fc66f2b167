"""Ways to break what the broker says of its types and attributes."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mimtest.sandbox.faults.context.messages import API, ENTITIES, ERRORS, changed
from mimtest.sandbox.faults.context.shapes import Json
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TYPES: Final = f"{API}/types"
_ATTRIBUTES: Final = f"{API}/attributes"
_DEFAULT_NAMES: Final = "https://uri.etsi.org/ngsi-ld/default-context/"


def _has_details(request: Request) -> bool:
    return request.params.get("details") == "true"


def _lists(request: Request, path: str, *, details: bool = False) -> bool:
    return request.path.rstrip("/") == path and _has_details(request) is details


def _describes(request: Request, path: str) -> bool:
    return request.path.startswith(f"{path}/") and len(request.path) > len(path) + 1


def _each(response: Response, change: Callable[[Json], Json]) -> Response:
    return changed(response, lambda body: [change(b) for b in body])


@fault(
    "ctx-dis-no-types",
    kills=("CTX-DIS-01", "CTX-DIS-09", "CTX-DIS-11", "CTX-DIS-14"),
    beside=("CTX-TEN-0[27]", "CTX-DIST-29"),
)
def _no_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of types is empty."""
    response = proceed(request)
    listed = _lists(request, _TYPES)
    return changed(response, lambda b: {**b, "typeList": []}) if listed else response


@fault(
    "ctx-dis-types-listed-as-entities",
    kills=("CTX-DIS-01", "CTX-DIS-09", "CTX-DIS-11", "CTX-DIS-14"),
    beside=("CTX-TEN-0[27]", "CTX-DIST-12", "CTX-DIST-29"),
)
def _listed_as_entities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of types is an array of names."""
    response = proceed(request)
    return changed(response, lambda b: b["typeList"]) if _lists(request, _TYPES) else response


@fault("ctx-dis-types-without-attributes", kills=("CTX-DIS-02",), beside=("CTX-DIST-29",))
def _without_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The details of types have no attributes."""
    response = proceed(request)
    listed = _lists(request, _TYPES, details=True)
    return _each(response, lambda b: {**b, "attributeNames": []}) if listed else response


@fault("ctx-dis-types-with-all-attributes", kills=("CTX-DIS-02",), beside=("CTX-DIST-29",))
def _with_all_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The details of each type have the attributes of all types."""
    response = proceed(request)
    if not _lists(request, _TYPES, details=True) or response.status != 200:  # noqa: PLR2004
        return response
    every = sorted({n for b in response.json() for n in b["attributeNames"]})
    return _each(response, lambda b: {**b, "attributeNames": every})


@fault("ctx-dis-count-is-a-text", kills=("CTX-DIS-03", "CTX-DIS-13"), beside=("CTX-DIST-29",))
def _count_is_a_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number of entities of a type is a text."""
    response = proceed(request)
    if not _describes(request, _TYPES):
        return response
    return changed(response, lambda b: {**b, "entityCount": str(b["entityCount"])})


@fault("ctx-dis-all-are-properties", kills=("CTX-DIS-03",))
def _all_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every attribute of a type is said to be a Property."""
    response = proceed(request)

    def change(body: Json) -> Json:
        details = [{**d, "attributeTypes": ["Property"]} for d in body["attributeDetails"]]
        return {**body, "attributeDetails": details}

    return changed(response, change) if _describes(request, _TYPES) else response


def _invented(request: Request, proceed: Proceed, path: str, body: Json) -> Response:
    response = proceed(request)
    unknown = _describes(request, path) and response.status == 404  # noqa: PLR2004
    return json_response(body) if unknown else response


@fault("ctx-dis-any-type-known", kills=("CTX-DIS-04",), beside=("CTX-TEN-02", "CTX-DIST-29"))
def _any_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type that nothing has is described as one with no entities."""
    name = request.path.rpartition("/")[2]
    body: Json = {"id": f"{_DEFAULT_NAMES}{name}", "type": "EntityTypeInfo", "typeName": name}
    none = {"entityCount": 0, "attributeDetails": []}
    return _invented(request, proceed, _TYPES, body | none)


@fault("ctx-dis-no-attributes", kills=("CTX-DIS-05", "CTX-DIS-09"), beside=("CTX-DIST-29",))
def _no_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of attributes is empty."""
    response = proceed(request)
    listed = _lists(request, _ATTRIBUTES)
    return changed(response, lambda b: {**b, "attributeList": []}) if listed else response


@fault("ctx-dis-attributes-without-types", kills=("CTX-DIS-06",), beside=("CTX-DIST-29",))
def _without_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The details of attributes do not say which types have them."""
    response = proceed(request)
    listed = _lists(request, _ATTRIBUTES, details=True)
    return _each(response, lambda b: {**b, "typeNames": []}) if listed else response


@fault("ctx-dis-attributes-not-counted", kills=("CTX-DIS-07",), beside=("CTX-DIST-29",))
def _not_counted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute that is there is counted as none."""
    response = proceed(request)
    if not _describes(request, _ATTRIBUTES):
        return response
    return changed(response, lambda b: {**b, "attributeCount": 0})


@fault("ctx-dis-attribute-of-another-type", kills=("CTX-DIS-07",), beside=("CTX-DIST-29",))
def _another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute is said to belong to a type that does not have it."""
    response = proceed(request)
    if not _describes(request, _ATTRIBUTES):
        return response
    return changed(response, lambda b: {**b, "typeNames": ["Thing"]})


@fault("ctx-dis-any-attribute-known", kills=("CTX-DIS-08",), beside=("CTX-DIST-29",))
def _any_attribute(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute that nothing has is described as one of no types."""
    name = request.path.rpartition("/")[2]
    body: Json = {"id": f"{_DEFAULT_NAMES}{name}", "type": "Attribute", "attributeName": name}
    none: Json = {"attributeCount": 0, "attributeTypes": [], "typeNames": []}
    return _invented(request, proceed, _ATTRIBUTES, body | none)


@fault("ctx-dis-names-in-full", kills=("CTX-DIS-09",))
def _names_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The details of types have full names whatever the @context says."""
    response = proceed(request)
    listed = _lists(request, _TYPES, details=True)
    return _each(response, lambda b: {**b, "typeName": b["id"]}) if listed else response


@fault("ctx-dis-full-names-unknown", kills=("CTX-DIS-10",), beside=("CTX-ACC-16",))
def _full_names_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type or an attribute cannot be asked for by its full name."""
    asked = [p for p in (_TYPES, _ATTRIBUTES) if _describes(request, p)]
    if asked and ":" in request.path:
        return proceed(_renamed(request, asked[0]))
    return proceed(request)


def _renamed(request: Request, path: str) -> Request:
    return replace(request, path=f"{path}/MtUnknown", raw_path=f"{path}/MtUnknown")


@fault("ctx-dis-one-kind-of-attribute", kills=("CTX-DIS-12",))
def _one_kind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute is said to be of one kind, the first."""
    response = proceed(request)
    if not _describes(request, _ATTRIBUTES):
        return response
    return changed(response, lambda b: {**b, "attributeTypes": b["attributeTypes"][:1]})


@fault("ctx-dis-first-type-described", kills=("CTX-DIS-13",))
def _first_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the types of an entity only the first is described."""
    response = proceed(request)
    if not _describes(request, _TYPES) or response.status != 200:  # noqa: PLR2004
        return response
    name = request.path.rpartition("/")[2]
    query = urlencode({"type": name, "limit": 100})
    having = proceed(replace(request, path=ENTITIES, raw_path=ENTITIES, query=query)).json()
    alone = all(isinstance(e["type"], list) and e["type"][0] != name for e in having)
    gone = {"type": f"{ERRORS}ResourceNotFound", "title": "Not found"}
    return json_response(gone, 404) if having and alone else response


@fault("ctx-dis-own-types-not-listed", kills=("CTX-DIS-14",), beside=("CTX-COM-28",))
def _own_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Asked for what it holds itself, the broker lists nothing."""
    response = proceed(request)
    own = _lists(request, _TYPES) and request.params.get("local") == "true"
    return changed(response, lambda b: {**b, "typeList": []}) if own else response
