"""What a Web Feature Service says of itself: operations, constraints, filters and feature types.

OGC 09-025r2, 8.3, and 04-094, 13.3.
"""

from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.network.answer import Answer
from mimtest.vocabulary import xml
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ows import (
    Operation,
    assert_given,
    constraints_of,
    operations_of,
    parameters_of,
)

_BOX: Final = 2


@dataclass(frozen=True, slots=True)
class FeatureType:
    """A feature type by the capabilities. `tag` is its name as ElementTree writes it.

    `default` and `others` name reference systems, `is_nowhere` says that it is declared to have none;
    `boxes` are longitude and latitude.
    """

    name: str
    tag: str
    default: str | None
    others: tuple[str, ...]
    formats: tuple[str, ...]
    boxes: tuple[Box, ...]
    is_nowhere: bool = False

    @property
    def prefix(self) -> str:
        """The prefix of the name, empty without."""
        return self.name.rpartition(":")[0]

    @property
    def namespace(self) -> str:
        """The namespace of the name, empty without."""
        return self.tag[1:].partition("}")[0] if self.tag.startswith("{") else ""

    @property
    def systems(self) -> tuple[str, ...]:
        """Every reference system it is offered in, the default first."""
        return tuple(dict.fromkeys(s for s in (self.default, *self.others) if s))


@dataclass(slots=True)
class Capabilities:
    """What a service says of itself; looking at `answer` makes it evidence."""

    answer: Answer
    document: xml.Document

    @property
    def root(self) -> Element:
        """The document's root element."""
        return self.document.root

    @property
    def version(self) -> str:
        """The version of the standard it was written for."""
        return (self.root.get("version") or "").strip()

    @property
    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return operations_of(self.root)

    @property
    def constraints(self) -> dict[str, bool]:
        """The conformance classes and other constraints that are true or false, by name."""
        return constraints_of(self.root)

    @property
    def filter(self) -> Element | None:
        """What filters there are."""
        return self.root.find(xml.anywhere("Filter_Capabilities"))

    def operators(self, kind: str) -> set[str]:
        """The names of the operators of a kind (Comparison, Spatial, Temporal), without 'PropertyIs'."""
        found = self.filter
        if found is None:
            return set()
        names = [
            e.get("name") or e.text or "" for e in found.iter() if xml.local(e) == f"{kind}Operator"
        ]
        return {n.strip().removeprefix("PropertyIs") for n in names}

    def allowed(self, operation: str, parameter: str) -> tuple[str, ...]:
        """The values an operation lists for a parameter, or the service for all operations."""
        listed = self.operations.get(operation)
        own = listed.parameters.get(parameter.lower(), ()) if listed else ()
        metadata = self.root.find(xml.anywhere("OperationsMetadata"))
        common = parameters_of(metadata) if metadata is not None else {}
        return own or common.get(parameter.lower(), ())

    def types(self) -> list[FeatureType]:
        """The feature types. Raises Contradiction for one without a name."""
        __tracebackhide__ = True
        found = self.root.findall(xml.anywhere("FeatureTypeList/FeatureType"))
        return [self._type(e) for e in found]

    def _type(self, element: Element) -> FeatureType:
        __tracebackhide__ = True
        name = xml.text_of(element, "Name")
        if name is None:
            fail("a feature type has no name", expected="a Name", received=element.tag)
        assert name is not None
        defaults = xml.texts_of(element, "DefaultCRS") or xml.texts_of(element, "DefaultSRS")
        others = xml.texts_of(element, "OtherCRS") + xml.texts_of(element, "OtherSRS")
        formats = xml.texts_of(element, "OutputFormats/Format")
        boxes = tuple(
            b for e in element.findall(xml.anywhere("WGS84BoundingBox")) if (b := _box(e))
        )
        return FeatureType(
            name,
            self.document.qualified(name),
            defaults[0] if defaults else None,
            tuple(others),
            tuple(formats),
            boxes,
            any(element.find(xml.anywhere(n)) is not None for n in ("NoCRS", "NoSRS")),
        )


def _box(element: Element) -> Box | None:
    corners = [(xml.text_of(element, c) or "").split() for c in ("LowerCorner", "UpperCorner")]
    try:
        return Box.of([float(n) for c in corners for n in c[:_BOX]])
    except (ValueError, IndexError):
        return None


def read_capabilities(answer: Answer) -> Capabilities:
    """The capabilities of an answer. Raises Contradiction when it holds none."""
    __tracebackhide__ = True
    assert_given(answer, "GetCapabilities")
    found = Capabilities(answer, xml.document(answer))
    assert_that(
        xml.local(found.root) == "WFS_Capabilities",
        "the answer to GetCapabilities is another document",
        expected="WFS_Capabilities",
        received=xml.local(found.root),
    )
    return found
