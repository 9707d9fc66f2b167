"""Ways to break filters (Part 3, CQL2), most of them as a request that is understood as another one."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.places.messages import OK, asking, is_items
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

#: A filter that is true of every feature.
EVERYTHING: Final = "geometry IS NOT NULL"
#: The checks that compare what a filter selects.
_SELECTING: Final = tuple(
    f"PLA-F-{n:02}" for n in (5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19, *range(20, 32), 35)
)


def reread(
    request: Request, proceed: Proceed, change: Callable[[str], str], language: str = "cql2-text"
) -> Response:
    """The answer to another filter, where that one is answered too."""
    given = request.params.get("filter")
    spoken = request.params.get("filter-lang", "cql2-text")
    if not is_items(request) or given is None or spoken != language:
        return proceed(request)
    other = change(given)
    if other == given:
        return proceed(request)
    first = proceed(request)
    return proceed(asking(request, filter=other)) if first.status == OK else first


@fault("pla-filter-ignored", kills=_SELECTING)
def filter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter is read and not used: every feature comes, with 200."""
    response = proceed(request)
    if not is_items(request) or response.status != OK or "filter" not in request.params:
        return response
    return proceed(asking(request, filter=None, filter_lang=None, filter_crs=None))


@fault("pla-filter-border-left-out", kills=("PLA-F-05",))
def border_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Less or equal is taken as less, greater or equal as greater."""
    return reread(request, proceed, lambda f: re.sub(r"([<>])= (?=[\d-])", r"\1 ", f))


@fault("pla-filter-numbers-reversed", kills=("PLA-F-05",), beside=("PLA-F-1?", "PLA-F-36"))
def numbers_reversed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Less is taken as greater."""
    return reread(request, proceed, lambda f: re.sub(r" < (?=[\d-])", " > ", f))


@fault("pla-filter-other-numbers-lost", kills=("PLA-F-16",))
def other_numbers_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Unequal is taken as less, for numbers."""
    return reread(request, proceed, lambda f: re.sub(r"<> (?=[\d-])", "< ", f))


@fault("pla-filter-other-texts-are-the-same", kills=("PLA-F-06",))
def other_texts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Unequal is taken as equal, for texts."""
    return reread(request, proceed, lambda f: f.replace("<> '", "= '"))


@fault("pla-filter-true-is-known", kills=("PLA-F-17",), beside=("PLA-F-18",))
def true_is_known(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A truth value counts as true wherever it is set."""
    return reread(request, proceed, lambda f: f.replace("= TRUE", "IS NOT NULL"))


@fault("pla-filter-times-reversed", kills=("PLA-F-07",))
def times_reversed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Earlier is taken as later."""
    return reread(request, proceed, lambda f: f.replace("< TIMESTAMP", "> TIMESTAMP"))


@fault("pla-filter-from-left-to-right", kills=("PLA-F-18",))
def from_left_to_right(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Conditions are joined from left to right, OR as closely as AND."""
    return reread(
        request, proceed, lambda f: re.sub(r"^([^(].*) OR (.*) AND (.*)$", r"(\1 OR \2) AND \3", f)
    )


@fault("pla-filter-not-unheard", kills=("PLA-F-18", "PLA-F-19", "PLA-F-21"))
def not_unheard(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """NOT is passed over."""
    return reread(request, proceed, lambda f: re.sub(r"NOT \(", "(", f))


@fault("pla-filter-and-is-or", kills=("PLA-F-18",))
def and_is_or(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """AND is taken as OR."""
    return reread(request, proceed, lambda f: f.replace(") AND (", ") OR ("))


@fault("pla-filter-null-is-nowhere", kills=("PLA-F-19",))
def null_is_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """IS NULL is true of nothing."""
    return reread(request, proceed, lambda f: re.sub(r"^\S+ IS NULL$", "geometry IS NULL", f))


@fault("pla-filter-pattern-is-a-text", kills=("PLA-F-20",))
def pattern_is_a_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern is taken literally."""
    return reread(request, proceed, lambda f: f.replace(" LIKE ", " = "))


@fault("pla-filter-one-character-is-many", kills=("PLA-F-20",))
def one_character_is_many(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """`_` in a pattern is taken literally."""
    return reread(
        request, proceed, lambda f: f.replace("_", "\\_") if " LIKE '" in f and "%" not in f else f
    )


@fault("pla-filter-list-cut-short", kills=("PLA-F-21",))
def list_cut_short(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the first value of a list counts."""
    return reread(request, proceed, lambda f: re.sub(r"IN \(([^,]*),[^)]*\)", r"IN (\1)", f))


@fault("pla-filter-between-is-open", kills=("PLA-F-22",))
def between_is_open(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """BETWEEN leaves out both ends."""
    return reread(
        request,
        proceed,
        lambda f: re.sub(r"(\S+) BETWEEN (\S+) AND (\S+)", r"\1 > \2 AND \1 < \3", f),
    )


@fault("pla-filter-case-counts", kills=("PLA-F-23",))
def case_counts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """CASEI gives back what it is given."""
    return reread(request, proceed, lambda f: re.sub(r"CASEI\(([^()]*)\)", r"\1", f))


@fault("pla-filter-accents-count", kills=("PLA-F-24",))
def accents_count(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """ACCENTI gives back what it is given."""
    return reread(request, proceed, lambda f: re.sub(r"ACCENTI\(([^()]*)\)", r"\1", f))


@fault("pla-filter-after-is-before", kills=("PLA-F-25",))
def after_is_before(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """T_AFTER is taken as T_BEFORE."""
    return reread(request, proceed, lambda f: f.replace("T_AFTER", "T_BEFORE"))


@fault("pla-filter-meeting-times-apart", kills=("PLA-F-25",))
def meeting_times_apart(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """T_DISJOINT is taken as T_INTERSECTS."""
    return reread(request, proceed, lambda f: f.replace("T_DISJOINT", "T_INTERSECTS"))


@fault("pla-filter-arrays-apart", kills=("PLA-F-26",))
def arrays_apart(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A_CONTAINS is true of the arrays that do not contain the other."""
    return reread(request, proceed, lambda f: re.sub(r"^A_CONTAINS", "NOT A_CONTAINS", f))


@fault("pla-filter-value-first-misread", kills=("PLA-F-27",))
def value_first_misread(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """`5 > x` is taken as `x > 5`."""
    return reread(request, proceed, lambda f: re.sub(r"^(-?[\d.]+) ([<>]) (\w+)$", r"\3 \2 \1", f))


@fault("pla-filter-quotation-mark-ends-the-text", kills=("PLA-F-28",))
def quotation_mark_ends_the_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What follows a quotation mark in a text is taken as part of the filter."""
    return reread(request, proceed, lambda f: EVERYTHING if "''" in f else f)


def _parts(node: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """A filter in JSON with every object in it changed."""
    if isinstance(node, list):
        return [_parts(item, change) for item in node]
    if isinstance(node, dict):
        return change({name: _parts(value, change) for name, value in node.items()})
    return node


@fault("pla-filter-json-not-unheard", kills=("PLA-F-35",))
def json_not_unheard(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In JSON, `not` is passed over."""

    def change(text: str) -> str:
        node = _parts(json.loads(text), lambda n: n["args"][0] if n.get("op") == "not" else n)
        return json.dumps(node)

    response = proceed(request)
    return reread(request, proceed, change, "cql2-json") if response.status == OK else response
