"""Documents that say that two identifiers are of one thing: in JSON, in tables, in Turtle.

Only what means that counts, such as owl:sameAs and skos:exactMatch: a document may hold both identifiers, and
even relate them, without saying that they are of one thing.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer

_JSON: Final = re.compile(r"application/([\w.-]+\+)?json")
_TURTLE: Final = ("text/turtle", "text/n3", "application/trig", "application/n-triples")
_TABLES: Final = {"text/csv": ",", "text/tab-separated-values": "\t", "text/plain": None}
#: Names of relations that say it, in small letters and without what stands before the last sign.
_SAME: Final = frozenset(
    ("=", "sameas", "exactmatch", "alternatename", "alternateidentifier", "identifier", "equivalentto",
     "sameindividual", "notation", "altid", "otherid", "externalid", "alias")
)  # fmt: skip
#: What members and columns are called that say how the identifiers in a record are related.
_RELATIONS: Final = (
    "predicate",
    "predicateid",
    "relation",
    "relationship",
    "property",
    "predicatelabel",
)
#: What members and columns are called that hold the identifiers in a record.
_SIDES: Final = frozenset(
    ("subject", "object", "source", "target", "from", "to", "one", "other", "old", "new", "left", "right",
     "a", "b", "first", "second", "local", "remote")
)  # fmt: skip
_ENDINGS: Final = ("id", "identifier", "uri", "iri", "urn", "url", "key", "code", "number")
#: What holds pairs, as a member of a document.
_LISTS: Final = frozenset(("mapping", "mappings", "pairs", "equivalents", "same"))
_PAIR: Final = 2
_TOKEN: Final = re.compile(r'<[^>\s]*>|"(?:[^"\\]|\\.)*"|[;,]|\.(?=\s|$)|(?:[^\s;,.]|\.(?!\s|$))+')
Pair = frozenset[str]


def relates(answer: Answer, one: str, other: str) -> bool:
    """Whether a document says that both identifiers are of one thing.

    Raises Inconclusive for what is in a form that is not read here.
    """
    pair = frozenset((one, other))
    if _JSON.fullmatch(answer.media_type):
        return _in_json(answer.json(), pair)
    if answer.media_type in _TURTLE:
        return any(_means_same(p) and {s, o} == pair for s, p, o in _statements(answer.text()))
    if answer.media_type in _TABLES:
        return _in_table(_rows(answer.text(), _TABLES[answer.media_type]), pair)
    detail = f"mimtest does not read mappings in {answer.media_type or 'no media type'}"
    raise Inconclusive("needs_review", detail)


def _last(name: str) -> str:
    """The last part of a name or an address, in small letters, without signs in it."""
    return re.split(r"[#/:]", name.strip("<>"))[-1].replace("_", "").replace("-", "").lower()


def _means_same(name: str) -> bool:
    return name.strip() == "=" or _last(name) in _SAME


def _in_json(value: Any, pair: Pair, name: str = "") -> bool:
    """Whether a part of a document, the value of the member `name`, says it."""
    if isinstance(value, list):
        whole = all(isinstance(v, str) for v in value)
        if whole and not name and len(value) == _PAIR:
            return {*value} == pair
        inner = "" if not name or _last(name) in _LISTS else name
        return any(_in_json(v, pair, inner) for v in value if isinstance(v, list | dict))
    if not isinstance(value, dict):
        return False
    return _of_object(value, pair, name) or any(_in_json(v, pair, n) for n, v in value.items())


def _of_object(value: Mapping[str, Any], pair: Pair, name: str) -> bool:
    own = value.get("id", value.get("@id"))
    if isinstance(own, str):
        return _of_thing(own, value, pair)
    if not name or _last(name) in _LISTS:
        for key in pair & value.keys():
            held = value[key]
            if isinstance(held, dict) and _of_thing(key, held, pair):
                return True
            if not isinstance(held, dict) and pair - {key} <= {*_targets(held)}:
                return True
    texts = {k: v for k, v in value.items() if isinstance(v, str)}
    return _of_record(texts, pair)


def _of_thing(own: str, value: Mapping[str, Any], pair: Pair) -> bool:
    """Whether a description of a thing names the other identifier as one of its own."""
    if own not in pair:
        return False
    named = {t for n, held in value.items() if _means_same(n) for t in _targets(held)}
    return pair - {own} <= named


def _targets(held: Any) -> Iterator[str]:
    """The texts that a member leads to: bare, in an array, or in an attribute."""
    for part in held if isinstance(held, list) else [held]:
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            for name in ("object", "value", "@id", "@value", "id"):
                yield from _targets(part[name]) if name in part else ()


def _of_record(record: Mapping[str, str], pair: Pair) -> bool:
    """Whether a row has both identifiers, and no relation but that of being the same."""
    sides = [n for n, v in record.items() if v in pair]
    if {record[n] for n in sides} != pair:
        return False
    relations = [v for n, v in record.items() if _last(n) in _RELATIONS]
    return all(map(_means_same, relations)) and all(map(_is_side, sides))


def _is_side(name: str) -> bool:
    last = _last(name)
    return last in _SIDES or last.endswith(_ENDINGS) or _means_same(name)


def _rows(text: str, sign: str | None) -> list[list[str]]:
    lines = [s for s in text.splitlines() if s.strip() and not s.startswith("#")]
    if sign is None:
        return [line.split() for line in lines]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=sign)]


def _in_table(rows: Sequence[Sequence[str]], pair: Pair) -> bool:
    """Whether a row says it: under a head that names its columns, as a pair, or with a relation between."""
    head = rows[0] if rows else []
    if len({*head}) == len(head) > 1 and not pair & {*head} and all(map(_is_named, head)):
        records = [dict(zip(head, r, strict=False)) for r in rows[1:]]
        return any(_of_record(r, pair) for r in records)
    triples = [r for r in rows if len(r) == _PAIR + 1 and _means_same(r[1])]
    pairs = [r for r in rows if len(r) == _PAIR]
    return any({r[0], r[-1]} == pair for r in (*pairs, *triples))


def _is_named(cell: str) -> bool:
    """Whether a cell of the first row is the name of a column."""
    return bool(cell) and ":" not in cell


def _statements(text: str) -> Iterator[tuple[str, str, str]]:
    """The subject, relation and object of each statement of plain Turtle; names are as long as they can be."""
    prefixes: dict[str, str] = {}
    for words in _sentences(text):
        if words[0].lower() in ("@prefix", "prefix") and len(words) > _PAIR:
            prefixes[words[1]] = words[2].strip("<>")
            continue
        parts = [_expanded(w, prefixes) for w in words]
        relation, at = "", 1
        while at < len(parts):
            if parts[at] == ";" or (at == 1 and not relation):
                at += parts[at] == ";"
                relation = parts[at] if at < len(parts) else ""
            elif parts[at] != ",":
                yield parts[0], relation, parts[at]
            at += 1


def _sentences(text: str) -> Iterator[list[str]]:
    words: list[str] = []
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for word in _TOKEN.findall("\n".join(lines)):
        if word == ".":
            if words:
                yield words
            words = []
        else:
            words.append(word)
    if words:
        yield words


def _expanded(word: str, prefixes: Mapping[str, str]) -> str:
    if word.startswith(("<", '"')):
        return word.strip('<>"')
    start, colon, rest = word.partition(":")
    return prefixes[f"{start}:"] + rest if colon and f"{start}:" in prefixes else word
