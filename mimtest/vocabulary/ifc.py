"""IFC (ISO 16739-1) in the clear text of ISO 10303-21: header, instances, identifiers, reference system."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geofiles import GeoFile

#: The schemas that are published, without what follows the edition.
SCHEMAS: Final = ("IFC2X3", "IFC4", "IFC4X1", "IFC4X2", "IFC4X3")
_ENDING: Final = re.compile(r"_(TC\d+|ADD\d+|ADD\d+_TC\d+|RC\d+)$")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_INSTANCE: Final = re.compile(r"\s*#(\d{1,20})\s*=\s*([A-Z][A-Z0-9_]*)\s*\((.*)\)\s*", re.DOTALL)
_SCHEMA: Final = re.compile(r"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'")
_REFERENCE: Final = re.compile(r"#(\d{1,20})(?!\d)")
#: 22 digits of base 64, the first of them for two bits.
GLOBAL_ID: Final = re.compile(r"[0-3][0-9A-Za-z_$]{21}")
_FIRST_TEXT: Final = re.compile(r"\s*'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True)
class Instance:
    """One entity: its number, its type in capitals, and its parameters as text."""

    number: int
    kind: str
    parameters: str

    @property
    def references(self) -> list[int]:
        """The numbers of the instances it points to."""
        return [int(n) for n in _REFERENCE.findall(_TEXT.sub("''", self.parameters))]

    @property
    def first_text(self) -> str | None:
        """Its first parameter, where that is a text: the identifier of rooted entities, the name of others."""
        found = _FIRST_TEXT.match(self.parameters)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Ifc:
    """A file; looking at its text makes it evidence."""

    file: GeoFile

    @property
    def text(self) -> str:
        """The content without comments."""
        return _COMMENT.sub("", self.file.body.decode("utf-8", errors="replace"))

    @property
    def schema(self) -> str | None:
        """The schema that the header names, in capitals."""
        found = _SCHEMA.search(self.text.partition("DATA;")[0])
        return found[1].upper() if found else None

    @property
    def instances(self) -> list[Instance]:
        """The instances of all data sections."""
        return [i for s in self._sections() for i in _instances(s)]

    def _sections(self) -> Iterator[str]:
        for part in re.split(r"\bDATA\s*(?:\([^;]*\))?\s*;", self.text)[1:]:
            yield part.partition("ENDSEC;")[0]


def _instances(section: str) -> Iterator[Instance]:
    for statement in _statements(section):
        found = _INSTANCE.fullmatch(statement)
        if found:
            yield Instance(int(found[1]), found[2], found[3])


def _statements(section: str) -> Iterator[str]:
    """The parts between semicolons that stand outside of texts."""
    start = 0
    for token in re.finditer(r"'(?:[^']|'')*'|;", section):
        if token[0] == ";":
            yield section[start : token.start()]
            start = token.end()


def ifc_of(file: GeoFile) -> Ifc:
    """The file. Raises Contradiction unless its sections are those of ISO 10303-21, in their order."""
    __tracebackhide__ = True
    found = Ifc(file)
    text = found.text
    wanted = ("ISO-10303-21;", "HEADER;", "ENDSEC;", "DATA", "ENDSEC;", "END-ISO-10303-21;")
    at = 0
    for word in wanted:
        at = text.find(word, at)
        if at < 0:
            fail("a section of the file is not there", expected=word, received=text[-60:])
        at += len(word)
    return found


def is_published(schema: str) -> bool:
    """Whether a schema is one that is published, in any of its corrections."""
    return _ENDING.sub("", schema) in SCHEMAS and "_RC" not in schema
