"""What a request to the features service asks for, and other requests and answers made of it."""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

_ITEMS: Final = re.compile(r"/ogc/collections/[^/]+/items")
_ITEM: Final = re.compile(r"/ogc/collections/[^/]+/items/[^/]+")
COLLECTION: Final = re.compile(r"/ogc/collections/[^/]+")
MOST: Final = 100
OK: Final = 200
BAD: Final = 400

Document = dict[str, Any]


def is_definition(request: Request) -> bool:
    """Whether it is about the API definition."""
    return request.path == "/ogc/api"


def is_items(request: Request) -> bool:
    """Whether it is about the features of a collection."""
    return bool(_ITEMS.fullmatch(request.path))


def is_changing(request: Request) -> bool:
    """Whether it is about the one collection that can be changed: faults in reading leave it alone."""
    return request.path.startswith("/ogc/collections/reports/")


def is_item(request: Request) -> bool:
    """Whether it is about one feature."""
    return bool(_ITEM.fullmatch(request.path))


def edited(response: Response, edit: Callable[[Document], object]) -> Response:
    """A successful answer with its document changed in place; one to HEAD has none, a web page keeps it."""
    if response.status != OK or not response.body or is_page(response):
        return response
    document = response.json()
    edit(document)
    return response.with_json(document)


def is_page(response: Response) -> bool:
    """Whether an answer is a web page: what changes documents leaves it alone."""
    return response.body.lstrip()[:1] == b"<"


def asking(request: Request, **changes: str | None) -> Request:
    """The same question with parameters set, or left out for None; names have `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    kept = [(n, v) for n, v in request.param_pairs if n not in named]
    kept += [(n, v) for n, v in named.items() if v is not None]
    return request.with_query(urlencode(kept, quote_via=quote, safe=",:/"))


def forgiving(request: Request, proceed: Proceed, parameter: str) -> Response:
    """The answer without a parameter, where the parameter is refused."""
    response = proceed(request)
    if response.status == BAD and parameter in request.params:
        return proceed(asking(request, **{parameter: None}))
    return response


def described(request: Request, response: Response, edit: Callable[[Document], object]) -> Response:
    """Every description of a collection changed, in the list and alone."""
    if request.path == "/ogc/collections":
        return edited(response, lambda d: [edit(c) for c in d["collections"]])
    return edited(response, edit) if COLLECTION.fullmatch(request.path) else response


def each_feature(document: Document, edit: Callable[[Document], object]) -> None:
    """Change every feature of a page, or the one there is."""
    for feature in document.get("features", [document]):
        edit(feature)


def without_link(document: Document, rel: str) -> None:
    """Take the links of a relation out of a document."""
    document["links"] = [link for link in document["links"] if link["rel"] != rel]


def _mapped(node: Any, change: Callable[[list[float]], list[float]]) -> Any:
    """Coordinates with every position changed."""
    if isinstance(node[0], int | float):
        return change(node)
    return [_mapped(child, change) for child in node]


def move(feature: Document, change: Callable[[list[float]], list[float]]) -> None:
    """Change every position of a feature."""
    feature["geometry"]["coordinates"] = _mapped(feature["geometry"]["coordinates"], change)


def swap(feature: Document) -> None:
    """Exchange the first two numbers of every position of a feature."""
    move(feature, lambda p: [p[1], p[0], *p[2:]])
