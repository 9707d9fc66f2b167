"""How a local model is converted to a common one: a table of terms, read from SSSOM or from a JSON object of names.

Read are SSSOM as TSV, CSV or JSON, and JSON objects `{"local name": "common name"}`. Terms may be names, compact IRIs or
IRIs. A conversion renames members; it changes no value, for neither form can say how.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.reading import CORE_MEMBERS

_JSON: Final = re.compile(r"application/([\w.-]+\+)?json")
_DELIMITERS: Final[Mapping[str, str]] = {
    "text/tab-separated-values": "\t",
    "text/csv": ",",
    "text/plain": "",
    "application/octet-stream": "",
}
#: What a mapping has in SSSOM besides its two terms.
REQUIRED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
#: Predicates under which a value of one term is a value of the other.
_SAME: Final = frozenset(
    ("exactMatch", "closeMatch", "equivalentProperty", "equivalentClass", "sameAs", "broadMatch")
)
_NO_TERM: Final = "NoTermFound"
_PREFIX: Final = re.compile(r"#?\s+([\w.-]+)\s*:\s*\"?(\S+?)\"?\s*$")
_MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping: a term of the local model, a term of the common one, and what the two have to do with each other."""

    subject: str
    predicate: str
    object: str
    justification: str = ""
    negated: bool = False

    @property
    def is_conversion(self) -> bool:
        """Whether values can be carried over."""
        return name_of(self.predicate) in _SAME and not self.negated and self.is_found

    @property
    def is_found(self) -> bool:
        """Whether there is a term on both sides."""
        return _NO_TERM not in (name_of(self.object), name_of(self.subject))


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping document as read. `sssom` says that it claims to be SSSOM, whose rows have to be whole."""

    rows: tuple[Row, ...]
    sssom: bool = True

    def of(self, name: str, iri: str | None = None) -> tuple[Row, ...]:
        """The rows that start from a local name, or from the IRI it stands for."""
        return tuple(r for r in self.rows if r.subject == iri or name_of(r.subject) == name)

    def target(self, name: str, iri: str | None = None) -> str | None:
        """The common name that values of a local one are carried over to."""
        return next((name_of(r.object) for r in self.of(name, iri) if r.is_conversion), None)

    def converted(
        self, entity: Mapping[str, Any], common_type: str, iris: Mapping[str, str]
    ) -> dict[str, Any]:
        """A simplified entity with the names of the common model; members without one there stay out.

        What NGSI-LD itself gives every entity needs no mapping.
        """
        made: dict[str, Any] = {"id": entity["id"], "type": common_type}
        for name, value in entity.items():
            target = self.target(name, iris.get(name)) or (name if name in CORE_MEMBERS else None)
            if name not in ("id", "type", "@context") and target is not None:
                made[target] = value
        return made


def name_of(term: str) -> str:
    """The name at the end of an IRI or compact IRI; a name is its own."""
    return re.split(r"[#/:]", term.rstrip("#/:"))[-1]


def mapping_of(media_type: str, text: str) -> Mapped:
    """The mapping in a document. Raises Contradiction for what is broken, Inconclusive for another form."""
    if _JSON.fullmatch(media_type):
        try:
            return _of_json(json.loads(text))
        except ValueError:
            msg = "the mapping is not JSON, as its media type says"
            raise Contradiction(msg, expected="JSON", received=text[:80]) from None
    if media_type in _DELIMITERS:
        return _of_table(text, _DELIMITERS[media_type])
    detail = f"mimtest reads mappings in SSSOM or JSON, not in {media_type or 'no media type'}"
    raise Inconclusive("needs_review", detail)


def _of_table(text: str, delimiter: str) -> Mapped:
    lines = text.splitlines()
    prefixes = _prefixes(line for line in lines if line.startswith("#"))
    body = [line for line in lines if line.strip() and not line.startswith("#")]
    head = body[0] if body else ""
    read = csv.DictReader(io.StringIO("\n".join(body)), delimiter=delimiter or _guessed(head))
    columns = read.fieldnames or []
    if not {"subject_id", "object_id"} <= set(columns):
        raise Contradiction(
            "the mapping names no terms",
            expected="SSSOM columns subject_id, predicate_id, object_id, mapping_justification",
            received=", ".join(columns)[:200] or "no column",
        )
    try:
        return Mapped(tuple(_row(item, prefixes) for item in _first(read)))
    except csv.Error as error:
        msg = "the mapping is no table"
        raise Contradiction(msg, expected="rows and columns", received=str(error)) from None


def _guessed(head: str) -> str:
    return "\t" if "\t" in head else ","


def _prefixes(comments: Iterable[str]) -> dict[str, str]:
    """The curie_map in the commented metadata: indented lines after it."""
    found: dict[str, str] = {}
    inside = False
    for line in comments:
        if line.lstrip("# ").startswith("curie_map"):
            inside = True
        elif inside and (match := _PREFIX.match(line)):
            found[match[1]] = match[2]
        elif inside:
            break
    return found


def _of_json(value: Any) -> Mapped:
    rows = value.get("mappings") if isinstance(value, dict) else value
    if isinstance(rows, list) and all(isinstance(r, dict) for r in rows):
        held = value.get("curie_map") or value.get("@context") if isinstance(value, dict) else {}
        prefixes = {
            k: v for k, v in (held if isinstance(held, dict) else {}).items() if isinstance(v, str)
        }
        return Mapped(tuple(_row(item, prefixes) for item in _first(rows)))
    names = rows if isinstance(rows, dict) else value
    if isinstance(names, dict) and any(isinstance(v, str) for v in names.values()):
        pairs = [(n, v) for n, v in names.items() if isinstance(v, str) and not n.startswith("@")]
        return Mapped(tuple(Row(n, "skos:exactMatch", v) for n, v in pairs), sssom=False)
    raise Contradiction(
        "the mapping names no terms",
        expected="SSSOM mappings, or an object of names",
        received=type(value).__name__,
    )


def _first(rows: Iterable[Any]) -> Iterable[Any]:
    for count, item in enumerate(rows):
        if count >= _MOST_ROWS:
            raise Inconclusive("needs_review", f"the mapping has more than {_MOST_ROWS} rows")
        yield item


def _row(item: Mapping[str | None, Any], prefixes: Mapping[str, str]) -> Row:
    def held(name: str) -> str:
        value = item.get(name)
        return value.strip() if isinstance(value, str) else ""

    return Row(
        subject=_expanded(held("subject_id"), prefixes),
        predicate=_expanded(held("predicate_id"), prefixes),
        object=_expanded(held("object_id"), prefixes),
        justification=held("mapping_justification"),
        negated=held("predicate_modifier").casefold() == "not",
    )


def _expanded(term: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = term.partition(":")
    return f"{prefixes[prefix]}{local}" if colon and prefix in prefixes else term
