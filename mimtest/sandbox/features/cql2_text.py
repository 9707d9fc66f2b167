"""CQL2 Text (OGC 21-065r2, clause 8.1 and Annex B) read into the objects of CQL2 JSON.

Functions of one's own and arithmetic are left out; they are conformance classes of their own.
"""

import re
from collections.abc import Callable
from typing import Any, Final

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<text>'(?:''|\\.|[^'\\])*')
  | (?P<quoted>"[^"]+")
  | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>(?:[^\W\d]|:)[\w:.]*)
  | (?P<mark><>|<=|>=|[=<>(),+\-])
    )""",
    re.VERBOSE,
)
_COMPARISONS: Final = ("=", "<>", "<", ">", "<=", ">=")
_ESCAPES: Final = dict(zip("abtnvfr'", "\a\b\t\n\v\f\r'", strict=True))
_GEOMETRIES: Final = {
    "POINT": ("Point", 0),
    "LINESTRING": ("LineString", 1),
    "POLYGON": ("Polygon", 2),
    "MULTIPOINT": ("MultiPoint", 1),
    "MULTILINESTRING": ("MultiLineString", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}
_MOST_DEPTH: Final = 40

Node = Any


class FilterError(ValueError):
    """A filter expression that is none."""


def parse(text: str) -> Node:
    """The expression as CQL2 JSON. Raises FilterError."""
    reader = _Reader(_tokens(text))
    found = reader.either()
    if reader.ahead != ("end", ""):
        msg = f"nothing is expected at {reader.ahead[1]!r}"
        raise FilterError(msg)
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            msg = f"no word of CQL2 at {text[at : at + 20]!r}"
            raise FilterError(msg)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return [*found, ("end", "")]


def _unescaped(literal: str) -> str:
    """A character literal without quotes; the backslash of a pattern stays."""
    body = literal[1:-1].replace("''", "\\'")
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), body, flags=re.DOTALL)


class _Reader:
    """Recursive descent, one method for a rule of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def ahead(self) -> tuple[str, str]:
        """The kind and text of the next token."""
        return self._tokens[self._at]

    def _take(self) -> tuple[str, str]:
        token = self.ahead
        if token[0] == "end":
            msg = "the expression ends too early"
            raise FilterError(msg)
        self._at += 1
        return token

    def _word(self, *words: str) -> str | None:
        """The next token if it is one of these words or marks, taken."""
        kind, text = self.ahead
        if kind in ("name", "mark") and text.upper() in words:
            self._at += 1
            return text.upper()
        return None

    def _must(self, word: str) -> None:
        if not self._word(word):
            msg = f"{word!r} is expected at {self.ahead[1]!r}"
            raise FilterError(msg)

    def either(self) -> Node:
        """Terms joined by OR."""
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            msg = "the expression is nested too deeply"
            raise FilterError(msg)
        terms = [self._both()]
        while self._word("OR"):
            terms.append(self._both())
        self._depth -= 1
        return terms[0] if len(terms) == 1 else {"op": "or", "args": terms}

    def _both(self) -> Node:
        factors = [self._factor()]
        while self._word("AND"):
            factors.append(self._factor())
        return factors[0] if len(factors) == 1 else {"op": "and", "args": factors}

    def _factor(self) -> Node:
        if self._word("NOT"):
            return {"op": "not", "args": [self._primary()]}
        return self._primary()

    def _primary(self) -> Node:
        if self._word("("):
            inner = self.either()
            self._must(")")
            return inner
        kind, text = self.ahead
        if kind == "name" and text.upper().startswith(("S_", "T_", "A_")):
            following = self._tokens[self._at + 1][1]
            if following == "(":
                return self._relation()
        return self._comparison()

    def _relation(self) -> Node:
        name = self._take()[1].lower()
        return {"op": name, "args": self._listed(self._operand)}

    def _listed(self, read: Callable[[], Node]) -> list[Node]:
        """Things in parentheses with commas between them."""
        self._must("(")
        if self._word(")"):
            return []
        found = [read()]
        while self._word(","):
            found.append(read())
        self._must(")")
        return found

    def _comparison(self) -> Node:
        left = self._operand()
        operator = self._word(*_COMPARISONS)
        if operator:
            return {"op": operator, "args": [left, self._operand()]}
        if self._word("IS"):
            negated = self._word("NOT")
            self._must("NULL")
            return _maybe_not(negated, {"op": "isNull", "args": [left]})
        negated = self._word("NOT")
        word = self._word("LIKE", "BETWEEN", "IN")
        if word == "LIKE":
            found: Node = {"op": "like", "args": [left, self._operand()]}
        elif word == "BETWEEN":
            low = self._operand()
            self._must("AND")
            found = {"op": "between", "args": [left, low, self._operand()]}
        elif word == "IN":
            found = {"op": "in", "args": [left, self._listed(self._operand)]}
        elif negated is None and isinstance(left, bool):
            return left
        else:
            msg = f"a comparison is expected at {self.ahead[1]!r}"
            raise FilterError(msg)
        return _maybe_not(negated, found)

    def _operand(self) -> Node:
        kind, text = self.ahead
        if kind == "text":
            self._take()
            return _unescaped(text)
        if kind == "quoted":
            self._take()
            return {"property": text[1:-1]}
        if kind == "name":
            return self._named()
        if (kind, text) == ("mark", "("):
            return self._listed(self._operand)
        return self._number()

    def _named(self) -> Node:
        name = self._take()[1]
        upper = name.upper()
        if self.ahead[1] != "(" and upper not in _GEOMETRIES:
            return upper == "TRUE" if upper in ("TRUE", "FALSE") else {"property": name}
        if upper in _GEOMETRIES:
            return self._geometry(upper)
        if upper == "BBOX":
            return {"bbox": self._listed(self._number)}
        given = self._listed(self._operand)
        if upper in ("CASEI", "ACCENTI"):
            return {"op": upper.lower(), "args": given}
        if upper == "INTERVAL":
            return {"interval": given}
        if upper not in ("DATE", "TIMESTAMP"):
            msg = f"there is no function {name!r}"
            raise FilterError(msg)
        return {upper.lower(): self._one(given)}

    def _geometry(self, name: str) -> Node:
        self._word("Z")
        kind, depth = _GEOMETRIES[name]
        coordinates = self._coordinates(depth)
        return {"type": kind, "coordinates": coordinates[0] if depth == 0 else coordinates}

    def _one(self, found: list[Node]) -> Node:
        if len(found) != 1:
            msg = "one value is expected in the parentheses"
            raise FilterError(msg)
        return found[0]

    def _coordinates(self, depth: int) -> list[Node]:
        if depth <= 1:
            return self._listed(self._position)
        return self._listed(lambda: self._coordinates(depth - 1))

    def _position(self) -> list[float]:
        wrapped = self._word("(")  # of MULTIPOINT
        numbers = [self._number(), self._number()]
        while self.ahead[0] == "number" or self.ahead[1] in ("-", "+"):
            numbers.append(self._number())
        if wrapped:
            self._must(")")
        return numbers

    def _number(self) -> float:
        sign = -1 if self._word("-", "+") == "-" else 1
        kind, text = self._take()
        if kind != "number":
            msg = f"a value is expected at {text!r}"
            raise FilterError(msg)
        number = float(text)
        return sign * (int(number) if number.is_integer() and "." not in text else number)


def _maybe_not(negated: object, node: Node) -> Node:
    return {"op": "not", "args": [node]} if negated else node
