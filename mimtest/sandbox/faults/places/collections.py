"""Ways to break the descriptions of collections."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    COLLECTION,
    Document,
    described,
    edited,
    without_link,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-list-without-self", kills=("PLA-C-07",), beside=("PLA-C-39",))
def list_without_self(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of collections has no link to itself."""
    response = proceed(request)
    is_list = request.path == "/ogc/collections"
    return edited(response, lambda d: without_link(d, "self")) if is_list else response


@fault("pla-items-link-untyped", kills=("PLA-C-09",), beside=("PLA-C-03",))
def items_link_untyped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The links from collections to their features name no media type."""

    def edit(collection: Document) -> None:
        for link in collection["links"]:
            if link["rel"] == "items":
                del link["type"]

    return described(request, proceed(request), edit)


@fault("pla-extent-too-small", kills=("PLA-C-10",))
def extent_too_small(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The declared extents end south of the northernmost features, as if written down long ago."""

    def edit(collection: Document) -> None:
        box = collection["extent"]["spatial"]["bbox"][0]
        box[3] = (box[1] + box[3]) / 2

    return described(request, proceed(request), edit)


@fault("pla-two-titles", kills=("PLA-C-12",))
def two_titles(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection has another title alone than in the list."""
    response = proceed(request)
    alone = COLLECTION.fullmatch(request.path)
    return edited(response, lambda d: d.update(title="Collection")) if alone else response
