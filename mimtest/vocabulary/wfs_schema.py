"""What DescribeFeatureType says of a type: its simple properties and their XML Schema types.

Only what the document itself declares is read; a part it includes from elsewhere is not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ows import assert_given
from mimtest.vocabulary.times import read_time
from mimtest.vocabulary.wfs import Wfs
from mimtest.vocabulary.wfs_capabilities import FeatureType

SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
_ELSEWHERE: Final = ("include", "import", "redefine")
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


@dataclass(frozen=True, slots=True)
class Description:
    """A type by its schema. `kinds` has the local names of the properties' types, None for one not simple.

    `is_whole` says that everything is declared here and nothing derived from a type elsewhere but GML's.
    """

    root: Element
    kinds: Mapping[str, str | None]
    is_whole: bool


def describe(wfs: Wfs, kind: FeatureType) -> Description:
    """The description of a type. Raises Contradiction when there is none, Inconclusive when it is elsewhere."""
    __tracebackhide__ = True
    answer = assert_given(
        wfs.ask("DescribeFeatureType", **wfs.named(kind)), f"DescribeFeatureType for {kind.name}"
    )
    document = xml.document(answer)
    root = document.root
    assert_that(
        root.tag == f"{{{SCHEMA}}}schema",
        f"DescribeFeatureType for {kind.name} gives no XML Schema",
        expected="schema",
        received=xml.local(root),
    )
    local = kind.tag.rpartition("}")[2]
    declared = next((e for e in root if _is(e, "element") and e.get("name") == local), None)
    if declared is None:
        elsewhere = any(_holds_more(e, kind.namespace) for e in root)
        if elsewhere:
            raise Inconclusive("needs_review", f"the schema of {kind.name} is in other documents")
        raise Contradiction(
            f"DescribeFeatureType for {kind.name} does not declare it",
            expected=f"an element '{local}'",
            received=", ".join(e.get("name", "") for e in root if _is(e, "element"))
            or "no element",
        )
    body = _body(root, declared)
    if body is None:
        return Description(root, {}, is_whole=False)
    base = next((e.get("base", "") for e in body.iter() if _is(e, "extension")), "")
    is_gml = document.qualified(base).endswith("}AbstractFeatureType")
    kinds = dict(_properties(document, body))
    return Description(root, kinds, is_whole=is_gml and bool(kinds))


def _holds_more(element: Element, space: str) -> bool:
    """Whether a part of a schema leads to another document about the same namespace."""
    within = xml.local(element) != "import" or element.get("namespace") == space
    return xml.local(element) in _ELSEWHERE and within and bool(element.get("schemaLocation"))


def _is(element: Element, name: str) -> bool:
    return element.tag == f"{{{SCHEMA}}}{name}"


def _body(root: Element, declared: Element) -> Element | None:
    """The complex type of an element, in it or named by it."""
    own = next((e for e in declared if _is(e, "complexType")), None)
    if own is not None:
        return own
    name = (declared.get("type") or "").rpartition(":")[2]
    return next((e for e in root if _is(e, "complexType") and e.get("name") == name), None)


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
