"""Ways to break how a query compares values."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import altered, changed, queries, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TERM: Final = re.compile(r"(\w+)(==|!=|>=|<=|>|<|~=|!~=)([^;|()]+)")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_ORDERS: Final[dict[str, Callable[[str, str], bool]]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
#: The name, sign and value of a condition; with the entity: whether it meets it.
When = Callable[[str, str, str], object]
Meets = Callable[[str, str, str, dict[str, Any]], bool]


def single_term(request: Request) -> tuple[str, str, str] | None:
    """Name, sign and value of a query's only condition."""
    found = _TERM.fullmatch(request.params.get("q", "")) if queries(request) else None
    return (found[1], found[2], found[3]) if found else None


def judged(request: Request, proceed: Proceed, when: When, meets: Meets) -> Response:
    """The answer when `meets` judges a query's only condition; only where `when` says so."""
    term = single_term(request)
    if term is None or not when(*term):
        return proceed(request)
    return changed(
        proceed(without_params(request, "q")),
        lambda entities: [e for e in entities if meets(*term, e)],
    )


def _value(entity: dict[str, Any], name: str) -> Any:
    held = entity.get(name)
    value = held.get("value") if isinstance(held, dict) else None
    return value.get("@value") if isinstance(value, dict) and "@value" in value else value


def _with_q(request: Request, pattern: str, new: str | Callable[[re.Match[str]], str]) -> Request:
    return altered(request, "q", lambda q: re.sub(pattern, new, q))


@fault(
    "ctx-numbers-as-texts",
    kills=("CTX-QRY-15",),
    beside=("CTX-QRY-52", "CTX-QRY-03", "CTX-QRY-57", "CTX-QRY-59"),
)
def _numbers_as_texts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Numbers are ordered by their first digits."""
    return judged(
        request,
        proceed,
        lambda _, sign, value: sign in _ORDERS and _NUMBER.fullmatch(value),
        lambda name, sign, value, e: (
            isinstance(_value(e, name), int | float) and _ORDERS[sign](str(_value(e, name)), value)
        ),
    )


@fault("ctx-texts-without-order", kills=("CTX-QRY-16",))
def _without_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No text is greater or less than another."""
    term = single_term(request)
    ordered = term is not None and term[1] in _ORDERS and re.match(r'"[a-z]', term[2])
    return json_response([], 200) if ordered else proceed(request)


@fault("ctx-true-is-a-text", kills=("CTX-QRY-17",))
def _true_is_a_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for true finds the text that reads so as well."""
    return proceed(_with_q(request, r"^(\w+)==true$", r'\1==true|\1=="true"'))


@fault("ctx-not-true-is-false", kills=("CTX-QRY-17",))
def _not_true(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is not true is false, and nothing else."""
    return proceed(_with_q(request, r"!=true$", "==false"))


@fault("ctx-times-as-texts", kills=("CTX-QRY-18",))
def _times_as_texts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times are ordered as they are written, whatever their time zone."""
    return judged(
        request,
        proceed,
        lambda name, sign, value: (
            sign in _ORDERS and name.startswith("seen") and re.match('"?[0-9]{4}-', value)
        ),
        lambda name, sign, value, e: (
            isinstance(_value(e, name), str) and _ORDERS[sign](_value(e, name), value.strip('"'))
        ),
    )


@fault("ctx-days-find-what-has-none", kills=("CTX-QRY-18",))
def _days_find_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A comparison with a date finds every entity, also those without."""
    term = single_term(request)
    day = term is not None and re.fullmatch(r'"?\d{4}-\d\d-\d\d"?', term[2])
    return proceed(without_params(request, "q") if day else request)


@fault("ctx-first-of-a-list", kills=("CTX-QRY-19",))
def _first_of_a_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a list of values in a query only the first is heeded."""
    value = r'("[^"]*"|-?\d+)'
    return proceed(_with_q(request, rf"([!=]=){value},{value}$", r"\1\2"))


@fault("ctx-list-split-at-every-comma", kills=("CTX-QRY-19",), beside=("CTX-QRY-36",))
def _every_comma(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A list of texts is split at the commas inside of texts, too."""
    return proceed(_with_q(request, r'"([^",]*),([^",]*)"$', r'"\1","\2"'))


@fault("ctx-range-without-ends", kills=("CTX-QRY-20",))
def _without_ends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A range in a query does not include its ends."""
    return proceed(_with_q(request, r"(\w+)==([^.]+)\.\.(.+)$", r"\1>\2;\1<\3"))


@fault("ctx-range-never-excluded", kills=("CTX-QRY-20",))
def _never_excluded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is outside of a range in a query is not asked: all that have a value are found."""
    return proceed(_with_q(request, r"!=[^.]+\.\..+$", ""))


@fault("ctx-array-as-a-whole", kills=("CTX-QRY-21",))
def _as_a_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An array equals no text, whatever it contains."""

    def meets(name: str, sign: str, value: str, entity: dict[str, Any]) -> bool:
        held = _value(entity, name)
        return held is not None and (held == json.loads(value)) == (sign == "==")

    return judged(
        request,
        proceed,
        lambda name, sign, value: (
            name.startswith("tags") and sign in ("==", "!=") and value.startswith('"')
        ),
        meets,
    )


@fault("ctx-not-pattern-is-pattern", kills=("CTX-QRY-22",))
def _not_pattern(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for what a pattern does not fit finds what it fits."""
    return proceed(_with_q(request, "!~=", "~="))


@fault("ctx-pattern-is-a-text", kills=("CTX-QRY-22",), beside=("CTX-QRY-23",))
def _pattern_is_a_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern is compared with texts as it is written."""
    return proceed(_with_q(request, r'(?<!!)~="?([^"]*)"?$', r'=="\1"'))


@fault("ctx-pattern-fits-numbers", kills=("CTX-QRY-23",))
def _fits_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern is tried on the digits of numbers."""
    return judged(
        request,
        proceed,
        lambda name, sign, _: sign == "~=" and name.startswith("temp"),
        lambda name, _, value, e: bool(re.search(value.strip('"'), str(_value(e, name)))),
    )


@fault("ctx-digits-are-numbers", kills=("CTX-QRY-24",))
def _digits_are_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A text of digits in a query is taken for the number."""
    return proceed(_with_q(request, r'^(temp\w+[!=]=)"(\d+)"$', r"\1\2"))


@fault("ctx-numbers-are-digits", kills=("CTX-QRY-24",))
def _numbers_are_digits(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number in a query is taken for the text of its digits where values are texts."""
    return proceed(_with_q(request, r"^(code\w+==)(\d+)$", r'\1"\2"'))


@fault(
    "ctx-lacking-is-unequal",
    kills=("CTX-QRY-25",),
    beside=("CTX-QRY-15", "CTX-QRY-19", "CTX-QRY-20", "CTX-QRY-24", "CTX-QRY-27", "CTX-ACC-08"),
)
def _lacking(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for what is unequal to a number finds the entities without any value as well."""
    return judged(
        request,
        proceed,
        lambda _, sign, value: sign == "!=" and _NUMBER.fullmatch(value),
        lambda name, _, value, e: _value(e, name) != float(value),
    )


@fault("ctx-relationships-ordered", kills=("CTX-QRY-26",))
def _ordered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Relationships are ordered by the text of their targets."""
    return proceed(_with_q(request, r'^(\w+)>"?urn:.*$', r"\1"))


@fault("ctx-relationships-never-unequal", kills=("CTX-QRY-26",))
def _never_unequal(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No relationship is unequal to a URI."""
    return proceed(_with_q(request, r'!=("?urn:)', r"==\1unknown:"))


@fault("ctx-relationships-not-compared", kills=("CTX-QRY-26",), beside=("CTX-QRY-33", "CTX-ACC-*"))
def _not_compared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No relationship is equal to a URI, bare or in quotes."""
    return proceed(_with_q(request, r'==("?urn:)', r"==\1unknown:"))
