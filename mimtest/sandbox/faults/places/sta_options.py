"""Ways to break the query options of a SensorThings service."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.sta_messages import (
    Document,
    asking,
    asks_for,
    edited,
    is_sta,
    options,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

#: Checks that read whole sets page by page, which a service that cannot page does not let them.
_PAGED = ("PLA-S-15", "PLA-S-24", "PLA-S-45")


def _observed(request: Request) -> bool:
    """Whether it reads Observations."""
    return asks_for(request, "Observations")


@fault("pla-sta-top-ignored", kills=("PLA-S-14",), beside=("PLA-S-24",))
def top_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number of entities asked for is not kept to."""
    small = options(request).get("top", "") in ("1", "2", "3")
    return proceed(asking(request, top=None) if _observed(request) and small else request)


@fault("pla-sta-zero-is-everything", kills=("PLA-S-14",))
def zero_is_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Asked for no entity at all, the service gives a page of them."""
    nothing = _observed(request) and options(request).get("top") == "0"
    return proceed(asking(request, top=None) if nothing else request)


@fault("pla-sta-skip-ignored", kills=("PLA-S-14", "PLA-S-15"), beside=_PAGED)
def skip_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing is skipped: every page is the first."""
    skips = _observed(request) and options(request).get("skip", "").isdecimal()
    return proceed(asking(request, skip=None) if skips else request)


@fault("pla-sta-page-overlaps", kills=("PLA-S-15",))
def page_overlaps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page goes back by one entity."""

    def edit(document: Document) -> None:
        stem, sign, skip = document.get("@iot.nextLink", "").rpartition("$skip=")
        if sign and int(skip) > 1:
            document["@iot.nextLink"] = f"{stem}{sign}{int(skip) - 1}"

    response = proceed(request)
    return edited(response, edit) if _observed(request) else response


@fault("pla-sta-next-forgets-the-filter", kills=("PLA-S-15",))
def next_forgets_the_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page leaves out the filter."""

    def edit(document: Document) -> None:
        link = document.get("@iot.nextLink", "")
        start, sign, rest = link.partition("$filter=")
        if sign:
            document["@iot.nextLink"] = start + rest.partition("&")[2]

    response = proceed(request)
    return edited(response, edit) if _observed(request) else response


@fault("pla-sta-link-behind-the-end", kills=("PLA-S-45",))
def link_behind_the_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page has a link to the next one though nothing comes any more."""

    def edit(document: Document) -> None:
        if "@iot.nextLink" not in document and document["value"]:
            asked = options(request)
            further = int(asked.get("skip", "0")) + len(document["value"])
            page = asking(request, skip=str(further))
            document["@iot.nextLink"] = f"{request.base}{request.path}?{page.query}"

    response = proceed(request)
    return edited(response, edit) if _observed(request) and "top" in options(request) else response


@fault("pla-sta-count-of-the-page", kills=("PLA-S-16",), beside=("PLA-S-24",))
def count_of_the_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count is that of the entities on the page."""

    def edit(document: Document) -> None:
        if "@iot.count" in document:
            document["@iot.count"] = len(document["value"])

    response = proceed(request)
    return edited(response, edit) if _observed(request) else response


@fault("pla-sta-count-unasked", kills=("PLA-S-16",))
def count_unasked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count comes though it was said not to."""
    refused = _observed(request) and options(request).get("count") == "false"
    return proceed(asking(request, count="true") if refused else request)


@fault("pla-sta-count-unfiltered", kills=("PLA-S-16",), beside=("PLA-S-24",))
def count_unfiltered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The count is that of the whole set, whatever the filter."""
    response = proceed(request)
    asked = options(request)
    if not _observed(request) or asked.get("count") != "true" or "filter" not in asked:
        return response
    total = proceed(asking(request, filter=None)).json()["@iot.count"]
    return edited(response, lambda d: d.update({"@iot.count": total}))


@fault("pla-sta-ordered-as-text", kills=("PLA-S-17",))
def ordered_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Results are ordered by their digits, not by their value."""
    order = options(request).get("orderby", "")
    response = proceed(request)
    if not _observed(request) or not order.startswith("result"):
        return response
    down = order.endswith("desc")
    return edited(
        response, lambda d: d["value"].sort(key=lambda o: str(o.get("result")), reverse=down)
    )


@fault("pla-sta-descending-ignored", kills=("PLA-S-17",), beside=("PLA-S-24", "PLA-S-44"))
def descending_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever the order asked for, it is ascending."""
    order = options(request).get("orderby", "")
    wanted = _observed(request) and "desc" in order
    return proceed(asking(request, orderby=order.replace(" desc", "")) if wanted else request)


@fault("pla-sta-second-order-ignored", kills=("PLA-S-44",))
def second_order_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of two things to order by the second is not looked at."""
    order = options(request).get("orderby", "")
    wanted = _observed(request) and "," in order
    return proceed(asking(request, orderby=order.partition(",")[0]) if wanted else request)


@fault("pla-sta-related-order-ignored", kills=("PLA-S-44",))
def related_order_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The order by a related entity is not followed."""
    order = options(request).get("orderby", "")
    related = _observed(request) and "/" in order
    return proceed(asking(request, orderby="phenomenonTime") if related else request)


@fault("pla-sta-select-ignored", kills=("PLA-S-18",))
def select_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Everything comes, whatever is selected."""
    return proceed(asking(request, select=None) if is_sta(request) else request)


@fault("pla-sta-selected-id-missing", kills=("PLA-S-18",))
def selected_id_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The id does not come though it is selected."""

    def edit(document: Document) -> None:
        for entity in document.get("value", []):
            entity.pop("@iot.id", None)

    response = proceed(request)
    wanted = asks_for(request, "Things") and "id" in options(request).get("select", "").split(",")
    return edited(response, edit) if wanted else response


@fault("pla-sta-expand-ignored", kills=("PLA-S-19",), beside=("PLA-S-27", "PLA-S-44"))
def expand_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Related entities do not come inside."""
    known = "MimtestNothing" not in options(request).get("expand", "")
    return proceed(asking(request, expand=None) if is_sta(request) and known else request)


@fault("pla-sta-one-step-expanded", kills=("PLA-S-19",))
def one_step_expanded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the first of two steps is expanded."""
    text = options(request).get("expand", "")
    if is_sta(request) and text in ("Thing($expand=Locations)", "Thing/Locations"):
        return proceed(asking(request, expand="Thing"))
    return proceed(request)


@fault("pla-sta-inner-options-ignored", kills=("PLA-S-19",))
def inner_options_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Options inside of an expansion are not looked at."""
    text = options(request).get("expand", "")
    inner = is_sta(request) and "($top" in text
    return proceed(asking(request, expand=text.partition("(")[0]) if inner else request)


@fault("pla-sta-cut-before-the-order", kills=("PLA-S-24",))
def cut_before_the_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page is cut first and ordered afterwards."""
    asked = options(request)
    if not _observed(request) or not {"orderby", "skip", "top"} <= asked.keys():
        return proceed(request)

    def edit(document: Document) -> None:
        document["value"].sort(key=lambda o: o["result"], reverse="desc" in asked["orderby"])

    return edited(proceed(asking(request, orderby=None)), edit)
