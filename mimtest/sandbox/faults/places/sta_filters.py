"""Ways to break the filters of a SensorThings service, most of them answered with 200."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.sta_messages import (
    asks_for,
    filtered,
    is_sta,
    options,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_POSITION = re.compile(r"(-?\d+\.\d+) (-?\d+\.\d+)")
#: A reader may tell mistakes from filters, and follow none of them.
_MISTAKES = ("result gt", "mimtestNothing gt 1", "mimtestnothing(result) gt 1")
_FILTERING = (
    "PLA-S-20",
    "PLA-S-21",
    "PLA-S-22",
    "PLA-S-23",
    "PLA-S-40",
    "PLA-S-46",
    "PLA-S-47",
    "PLA-S-48",
    "PLA-S-49",
)


@fault("pla-sta-filter-ignored", kills=_FILTERING, beside=("PLA-S-15", "PLA-S-16", "PLA-S-24"))
def filter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter is read, and everything comes all the same."""
    return filtered(request, proceed, lambda t: t if t in _MISTAKES else None)


@fault("pla-sta-greater-or-equal", kills=("PLA-S-20",))
def greater_or_equal(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is equal counts as greater."""
    return filtered(request, proceed, lambda t: t.replace("result gt ", "result ge "))


@fault("pla-sta-unequal-means-less", kills=("PLA-S-20",))
def unequal_means_less(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of what is unequal only the smaller is found."""
    return filtered(request, proceed, lambda t: t.replace("result ne ", "result lt "))


@fault("pla-sta-nearly-equal", kills=("PLA-S-20",))
def nearly_equal(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is close counts as equal."""
    edit = re.compile(r"^result eq (-?[\d.]+)$")
    near = r"result ge \1 sub 9 and result le \1 add 9"
    return filtered(request, proceed, lambda t: edit.sub(near, t))


@fault("pla-sta-either-means-both", kills=("PLA-S-46",), beside=("PLA-S-49",))
def either_means_both(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of two conditions combined with 'or' both have to hold."""
    return filtered(request, proceed, lambda t: t.replace(" or ", " and "))


@fault("pla-sta-not-overlooked", kills=("PLA-S-46",))
def not_overlooked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A 'not' is overlooked."""
    return filtered(request, proceed, lambda t: t.removeprefix("not "))


@fault("pla-sta-from-left-to-right", kills=("PLA-S-46",))
def from_left_to_right(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Conditions are combined from left to right, 'or' as tightly as 'and'."""
    edit = re.compile(r"^([^()]* or [^()]*) and ")
    return filtered(request, proceed, lambda t: edit.sub(r"(\1) and ", t))


@fault("pla-sta-parentheses-overlooked", kills=("PLA-S-46",))
def parentheses_overlooked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Parentheses around conditions are overlooked."""
    edit = re.compile(r"^\((.* or .*)\) and ")
    return filtered(request, proceed, lambda t: edit.sub(r"\1 and ", t))


@fault("pla-sta-subtraction-adds", kills=("PLA-S-47",))
def subtraction_adds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Subtraction adds."""
    return filtered(request, proceed, lambda t: t.replace(" sub ", " add "))


@fault("pla-sta-division-multiplies", kills=("PLA-S-47",))
def division_multiplies(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Division multiplies."""
    return filtered(request, proceed, lambda t: t.replace(" div ", " mul "))


@fault("pla-sta-no-remainders", kills=("PLA-S-40",))
def no_remainders(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service does not know 'mod'."""
    asked = options(request).get("filter", "")
    refused = is_sta(request) and " mod " in asked
    return json_response({"title": "unknown operator"}, 501) if refused else proceed(request)


@fault("pla-sta-rounded-down", kills=("PLA-S-48",))
def rounded_down(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Rounding cuts off."""
    return filtered(request, proceed, lambda t: t.replace("round(", "floor("))


@fault("pla-sta-ceiling-is-the-floor", kills=("PLA-S-48",))
def ceiling_is_the_floor(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Rounding up rounds down."""
    return filtered(request, proceed, lambda t: t.replace("ceiling(", "floor("))


@fault("pla-sta-hours-elsewhere", kills=("PLA-S-49",))
def hours_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Hours are those of the server's own zone, two hours to the east."""
    edit = re.compile(r"hour\(phenomenonTime\) eq (\d+)")
    return filtered(
        request,
        proceed,
        lambda t: edit.sub(lambda m: f"hour(phenomenonTime) eq {int(m[1]) - 2}", t),
    )


@fault("pla-sta-seconds-are-minutes", kills=("PLA-S-49",))
def seconds_are_minutes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The second of a time is its minute."""
    return filtered(request, proceed, lambda t: t.replace("second(", "minute("))


@fault("pla-sta-times-as-years", kills=("PLA-S-49",))
def times_as_years(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a time in a filter only the year counts."""
    edit = re.compile(r"phenomenonTime lt (\d{4})-\S+")
    return filtered(request, proceed, lambda t: edit.sub(r"year(phenomenonTime) lt \1", t))


@fault("pla-sta-start-is-the-end", kills=("PLA-S-21",))
def start_is_the_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a text starts with is looked for at its end."""
    return filtered(request, proceed, lambda t: t.replace("startswith(", "endswith("))


@fault("pla-sta-lower-is-upper", kills=("PLA-S-21",))
def lower_is_upper(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Small letters are made capitals."""
    return filtered(request, proceed, lambda t: t.replace("tolower(", "toupper("))


@fault("pla-sta-part-counted-from-one", kills=("PLA-S-21",))
def part_counted_from_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The letters of a text are counted from one."""
    return filtered(request, proceed, lambda t: t.replace("substring(name,1)", "substring(name,0)"))


@fault("pla-sta-no-spatial-functions", kills=("PLA-S-22",))
def no_spatial_functions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service does not know where anything is."""
    refused = asks_for(request, "Locations") and "geography" in options(request).get("filter", "")
    return json_response({"title": "unknown function"}, 501) if refused else proceed(request)


@fault("pla-sta-latitude-first", kills=("PLA-S-22",))
def latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions in filters are read latitude first."""
    return filtered(request, proceed, lambda t: _POSITION.sub(r"\2 \1", t))


@fault("pla-sta-no-distance", kills=("PLA-S-22",))
def no_distance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every distance is zero."""
    edit = re.compile(r"geo\.distance\(location,.*\) gt 0\.000001")
    return filtered(request, proceed, lambda t: edit.sub("1 gt 2", t))


@fault("pla-sta-everything-is-disjoint", kills=("PLA-S-22",))
def everything_is_disjoint(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Everything is disjoint from everything."""
    return filtered(request, proceed, lambda t: re.sub(r"^st_disjoint\(.*\)$", "1 eq 1", t))


@fault("pla-sta-properties-unknown", kills=("PLA-S-23",))
def properties_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Members of 'properties' have no value in a filter."""
    edit = re.compile(r"properties/\w+ eq ")
    return filtered(request, proceed, lambda t: edit.sub("properties/nothing eq ", t))


@fault("pla-sta-relation-refused", kills=("PLA-S-23",))
def relation_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter over a relation to many is refused."""
    refused = is_sta(request) and options(request).get("filter", "").startswith("Datastreams/")
    return json_response({"title": "not here"}, 501) if refused else proceed(request)


@fault("pla-sta-one-step-only", kills=("PLA-S-23",))
def one_step_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In a filter over two relations the second is overlooked."""
    edit = re.compile(r"^Datastream/Thing/id eq .*$")
    return filtered(request, proceed, lambda t: edit.sub("Datastream/id eq 1", t))
