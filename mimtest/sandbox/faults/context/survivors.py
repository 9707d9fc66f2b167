"""Ways to break a broker that look right until two things meet: conditions, pages, forms, changes."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    altered,
    body_of,
    changed,
    creates,
    queries,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.context.writing import refusal
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PLACE: Final = ("georel", "geometry", "coordinates", "geoproperty")
_FORMS: Final = ("options", "format")


def _lost(request: Request, lost: tuple[str, ...], beside: str) -> Request:
    """A query without some parameters where another one stands beside the first of them."""
    both = queries(request) and {lost[0], beside} <= set(request.params)
    return without_params(request, *lost) if both else request


@fault("ctx-filter-lost-beside-place", kills=("CTX-QRY-59",))
def _filter_beside_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a value is left out of a query that has one by place."""
    return proceed(_lost(request, ("q",), "georel"))


@fault("ctx-filter-lost-beside-scope", kills=("CTX-QRY-59",))
def _filter_beside_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a value is left out of a query that has one by scope."""
    return proceed(_lost(request, ("q",), "scopeQ"))


@fault("ctx-place-lost-beside-scope", kills=("CTX-QRY-59",))
def _place_beside_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by place is left out of a query that has one by scope."""
    return proceed(_lost(request, _PLACE, "scopeQ"))


@fault("ctx-filter-lost-beside-order", kills=("CTX-QRY-48",))
def _filter_beside_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a value is left out of a query that asks for an order."""
    return proceed(_lost(request, ("q",), "orderBy"))


@fault("ctx-attrs-lost-when-simplified", kills=("CTX-QRY-13", "CTX-QRY-52"))
def _attrs_when_simplified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Which attributes are wanted is forgotten where a form is asked for."""
    return proceed(_lost(request, ("attrs",), "options"))


@fault("ctx-language-lost-when-simplified", kills=("CTX-QRY-47",))
def _language_when_simplified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Which language is wanted is forgotten where a form is asked for."""
    return proceed(_lost(request, ("lang",), "options"))


def _links_without(response: Response, *names: str) -> Response:
    """The links to other pages without some parameters."""

    def cut(found: re.Match[str]) -> str:
        address, _, query = found[1].partition("?")
        kept = [p for p in query.split("&") if p.partition("=")[0] not in names]
        return f"<{address}?{'&'.join(kept)}>"

    def fix(name: str, value: str) -> str:
        is_page = name.lower() == "link" and ('"next"' in value or '"prev"' in value)
        return re.sub(r"<([^>]*)>", cut, value) if is_page else value

    return replace(response, headers=tuple((k, fix(k, v)) for k, v in response.headers))


@fault("ctx-links-without-filter", kills=("CTX-QRY-52",))
def _links_without_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links to other pages do not have the filter by a value."""
    response = proceed(request)
    return _links_without(response, "q") if queries(request) else response


@fault("ctx-links-without-place", kills=("CTX-QRY-52",))
def _links_without_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links to other pages do not have the filter by place."""
    response = proceed(request)
    return _links_without(response, *_PLACE) if queries(request) else response


@fault("ctx-links-without-form", kills=("CTX-QRY-52",))
def _links_without_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links to other pages do not have the form that was asked for."""
    response = proceed(request)
    return _links_without(response, *_FORMS) if queries(request) else response


@fault("ctx-usual-page-is-the-last", kills=("CTX-QRY-51",))
def _usual_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page whose size nobody asked for does not link to the next one."""
    response = proceed(request)
    if not queries(request) or "limit" in request.params:
        return response
    kept = tuple(h for h in response.headers if not (h[0].lower() == "link" and '"next"' in h[1]))
    return replace(response, headers=kept)


@fault("ctx-order-within-pages", kills=("CTX-QRY-48",))
def _order_within_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities are put in order after a page of them was taken."""
    if not queries(request) or not {"orderBy", "limit"} <= set(request.params):
        return proceed(request)
    page = proceed(without_params(request, "orderBy", "orderFrom", "collation"))
    whole = proceed(with_params(request, lambda p: p | {"limit": "1000"}))
    if page.status != 200:  # noqa: PLR2004
        return proceed(request)
    ids = {e.get("id") for e in page.json()}
    return changed(whole, lambda b: [e for e in b if e.get("id") in ids])


@fault("ctx-found-twice", kills=("CTX-QRY-27",))
def _found_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that meets both of two conditions, one of which is enough, comes twice."""
    response = proceed(request)
    term = request.params.get("q", "")
    if not queries(request) or not re.fullmatch(r'[^|;("]+\|[^|;("]+', term):
        return response
    both = proceed(with_params(request, lambda p: p | {"q": term.replace("|", ";")}))
    return changed(response, lambda b: b + both.json()) if both.status == 200 else response  # noqa: PLR2004


@fault(
    "ctx-area-is-its-box",
    kills=("CTX-QRY-39",),
    beside=(
        "PLA-N-*",
        "CTX-ACC-14",
    ),
)
def _area_is_its_box(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An area in a filter by place is taken for the box around it."""

    def boxed(text: str) -> str:
        try:
            xs, ys = zip(*json.loads(text)[0], strict=True)
            w, s, e, n = min(xs), min(ys), max(xs), max(ys)
        except (ValueError, TypeError, IndexError):
            return text
        return json.dumps([[[w, s], [e, s], [e, n], [w, n], [w, s]]])

    is_area = request.params.get("geometry") == "Polygon"
    return proceed(altered(request, "coordinates", boxed) if is_area else request)


@fault("ctx-patterns-in-any-case", kills=("CTX-QRY-22",))
def _patterns_in_any_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern fits texts in capitals and in small letters alike."""
    return proceed(altered(request, "q", lambda q: re.sub(r'~=("?)', r"~=\1(?i)", q)))


@fault("ctx-id-patterns-in-any-case", kills=("CTX-QRY-07",))
def _id_patterns_in_any_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern fits identifiers in capitals and in small letters alike."""
    return proceed(altered(request, "idPattern", lambda v: f"(?i){v}"))


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@fault("ctx-texts-in-any-case", kills=("CTX-QRY-16",))
def _texts_in_any_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by a text finds the text in capitals and in small letters alike."""
    asked = re.fullmatch(r'(\w+)=="([^"]*)"', request.params.get("q", ""))
    if not queries(request) or asked is None:
        return proceed(request)
    name, text = asked.groups()

    def fits(entity: dict[str, Any]) -> bool:
        held = entity.get(name)
        return isinstance(held, dict) and _lower(held.get("value")) == text.lower()

    strictly = proceed(request)
    if strictly.status != 200:  # noqa: PLR2004
        return strictly
    ids = {e.get("id") for e in strictly.json()}
    whole = proceed(without_params(request, "q"))
    return changed(whole, lambda b: [e for e in b if e.get("id") in ids or fits(e)])


def _spelled(request: Request, proceed: Proceed, listing: str, name: str) -> str:
    """The name the broker has for one that is spelled in any case."""
    asked = replace(request, path=f"{API}/{listing}", raw_path=f"{API}/{listing}", query="")
    listed = proceed(asked).json()
    known = listed.get("typeList", listed.get("attributeList", []))
    return next((k for k in known if k.lower() == name.lower()), name)


@fault("ctx-types-in-any-case", kills=("CTX-QRY-01",))
def _types_in_any_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type is found in capitals and in small letters alike."""
    return proceed(altered(request, "type", lambda t: _spelled(request, proceed, "types", t)))


@fault("ctx-names-in-any-case", kills=("CTX-QRY-14",))
def _names_in_any_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The name of an attribute in a filter is found in capitals and in small letters alike."""
    if not re.fullmatch(r"\w+", request.params.get("q", "")):
        return proceed(request)
    return proceed(altered(request, "q", lambda q: _spelled(request, proceed, "attributes", q)))


@fault("ctx-identifiers-in-any-case", kills=("CTX-ENT-03",))
def _identifiers_in_any_case(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """An identifier is taken when it is there in other letters, capitals or small ones."""
    body = body_of(request) if creates(request) else None
    name = body.get("id") if isinstance(body, dict) else None
    if not isinstance(name, str):
        return proceed(request)
    taken = platform.memory.setdefault("taken", {})
    first = taken.setdefault((request.headers.get("ngsild-tenant"), name.lower()), name)
    return refusal("AlreadyExists", 409) if first != name else proceed(request)


@fault("ctx-units-of-the-one-before", kills=("CTX-REP-01",))
def _units_of_the_one_before(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In an answer with many entities, a value without a unit has that of the entity before."""
    response = proceed(request)

    def change(body: list[dict[str, Any]]) -> list[dict[str, Any]]:
        units: dict[str, Any] = {}
        for entity in body:
            for name, held in entity.items():
                if isinstance(held, dict) and held.get("type") == "Property":
                    unit = held.get("unitCode", units.get(name))
                    held.update({} if unit is None else {"unitCode": unit})
                    units[name] = unit
        return body

    plain = queries(request) and isinstance(response.json(), list)
    return changed(response, change) if plain else response
