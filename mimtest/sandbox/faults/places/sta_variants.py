"""Permitted ways in which SensorThings services differ from the reference."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.sta_messages import (
    ROOT,
    Document,
    asking,
    asks_for,
    at,
    each,
    edited,
    entities,
    is_sta,
    options,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_EXTENSION: Final = "https://example.org/extensions/MultiDatastreams"
_SMALL: Final = 60
_KEY: Final = re.compile(r"\('n(\d+)'\)")
_TOLD: Final = re.compile(rb'("@iot\.id"):(\d+)')
_LINKED: Final = re.compile(rb"(\w)\((\d+)\)(?=[\"/?])")
_SENT: Final = re.compile(rb'"n(\d+)"')


@fault("pla-sta-variant-more-than-asked")
def more_than_asked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The root lists further sets, settings and classes, and entities have members of their own."""

    def edit(document: Document) -> None:
        document["value"].append({"name": "MultiDatastreams", "url": f"{request.base}{ROOT}/M"})
        document["serverSettings"]["conformance"].append(_EXTENSION)
        document["serverSettings"][_EXTENSION] = {"enabled": True}

    response = proceed(request)
    if request.path == ROOT:
        return edited(response, edit)
    if not asks_for(request, "Things") or "$" in request.path:
        return response
    return edited(response, lambda d: each(d, lambda e: e.update({"@iot.etag": "W/1"})))


@fault("pla-sta-variant-relative-root")
def relative_root(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sets are in another order, and their addresses are relative."""

    def edit(document: Document) -> None:
        for entry in document["value"]:
            entry["url"] = entry["url"].removeprefix(request.base)
        document["value"].reverse()

    response = proceed(request)
    return edited(response, edit) if request.path == ROOT else response


@fault("pla-sta-variant-small-pages")
def small_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page holds sixty entities at most, whatever is asked for."""
    top = options(request).get("top", "")
    many = (
        is_sta(request)
        and request.method == "GET"
        and (not top or (top.isdecimal() and int(top) > _SMALL))
    )
    plain = "$" not in request.path and "(" not in request.path.rpartition("/")[2]
    wanted = many and plain and request.path != ROOT
    return proceed(asking(request, top=str(_SMALL)) if wanted else request)


@fault("pla-sta-variant-quiet-answers")
def quiet_answers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Creation, change and deletion are answered without a body."""
    response = proceed(request)
    quiet = is_sta(request) and not request.path.endswith("/CreateObservations")
    if not quiet or request.method in ("GET", "HEAD", "OPTIONS") or response.status >= 300:  # noqa: PLR2004
        return response
    bare = response.with_body(b"").without_header("Content-Type")
    return bare if request.method == "POST" else bare.with_status(204)


@fault("pla-sta-variant-nothing-derived")
def nothing_derived(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Datastreams have no observed area and no times, and Observations no 'resultTime' that is null."""

    def edit(entity: Document) -> None:
        for name in ("observedArea", "phenomenonTime", "resultTime"):
            if asks_for(request, "Datastreams") or entity.get(name) is None:
                entity.pop(name, None)

    if asks_for(request, "Observations") and options(request).get("resultFormat"):
        return proceed(request)
    name = "Datastreams" if asks_for(request, "Datastreams") else "Observations"
    return entities(request, proceed, name, edit)


@fault("pla-sta-variant-places-as-features")
def places_as_features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Places come as GeoJSON features around their geometries."""

    def edit(entity: Document) -> None:
        place = entity.get("feature")
        if isinstance(place, dict) and asks_for(request, "FeaturesOfInterest"):
            entity["feature"] = {"type": "Feature", "geometry": place, "properties": {}}

    own = re.fullmatch(rf"{ROOT}/FeaturesOfInterest", request.path)
    return entities(request, proceed, "FeaturesOfInterest", edit) if own else proceed(request)


@fault("pla-sta-variant-times-with-an-offset")
def times_with_an_offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times are written with an offset of nothing and without fractions."""
    response = proceed(request)
    if not is_sta(request):
        return response
    return response.with_body(response.body.replace(b".000Z", b"+00:00"))


@fault("pla-sta-variant-gone-and-refused")
def gone_and_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is not there is gone, and what is not supported is a bad request."""
    response = proceed(request)
    other: dict[int, int] = {501: 400, 404: 410}
    if not is_sta(request) or "Mimtest" in request.path:
        return response
    return response.with_status(other.get(response.status, response.status))


@fault("pla-sta-variant-ids-as-texts")
def ids_as_texts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Ids are texts."""
    if not is_sta(request):
        return proceed(request)
    response = proceed(_numbered(request))
    if response.header("Content-Type") != "application/json":
        return response
    if options(request).get("resultFormat") == "dataArray":
        return edited(response, _rows)
    body = _LINKED.sub(rb"\1('n\2')", _TOLD.sub(rb'\1:"n\2"', response.body))
    where = response.header("Location")
    response = response.with_body(body)
    return (
        response.with_header("Location", re.sub(r"\((\d+)\)", r"('n\1')", where))
        if where
        else response
    )


def _numbered(request: Request) -> Request:
    """The request with the numbers that the ids stand for."""
    text = options(request).get("filter")
    changed = request.with_body(_SENT.sub(rb"\1", request.body))
    if text:
        changed = asking(changed, filter=re.sub(r"eq 'n(\d+)'", r"eq \1", text))
    path = _KEY.sub(r"(\1)", request.path)
    return at(changed, path) if path != request.path else changed


def _rows(document: Document) -> None:
    for group in document["value"]:
        place = group["components"].index("id")
        for row in group["dataArray"]:
            row[place] = f"n{row[place]}"


@fault("pla-sta-variant-no-link-after-a-limit")
def no_link_after_a_limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page with a number of entities asked for is all that was asked for: it has no link to a next one."""

    def edit(document: Document) -> None:
        document.pop("@iot.nextLink", None)

    response = proceed(request)
    small = options(request).get("top", "100") in ("1", "2", "3")
    return edited(response, edit) if is_sta(request) and small else response
