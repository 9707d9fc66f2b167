"""What DescribeFeatureType says of a type: its simple properties and their XML Schema types.

Documents that a schema includes are read where they are in scope.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ows import assert_given
from mimtest.vocabulary.times import read_time
from mimtest.vocabulary.wfs import Wfs
from mimtest.vocabulary.wfs_capabilities import FeatureType
from mimtest.vocabulary.wfs_schema_parts import is_of_owner, together

SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
_NUMBERS: Final = [
    "integer",
    "int",
    "long",
    "short",
    "byte",
    "decimal",
    "double",
    "float",
    "nonNegativeInteger",
    "positiveInteger",
    "unsignedInt",
    "unsignedLong",
    "unsignedShort",
    "unsignedByte",
    "negativeInteger",
    "nonPositiveInteger",
]
_TIMES: Final = ("dateTime", "date")
_BOOLEANS: Final = ("true", "false", "1", "0")
#: A type inherits from so many others at most.
_MOST_BASES: Final = 8

#: A part of a schema and the document it is in.
Declared = tuple[xml.Document, Element]


@dataclass(frozen=True, slots=True)
class Description:
    """A type by its schema. `kinds` has the local names of the properties' types, None for one not simple.

    `is_whole` says that everything is declared in what is read, nothing derived from a type elsewhere but GML's.
    """

    kinds: Mapping[str, str | None]
    is_whole: bool


def describe(wfs: Wfs, kind: FeatureType) -> Description:
    """The description of a type, asked for in either spelling. Raises Contradiction when there is none.

    Raises Inconclusive when it is in a document that is not read.
    """
    __tracebackhide__ = True
    first: Contradiction | None = None
    for params in wfs.spellings(kind):
        try:
            return _describe(wfs, kind, params)
        except Contradiction as wrong:
            first = first or wrong
    assert first is not None
    raise first


def _describe(wfs: Wfs, kind: FeatureType, params: Mapping[str, Any]) -> Description:
    __tracebackhide__ = True
    what = f"DescribeFeatureType for {kind.name}"
    answer = assert_given(wfs.ask("DescribeFeatureType", **params), what)
    document = xml.document(answer)
    assert_that(
        document.root.tag == f"{{{SCHEMA}}}schema",
        f"{what} gives no XML Schema",
        expected="schema",
        received=xml.local(document.root),
    )
    documents, unread = together(wfs, answer, document, kind.namespace)
    local = kind.tag.rpartition("}")[2]
    declared = _named(documents, "element", local)
    if declared is None:
        if any(is_of_owner(kind.namespace, address) for address in unread):
            return Description({}, is_whole=False)
        if unread:
            detail = f"the schema of {kind.name} is in {unread[0]}, which is not read"
            raise Inconclusive("needs_review", detail)
        names = [e.get("name", "") for d in documents for e in d.root if _is(e, "element")]
        raise Contradiction(
            f"{what} does not declare it",
            expected=f"an element '{local}'",
            received=", ".join(names) or "no element",
        )
    kinds, is_whole = _properties_of(documents, *declared)
    return Description(kinds, is_whole=is_whole and bool(kinds))


def _is(element: Element, name: str) -> bool:
    return element.tag == f"{{{SCHEMA}}}{name}"


def _named(documents: Iterable[xml.Document], what: str, name: str) -> Declared | None:
    """A part of a schema by its kind and name, with the document it is in."""
    found = ((d, e) for d in documents for e in d.root if _is(e, what) and e.get("name") == name)
    return next(found, None)


def _properties_of(
    documents: Sequence[xml.Document], document: xml.Document, element: Element
) -> tuple[dict[str, str | None], bool]:
    """The properties of an element, with those its type inherits; whether all of them are known."""
    kinds: dict[str, str | None] = {}
    own = next((e for e in element if _is(e, "complexType")), None)
    body: Declared | None = (document, own) if own is not None else None
    name = element.get("type") or ""
    for _ in range(_MOST_BASES):
        body = body or _named(documents, "complexType", name.rpartition(":")[2])
        if body is None:
            return kinds, False
        document, content = body
        kinds = {**dict(_properties(document, content)), **kinds}
        name = next((e.get("base", "") for e in content.iter() if _is(e, "extension")), "")
        if document.qualified(name).endswith("}AbstractFeatureType"):
            return kinds, True
        body = None
    return kinds, False


def _properties(document: xml.Document, body: Element) -> Iterator[tuple[str, str | None]]:
    for element in body.iter(f"{{{SCHEMA}}}element"):
        name = element.get("name") or (element.get("ref") or "").rpartition(":")[2]
        given = element.get("type")
        if given is None:
            base = next((e.get("base") for e in element.iter(f"{{{SCHEMA}}}restriction")), None)
            given = base
        tag = document.qualified(given) if given else ""
        yield name, tag.rpartition("}")[2] if tag.startswith(f"{{{SCHEMA}}}") else None


def properties_of(wfs: Wfs, kind: FeatureType) -> Mapping[str, str | None]:
    """The types of a type's properties; empty where they cannot be read."""
    try:
        return describe(wfs, kind).kinds
    except (Contradiction, Inconclusive):
        return {}


def is_number(kind: str | None) -> bool:
    """Whether a simple type is one of numbers."""
    return kind in _NUMBERS


def is_time(kind: str | None) -> bool:
    """Whether a simple type is one of instants or days."""
    return kind in _TIMES


def fits(kind: str | None, text: str) -> bool:
    """Whether a text is a value of a simple type; of one that is not looked at, any is."""
    text = text.strip()
    if is_number(kind):
        try:
            number = float(text)
        except ValueError:
            return False
        return kind in ("double", "float", "decimal") or number.is_integer()
    if kind == "boolean":
        return text in _BOOLEANS
    return read_time(text) is not None if kind == "dateTime" and text.endswith("Z") else True
