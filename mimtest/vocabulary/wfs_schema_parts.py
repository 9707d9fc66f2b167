"""A schema in several documents: those that one includes, or imports for its own namespace."""

from collections import deque
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.answer import Answer
from mimtest.vocabulary import xml
from mimtest.vocabulary.ows import assert_given
from mimtest.vocabulary.web_addresses import address_parts
from mimtest.vocabulary.wfs import Wfs

_ELSEWHERE: Final = ("include", "import", "redefine")
_MOST_DOCUMENTS: Final = 12


def together(
    wfs: Wfs, answer: Answer, document: xml.Document, space: str
) -> tuple[list[xml.Document], list[str]]:
    """A schema with the documents it is made of, as far as they can be read, and the addresses of the others."""
    found, unread = [document], []
    waiting = deque(_led_to(answer, document, space))
    seen: set[str] = set()
    while waiting:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        if len(found) == _MOST_DOCUMENTS:
            unread.append(address)
            continue
        try:
            there = assert_given(wfs.kvp.get(address), address)
            part = xml.document(there)
        except (Contradiction, Unsettled):
            unread.append(address)
            continue
        found.append(part)
        waiting += _led_to(there, part, space)
    return found, unread


def _led_to(answer: Answer, document: xml.Document, space: str) -> list[str]:
    """Where a schema says that more of a namespace is."""
    parts = [e for e in document.root if _holds_more(e, space)]
    return [answer.resolve(e.get("schemaLocation", "")) for e in parts]


def _holds_more(element: Element, space: str) -> bool:
    within = xml.local(element) != "import" or element.get("namespace") == space
    return xml.local(element) in _ELSEWHERE and within and bool(element.get("schemaLocation"))


def is_of_owner(space: str, address: str) -> bool:
    """Whether who owns a namespace has the document: as the schemas of INSPIRE, they are public."""
    owner = address_parts(space)
    return bool(owner.hostname) and owner.hostname == address_parts(address).hostname
