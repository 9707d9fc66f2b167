"""Ways of a Web Feature Service to give a part only, or a part of what it should, without a word."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.wfs_messages import (
    asking,
    asks,
    given,
    has,
    replaced,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MEMBER: Final = re.compile(r"<wfs:member>.*?</wfs:member>", re.DOTALL)
_4258: Final = "urn:ogc:def:crs:EPSG::4258"
_3857: Final = "urn:ogc:def:crs:EPSG::3857"


def _without_last(text: str) -> str:
    """A collection without its last member, where it has two."""
    members = _MEMBER.findall(text)
    return text.replace(members[-1], "") if len(members) > 1 else text


@fault("pla-wfs-box-loses-one", kills=("PLA-W-20",))
def box_loses_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of what a box holds the last is left out, and numberMatched tells of all features of the type."""
    response = proceed(request)
    if not has(request, "bbox"):
        return response
    fewer = replaced(rewritten(response, _without_last), ' next="[^"]*"', "")
    return replaced(fewer, 'numberMatched="[^"]*"', 'numberMatched="500"')


@fault("pla-wfs-one-system-empty", kills=("PLA-W-16",))
def one_system_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In one of the reference systems on offer no feature comes."""
    empty = has(request, "srsname") and given(request, "srsname") == _4258
    return proceed(asking(request, count="0") if empty else request)


@fault("pla-wfs-one-system-without-places", kills=("PLA-W-16",))
def one_system_without_places(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In one of the reference systems on offer features have no places."""
    response = proceed(request)
    if not has(request, "srsname") or given(request, "srsname") != _3857:
        return response
    return replaced(response, "<city:location>.*?</city:location>", "")


@fault("pla-wfs-post-gives-a-part", kills=("PLA-W-25",))
def post_gives_a_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A question in XML is answered with some of what it selects."""
    response = proceed(request)
    return rewritten(response, _without_last) if _is_posted(request) else response


def _is_posted(request: Request) -> bool:
    return asks(request, "GetFeature") and bool(request.body)


def _changed(request: Request, proceed: Proceed, pattern: str, by: str) -> Response:
    """The answer to a question with something else in its filter."""
    text = given(request, "filter")
    if text is None or not asks(request, "GetFeature"):
        return proceed(request)
    return proceed(asking(request, filter=re.sub(pattern, by, text)))


@fault("pla-wfs-and-selects-nothing", kills=("PLA-W-21",))
def and_selects_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter with And selects nothing at all."""
    nothing = has(request, "filter") and ":And>" in (given(request, "filter") or "")
    return proceed(asking(request, count="0") if nothing else request)


@fault("pla-wfs-and-is-or", kills=("PLA-W-21",))
def and_is_or(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """And selects what fulfils one of its parts."""
    return _changed(request, proceed, r"(</?\w+:)And>", r"\1Or>")


@fault("pla-wfs-and-takes-its-first", kills=("PLA-W-21",))
def and_takes_its_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the parts of And the first alone is heeded."""
    first = r"<(\w+):And>(<\1:(\w+)>.*?</\1:\3>).*</\1:And>"
    return _changed(request, proceed, first, r"\2")


@fault("pla-wfs-matched-too-many", kills=("PLA-W-13",))
def matched_too_many(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """NumberMatched counts features that were deleted long ago."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return rewritten(
        response,
        lambda text: re.sub(r'numberMatched="(\d+)"', _with_ghosts, text),
    )


def _with_ghosts(match: re.Match[str]) -> str:
    return f'numberMatched="{int(match[1]) + 1000}"'
