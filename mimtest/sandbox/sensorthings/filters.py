"""The language of `$filter` and `$orderby` (18-088 9.3.3.5), read into functions of an entity."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import product
from operator import add, mul, sub
from typing import Any, Final

from mimtest.sandbox.sensorthings.errors import NotSupportedError, RefusedError
from mimtest.sandbox.sensorthings.functions import FUNCTIONS, MISSING, Geography
from mimtest.sandbox.sensorthings.model import Kind
from mimtest.sandbox.sensorthings.store import Store
from mimtest.sandbox.sensorthings.values import Reader, instants, reader

_TOKENS: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<geography>geography'(?:[^']|'')*')
    |(?P<string>'(?:[^']|'')*')
    |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))
    |(?P<date>\d{4}-\d\d-\d\d(?!\d))
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]))
    |(?P<name>@?[A-Za-z_][\w.]*(?:/@?[A-Za-z_][\w.]*)*)
    |(?P<sign>[(),])""",
    re.VERBOSE,
)
_WORDS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None}
_DEEPEST: Final = 40

Compare = Callable[[Any, Any], bool]
_COMPARISONS: Final[Mapping[str, Compare]] = {
    "lt": lambda a, b: bool(a < b),
    "le": lambda a, b: bool(a <= b),
    "gt": lambda a, b: bool(a > b),
    "ge": lambda a, b: bool(a >= b),
}
_SUMS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"add": add, "sub": sub}
_PRODUCTS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "mul": mul,
    "div": lambda a, b: a / b,
    "mod": lambda a, b: a % b,
}


class Parser:
    """Reads one expression about entities of a kind. Raises RefusedError for what is none."""

    def __init__(self, store: Store, kind: Kind, text: str) -> None:
        self._store = store
        self._kind = kind
        self._tokens = _tokens(text)
        self._depth = 0

    def whole(self) -> Reader:
        """The whole text as one expression."""
        read = self._either()
        if self._tokens:
            raise RefusedError(f"unexpected {self._tokens[0][1]!r}")
        return read

    def _next(self, *words: str) -> str | None:
        """The next token if it is one of these words; it is taken."""
        if self._tokens and self._tokens[0][1] in words:
            return self._tokens.pop(0)[1]
        return None

    def _either(self) -> Reader:
        read = self._both()
        while self._next("or"):
            read = _joined(read, self._both(), _or)
        return read

    def _both(self) -> Reader:
        read = self._not()
        while self._next("and"):
            read = _joined(read, self._not(), _and)
        return read

    def _not(self) -> Reader:
        if self._next("not"):
            denied = self._not()
            return lambda e: [None if v is None else not v for v in denied(e)]
        return self._comparison()

    def _comparison(self) -> Reader:
        read = self._sum()
        word = self._next("eq", "ne", *_COMPARISONS)
        return _joined(read, self._sum(), _comparing(word)) if word else read

    def _sum(self) -> Reader:
        read = self._product()
        while word := self._next(*_SUMS):
            read = _joined(read, self._product(), _computing(_SUMS[word]))
        return read

    def _product(self) -> Reader:
        read = self._one()
        while word := self._next(*_PRODUCTS):
            read = _joined(read, self._one(), _computing(_PRODUCTS[word]))
        return read

    def _one(self) -> Reader:
        self._depth += 1
        if not self._tokens or self._depth > _DEEPEST:
            raise RefusedError("the expression ends too early, or goes too deep")
        kind, text = self._tokens.pop(0)
        if text == "(":
            read = self._either()
            self._close()
            return read
        if kind == "name" and self._tokens and self._tokens[0][1] == "(":
            return self._call(text)
        if kind == "name" and text not in _WORDS:
            return reader(self._store, self._kind, text.split("/"))
        value = _literal(kind, text)
        return lambda _: [value]

    def _call(self, name: str) -> Reader:
        if name in MISSING:
            raise NotSupportedError(name)
        if name not in FUNCTIONS:
            raise RefusedError(f"there is no function {name!r}")
        self._next("(")
        arguments: list[Reader] = []
        while not self._next(")"):
            if arguments and not self._next(","):
                raise RefusedError(f"',' or ')' is missing in {name}()")
            arguments.append(self._either())
        numbers, apply = FUNCTIONS[name]
        if len(arguments) not in numbers:
            raise RefusedError(f"{name}() does not take {len(arguments)} arguments")
        return lambda e: [_applied(apply, given) for given in product(*(a(e) for a in arguments))]

    def _close(self) -> None:
        if not self._next(")"):
            raise RefusedError("')' is missing")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            raise RefusedError(f"unexpected {text[at : at + 10]!r}")
        if match.lastgroup != "space":
            found.append((str(match.lastgroup), match[0]))
        at = match.end()
    return found


def _literal(kind: str, text: str) -> Any:
    match kind:
        case "string":
            return text[1:-1].replace("''", "'")
        case "geography":
            Geography(text[len("geography'") : -1]).shape  # noqa: B018 (refused here, not later)
            return Geography(text[len("geography'") : -1])
        case "number":
            return float(text) if set(text) & set(".eE") else int(text)
        case "moment":
            return datetime.fromisoformat(text)
        case "date":
            return text
        case "name":
            return _WORDS[text]
    raise RefusedError(f"unexpected {text!r}")


def _joined(one: Reader, other: Reader, judge: Callable[[Any, Any], Any]) -> Reader:
    return lambda e: [judge(a, b) for a, b in product(one(e), other(e))]


def _or(a: Any, b: Any) -> bool | None:
    if a is True or b is True:
        return True
    return None if None in (a, b) else False


def _and(a: Any, b: Any) -> bool | None:
    if a is False or b is False:
        return False
    return None if None in (a, b) else True


def _computing(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: _applied(compute, (a, b))


def _applied(apply: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    """A function's value; None where there is none for these arguments."""
    if None in given:
        return None
    try:
        return apply(*given)
    except (TypeError, ValueError, AttributeError, ArithmeticError, KeyError):
        return None


def _comparing(word: str) -> Callable[[Any, Any], bool | None]:
    """A comparison; what cannot be compared is neither true nor false."""
    if word == "eq":
        return _equal
    if word == "ne":
        return lambda a, b: not _equal(a, b)
    judge = _COMPARISONS[word]

    return lambda a, b: _applied(lambda x, y: _ordered(judge, word, x, y), (a, b))


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, datetime) or isinstance(b, datetime):
        return bool(_applied(lambda x, y: _ends(x) == _ends(y), (a, b)))
    return bool(a == b and isinstance(a, bool) == isinstance(b, bool))


def _ordered(judge: Compare, word: str, a: Any, b: Any) -> bool:
    """One before the other; an interval is before what comes after its end."""
    if isinstance(a, datetime) or isinstance(b, datetime):
        first, last = (1, 0) if word.startswith("l") else (0, 1)
        return judge(_ends(a)[first], _ends(b)[last])
    return judge(a, b)


def _ends(value: Any) -> tuple[datetime, datetime]:
    found = [value] if isinstance(value, datetime) else list(instants(value))
    return found[0], found[-1]
