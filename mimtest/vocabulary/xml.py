"""XML as targets send it, read with care: no entities, no external documents, limits on size and depth.

What XML does not allow speaks against the target. What XML allows and is not read here leaves a check
without an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer

#: What requests for XML accept.
XML: Final = "application/xml, text/xml;q=0.9, */*;q=0.5"
_MOST_BYTES: Final = 32 * 1024 * 1024
_DEEPEST: Final = 200
_SHOWN: Final = 200
_WEB_PAGES: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Document:
    """A document's root element, and the namespace of each prefix declared anywhere in it.

    A prefix that is declared twice stands for its first namespace.
    """

    root: Element
    prefixes: Mapping[str, str]

    def qualified(self, name: str) -> str:
        """A name with a prefix as ElementTree writes it: `{namespace}local`."""
        prefix, _, rest = name.strip().rpartition(":")
        space = self.prefixes.get(prefix)
        return f"{{{space}}}{rest}" if space else rest


def parse(answer: Answer) -> Element:
    """The root element of an answer's body. Raises Contradiction when it is no well-formed XML.

    Raises Inconclusive for entities, and for more than is read.
    """
    __tracebackhide__ = True
    return document(answer).root


def document(answer: Answer) -> Document:
    """An answer's body with the prefixes it declares; raises as `parse` does."""
    __tracebackhide__ = True
    body = answer.body
    head = body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if answer.media_type in _WEB_PAGES or head.startswith((b"<!doctype html", b"<html")):
        text = " ".join(answer.text().split())[:_SHOWN]
        raise Contradiction("a web page came instead of XML", expected="XML", received=text)
    return read(body)


def read(body: bytes, what: str = "the body") -> Document:
    """A document from its bytes; raises as `parse` does."""
    __tracebackhide__ = True
    if len(body) > _MOST_BYTES:
        raise Inconclusive("too_large", f"{what} is XML of {len(body)} bytes; so much is not read")
    reader = _Reader(what)
    try:
        root = reader.read(body)
    except expat.ExpatError as error:
        _complain(body, error, what)
    except LookupError as error:
        raise Inconclusive("needs_review", f"{what} is XML in an {error}") from None
    return Document(root, reader.prefixes)


def _complain(body: bytes, error: expat.ExpatError, what: str) -> NoReturn:
    __tracebackhide__ = True
    lines = body.splitlines()
    line = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else b""
    near = line[max(0, error.offset - 60) : error.offset + 60].decode("utf-8", "replace").strip()
    where = f"line {error.lineno}, column {error.offset + 1}"
    raise Contradiction(
        f"{what} is no well-formed XML: {expat.ErrorString(error.code)} ({where})",
        expected="XML",
        received=near or "nothing",
    )


@dataclass(slots=True)
class _Reader:
    """Builds a tree of elements from what the parser meets."""

    what: str
    prefixes: dict[str, str] = field(default_factory=lambda: {"xml": _XML_NAMESPACE})
    _depth: int = 0
    _tree: TreeBuilder = field(default_factory=TreeBuilder)

    def read(self, body: bytes) -> Element:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._tree.data
        parser.EntityDeclHandler = self._refuse_entity
        parser.StartDoctypeDeclHandler = self._look_at_doctype
        parser.SkippedEntityHandler = self._refuse_entity
        parser.Parse(body, True)  # noqa: FBT003
        return self._tree.close()

    def _declare(self, prefix: str | None, space: str | None) -> None:
        self.prefixes.setdefault(prefix or "", space or "")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            detail = f"{self.what} is XML nested deeper than {_DEEPEST}; so much is not read"
            raise Inconclusive("too_large", detail)
        self._tree.start(_tag(name), {_tag(n): v for n, v in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(_tag(name))

    def _look_at_doctype(self, _name: str, _system: Any, _public: Any, has_subset: int) -> None:
        """A reference to a DTD elsewhere is passed over, as WMS 1.1.1 has it; one inside is not read."""
        if has_subset:
            self._refuse_entity()

    def _refuse_entity(self, *_: Any) -> NoReturn:
        detail = f"{self.what} is XML with definitions of its own (DOCTYPE), which are not read"
        raise Inconclusive("needs_review", detail)


_XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"


def _tag(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    """An element's namespace, empty without one."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def text_of(element: Element | None, path: str = "") -> str | None:
    """The text of the first element at a path of local names ("a/b"), blanks around it left out.

    None where there is no such element or nothing is in it.
    """
    found = element if element is None or not path else element.find(anywhere(path))
    return ((found.text or "").strip() or None) if found is not None else None


def texts_of(element: Element, path: str) -> list[str]:
    """The texts of every element at a path of local names, those with nothing in them left out."""
    return [t for t in map(text_of, element.findall(anywhere(path))) if t]


def anywhere(path: str) -> str:
    """A path of local names as ElementTree finds it in any namespace."""
    return "/".join(f"{{*}}{step}" for step in path.split("/"))
