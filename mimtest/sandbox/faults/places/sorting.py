"""Ways to break the order in which features come (Part 8)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.places.messages import (
    OK,
    Document,
    asking,
    edited,
    forgiving,
    is_items,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-sorting-ignored", kills=("PLA-F-13", "PLA-F-49", "PLA-F-51"))
def sorting_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The order asked for is read and not used."""
    response = proceed(request)
    return proceed(asking(request, sortby=None)) if response.status == OK else response


@fault("pla-sorting-up-only", kills=("PLA-F-13", "PLA-F-49"), beside=("PLA-F-51",))
def sorting_up_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A minus before a property is passed over."""
    keys = request.params.get("sortby", "")
    return proceed(asking(request, sortby=keys.lstrip("-")) if keys else request)


@fault("pla-sorting-as-text", kills=("PLA-F-13",), beside=("PLA-F-49", "PLA-F-51"))
def sorting_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Numbers are sorted as texts, 10 before 9."""
    response = proceed(request)
    keys = request.params.get("sortby", "")
    if not keys or "," in keys or not is_items(request):
        return response
    return edited(response, lambda d: _sort(d, keys, str))


def _sort(document: Document, key: str, read: Callable[[Any], Any]) -> None:
    """Sort a page; what is not set comes last."""
    name = key.lstrip("+- ")
    set_ones = [f for f in document["features"] if f["properties"].get(name) is not None]
    rest = [f for f in document["features"] if f not in set_ones]
    set_ones.sort(key=lambda f: read(f["properties"][name]), reverse=key.startswith("-"))
    document["features"] = set_ones + rest


@fault("pla-sorting-page-by-page", kills=("PLA-F-49",))
def sorting_page_by_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is sorted for itself."""
    response = proceed(request)
    keys = request.params.get("sortby", "")
    if not is_items(request) or not keys or "," in keys or response.status != OK:
        return response
    links = response.json()["links"] if response.body else []
    page = edited(proceed(asking(request, sortby=None)), lambda d: _sort(d, keys, lambda v: v))
    return edited(page, lambda d: d.update(links=links))


@fault("pla-sorting-first-key-only", kills=("PLA-F-51",))
def first_key_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the first property to sort by counts."""
    keys = request.params.get("sortby", "")
    return proceed(asking(request, sortby=keys.partition(",")[0]) if keys else request)


@fault("pla-sorting-by-anything", kills=("PLA-F-50",))
def sorting_by_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A property that does not exist is passed over in sorting."""
    return forgiving(request, proceed, "sortby") if is_items(request) else proceed(request)
