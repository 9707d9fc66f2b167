"""Ways to break the API definition: its grammar, its parameters, and what it says of the service."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.places.messages import Document, edited, is_definition
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _items(document: Document) -> Iterator[Document]:
    """What is said of reading the features of each collection."""
    for path, item in document["paths"].items():
        if path.endswith("/items"):
            yield item["get"]


def _parameter(document: Document, name: str) -> Document:
    found: dict[str, Any] = document["components"]["parameters"][name]
    return found


def _without(document: Document, name: str) -> None:
    reference = {"$ref": f"#/components/parameters/{name}"}
    for operation in _items(document):
        operation["parameters"] = [p for p in operation["parameters"] if p != reference]


@fault("pla-limit-a-text", kills=("PLA-C-19",))
def limit_a_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition says that the limit is a text."""

    def edit(document: Document) -> None:
        _parameter(document, "limit")["schema"] = {"type": "string"}

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-limit-bounds-contradict", kills=("PLA-C-19",))
def limit_bounds_contradict(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The usual limit is above the maximum."""

    def edit(document: Document) -> None:
        _parameter(document, "limit")["schema"]["default"] = 5000

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-box-one-by-one", kills=("PLA-C-23",))
def box_one_by_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition has the numbers of a box as parameters of one name each."""
    response = proceed(request)
    if not is_definition(request):
        return response
    return edited(response, lambda d: _parameter(d, "bbox").pop("explode"))


@fault("pla-box-undefined", kills=("PLA-C-23",))
def box_undefined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not know the box."""
    response = proceed(request)
    return edited(response, lambda d: _without(d, "bbox")) if is_definition(request) else response


@fault("pla-time-undefined", kills=("PLA-C-30",))
def time_undefined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not know the time."""
    response = proceed(request)
    if not is_definition(request):
        return response
    return edited(response, lambda d: _without(d, "datetime"))


@fault("pla-operation-named-twice", kills=("PLA-E-13",))
def operation_named_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every collection's features are read by an operation of the same id."""

    def edit(document: Document) -> None:
        for operation in _items(document):
            operation["operationId"] = "getFeatures"

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-reference-to-nothing", kills=("PLA-E-13",))
def reference_to_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition refers to a schema it does not have."""

    def edit(document: Document) -> None:
        document["components"]["schemas"]["exception"] = {"$ref": "#/components/schemas/error"}

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-definition-of-another-version", kills=("PLA-E-22",))
def definition_of_another_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition is OpenAPI 3.1, whose class is not declared."""
    response = proceed(request)
    if not is_definition(request):
        return response
    return edited(response, lambda d: d.update(openapi="3.1.0"))


@fault("pla-path-of-nothing", kills=("PLA-E-14",))
def path_of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition has a path that is not served."""
    operation = {"get": {"responses": {"200": {"description": "Done."}}}}
    response = proceed(request)
    if not is_definition(request):
        return response
    return edited(response, lambda d: d["paths"].update({"/jobs": operation}))


@fault("pla-other-media-type-described", kills=("PLA-E-15",), beside=("PLA-E-21",))
def other_media_type_described(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition names an older media type for features."""

    def edit(document: Document) -> None:
        for operation in _items(document):
            content = operation["responses"]["200"]["content"]
            content["application/vnd.geo+json"] = content.pop("application/geo+json")

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-errors-undescribed", kills=("PLA-E-16",))
def errors_undescribed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition knows success only."""

    def edit(document: Document) -> None:
        for operation in _items(document):
            operation["responses"] = {"200": operation["responses"]["200"]}

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-server-behind", kills=("PLA-E-18",))
def server_behind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The server of the API definition is the machine behind the proxy."""
    response = proceed(request)
    if not is_definition(request):
        return response
    return edited(response, lambda d: d.update(servers=[{"url": "http://localhost:5000"}]))


@fault("pla-reference-to-elsewhere", kills=("PLA-E-19",))
def reference_to_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition cannot be read without a document of somebody else."""

    def edit(document: Document) -> None:
        elsewhere = {"$ref": "https://vendor.example/schemas/place.json"}
        document["components"]["schemas"]["place"] = elsewhere

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-collection-undefined", kills=("PLA-E-20",))
def collection_undefined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not know a collection that was added later."""

    def edit(document: Document) -> None:
        later = "/collections/reports/"
        document["paths"] = {p: i for p, i in document["paths"].items() if not p.startswith(later)}

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-schema-of-other-features", kills=("PLA-E-21",))
def schema_of_other_features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of features wants a member that none has."""

    def edit(document: Document) -> None:
        document["components"]["schemas"]["feature"]["required"].append("geometry_name")

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response
