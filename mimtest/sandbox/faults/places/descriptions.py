"""Ways to say wrong things of collections and pages: members, extents, addresses, times and links."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    COLLECTION,
    Document,
    described,
    edited,
    is_item,
    is_items,
    without_link,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-link-without-a-type", kills=("PLA-C-03",))
def link_without_a_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A link of the landing page does not say what it leads to."""

    def edit(document: Document) -> None:
        for link in document["links"]:
            if link["rel"] == "service-doc":
                del link["type"]

    response = proceed(request)
    return edited(response, edit) if request.path.rstrip("/") == "/ogc" else response


@fault("pla-collection-twice", kills=("PLA-C-08",))
def collection_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of collections has one of them twice."""
    response = proceed(request)
    if request.path != "/ogc/collections":
        return response
    return edited(response, lambda d: d["collections"].append(d["collections"][-1]))


@fault("pla-title-in-languages", kills=("PLA-C-08",), beside=("PLA-E-11",))
def title_in_languages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The title of a collection is an object with languages."""

    def edit(collection: Document) -> None:
        collection["title"] = {"en": collection["title"]}

    return described(request, proceed(request), edit)


@fault("pla-first-box-leaves-some-out", kills=("PLA-C-11",))
def first_box_leaves_some_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The first box of an extent is not around the second."""

    def edit(collection: Document) -> None:
        collection["extent"]["spatial"]["bbox"].append([0.0, 0.0, 1.0, 1.0])

    return described(request, proceed(request), edit)


@fault("pla-interval-of-one-end", kills=("PLA-C-11",), beside=("PLA-C-31", "PLA-C-40"))
def interval_of_one_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The temporal extent has one time where two belong."""

    def edit(collection: Document) -> None:
        temporal = collection["extent"].get("temporal")
        if temporal:
            temporal["interval"] = [temporal["interval"][0][:1]]

    return described(request, proceed(request), edit)


@fault("pla-interval-too-short", kills=("PLA-C-40",))
def interval_too_short(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The temporal extent ends where it starts, as if written down long ago."""

    def edit(collection: Document) -> None:
        temporal = collection["extent"].get("temporal")
        if temporal:
            temporal["interval"] = [[temporal["interval"][0][0]] * 2]

    return described(request, proceed(request), edit)


@fault("pla-collections-elsewhere", kills=("PLA-C-13",), beside=("PLA-E-14",))
def collections_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection is described at another path than the standard gives it; links lead there."""

    def edit(collection: Document) -> None:
        for link in collection["links"]:
            if link["rel"] in ("self", "alternate"):
                link["href"] = link["href"].replace("/collections/", "/collection/")

    if COLLECTION.fullmatch(request.path):
        return json_response({"title": "Not Found"}, 404)
    if not request.path.startswith("/ogc/collection/"):
        return described(request, proceed(request), edit)
    path = request.path.replace("/collection/", "/collections/")
    there = replace(request, path=path, raw_path=path)
    return described(there, proceed(there), edit)


@fault("pla-time-stamp-of-elsewhere", kills=("PLA-C-16",))
def time_stamp_of_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page says the local time and calls it UTC."""

    def edit(document: Document) -> None:
        hour = int(document["timeStamp"][11:13])
        document["timeStamp"] = (
            f"{document['timeStamp'][:11]}{(hour + 2) % 24:02}{document['timeStamp'][13:]}"
        )

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-time-stamp-without-a-zone", kills=("PLA-C-16",))
def time_stamp_without_a_zone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page says when it was made without a zone."""

    def edit(document: Document) -> None:
        document["timeStamp"] = document["timeStamp"].removesuffix("Z")

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-feature-without-alternate", kills=("PLA-C-39",))
def feature_without_alternate(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone does not link to its web page."""
    response = proceed(request)
    return (
        edited(response, lambda d: without_link(d, "alternate")) if is_item(request) else response
    )


@fault("pla-list-without-alternate", kills=("PLA-C-39",))
def list_without_alternate(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of collections does not link to its web page."""
    response = proceed(request)
    is_list = request.path == "/ogc/collections"
    return edited(response, lambda d: without_link(d, "alternate")) if is_list else response
