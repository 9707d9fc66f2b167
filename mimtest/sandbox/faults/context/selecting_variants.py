"""Permitted ways to differ in what a query may say and how."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.conditions import single_term
from mimtest.sandbox.faults.context.messages import altered, changed, queries, with_params
from mimtest.sandbox.faults.context.selecting import too_wide
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("ctx-variant-id-alone-answered")
def _id_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that says nothing but an identifier finds that entity."""
    alone = queries(request) and set(request.params) == {"id"}
    return proceed(with_params(request, lambda p: p | {"type": "*"}) if alone else request)


@fault("ctx-variant-stamps-alone-answered")
def _stamps_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that says nothing but when entities were created is answered."""
    alone = queries(request) and re.match(r"(created|modified)At", request.params.get("q", ""))
    if not alone or "type" in request.params:
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"type": "*"}))


@fault("ctx-variant-quotes-in-queries")
def _quotes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times, URIs, words and patterns are only taken in quotes."""
    bare = r"(==|!=|[<>]=?)(?!true|false)([A-Za-z]|\d{4}-|\d\d:)|~=[^\"]"
    refused = queries(request) and re.search(bare, _unquoted(request.params.get("q", "")))
    return too_wide() if refused else proceed(request)


def _unquoted(text: str) -> str:
    """The text without what stands in quotes."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '"', text)


@fault("ctx-variant-days-not-compared")
def _days(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Dates and times of day alone are not compared: no query finds them."""
    term = single_term(request)
    day = term is not None and re.fullmatch(r'"?(\d{4}-\d\d-\d\d|\d\d:\d\d:\d\dZ)"?', term[2])
    return json_response([], 200) if day else proceed(request)


@fault("ctx-variant-one-level-of-brackets")
def _one_level(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Brackets within brackets are refused in a query."""
    nested = queries(request) and re.search(r"\([^)]*\(", _unquoted(request.params.get("q", "")))
    return too_wide() if nested else proceed(request)


@fault("ctx-variant-patterns-fit-the-whole")
def _fit_the_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern has to fit the whole of a text, as if it stood between anchors."""
    anchored = altered(request, "idPattern", lambda p: f"^({p})$")
    return proceed(altered(anchored, "q", lambda q: re.sub(r'~=("?)([^";|]+)', r"~=\1^(\2)$", q)))


@fault("ctx-variant-no-text-is-unequal")
def _no_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute without a text in a language is unequal to any text in it."""
    found = re.match(r"(\w+)\[(\w\w)\]!=", request.params.get("q", ""))
    if not queries(request) or not found:
        return proceed(request)
    response = proceed(request)
    whole = proceed(altered(request, "q", lambda _: found[1])).json()
    lacking = [e for e in whole if found[2] not in e[found[1]].get("languageMap", {found[2]: ""})]
    return changed(response, lambda entities: entities + lacking)
