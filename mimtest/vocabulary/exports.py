"""Data that somebody takes along: in which format it is, whether it can be read, and what explains it (GDPR 20)."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.graph import SYNTAXES, graph_of_rdf
from mimtest.network.answer import Answer
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.web_addresses import joined
from mimtest.vocabulary.xml import read as read_xml

_MOST_FILES: Final = 200
_MOST_BYTES: Final = 64 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
#: Formats for people: nothing in them says what is what.
_FOR_PEOPLE: Final = ("application/pdf", "image/", "application/msword", "application/rtf")
_OFFICE: Final = "openxmlformats-officedocument", "oasis.opendocument", "ms-excel"
_BY_NAME: Final[Mapping[str, str]] = {
    "json": "application/json",
    "jsonld": "application/ld+json",
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "xml": "application/xml",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "pdf": "application/pdf",
}
_EXPLAINING: Final = ("describedby", "profile", "http://www.w3.org/ns/json-ld#context")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an export: its format, its text, and its value where that is JSON."""

    media_type: str
    text: str
    value: Any = None

    def has(self, text: str) -> bool:
        """Whether a text is in it."""
        return text in self.text or any(text in leaf for leaf in _leaves(self.value))


def parts_of(answer: Answer) -> list[Part]:
    """The files of an export that programs read.

    Raises Contradiction for a format that is none for programs or is not what it says, and Inconclusive for one
    that mimtest does not read.
    """
    __tracebackhide__ = True
    assert_that(answer.body, "the export is empty", expected="data", received="no body")
    if answer.body.startswith(_ZIP) and not _is_office(answer.media_type):
        return [
            _part(m, body) for name, body in _files(answer.body) if (m := _type_of(name))
        ] or fail_without_data()
    return [_part(answer.media_type, answer.body)]


def fail_without_data() -> list[Part]:
    """Raise Contradiction: an archive holds nothing that programs read."""
    __tracebackhide__ = True
    fail("the archive holds no data that programs read", expected="JSON, CSV, XML or RDF in it")
    return []


def _is_office(media_type: str) -> bool:
    return any(o in media_type for o in _OFFICE)


def _type_of(name: str) -> str | None:
    found = _BY_NAME.get(name.rpartition(".")[2].lower())
    return None if found == "application/pdf" else found


def _files(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, as many and as large as is sensible."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            listed = [i for i in archive.infolist() if not i.is_dir()]
            if len(listed) > _MOST_FILES or sum(i.file_size for i in listed) > _MOST_BYTES:
                raise Inconclusive("too_large", "the archive is larger than mimtest unpacks")
            yield from [(i.filename, archive.read(i)) for i in listed]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        msg = "the archive cannot be unpacked"
        raise Contradiction(msg, expected="zip", received=str(error)[:200]) from None


def _part(media_type: str, body: bytes) -> Part:
    __tracebackhide__ = True
    text = body.decode("utf-8-sig", errors="replace")
    if media_type == "application/json" or media_type.endswith("+json"):
        return Part(media_type, text, parse_json(body))
    if media_type in SYNTAXES:
        assert_that(graph_of_rdf(body, media_type, "urn:export").size, "the export says nothing")
        return Part(media_type, text)
    if media_type in ("text/csv", "text/tab-separated-values"):
        return Part(media_type, text, _rows(text, "\t" if "tab" in media_type else ","))
    if media_type in ("application/xml", "text/xml") or media_type.endswith("+xml"):
        read_xml(body, "the export")
        return Part(media_type, text)
    for_people = media_type.startswith(_FOR_PEOPLE)
    if not for_people:
        raise Inconclusive(
            "needs_review", f"mimtest does not read {media_type or 'what has no type'}"
        )
    fail(
        "the export is in a format for people, not for programs",
        expected="JSON, JSON-LD, CSV, XML, RDF or an archive of these",
        received=media_type,
    )
    return Part(media_type, text)


def _rows(text: str, comma: str) -> list[list[str]]:
    """The rows of a table, with a head and a row at least."""
    __tracebackhide__ = True
    if comma == "," and ";" in text.partition("\n")[0] and "," not in text.partition("\n")[0]:
        comma = ";"
    rows = [r for r in csv.reader(io.StringIO(text), delimiter=comma) if r]
    widths = {len(r) for r in rows}
    sound = len(rows) > 1 and len(widths) == 1
    assert_that(sound, "the export is no table", expected="a head and rows of the same width")
    return rows


def explained_by(answer: Answer, part: Part) -> list[str]:
    """The addresses of what explains an export, or what it explains itself with; none where nothing does."""
    found = [k["href"] for k in answer.links if k.get("rel") in _EXPLAINING]
    if isinstance(part.value, Mapping):
        named = (part.value.get(n) for n in ("@context", "$schema", "dct:conformsTo", "conformsTo"))
        found += [a for n in named for a in _addresses(n, answer.url)]
    if part.media_type in SYNTAXES:
        found.append("its own terms")
    if part.media_type.endswith("xml"):
        found += [f for f in ("schemaLocation", "xmlns") if f in part.text][:1]
    return found


def _addresses(value: Any, base: str) -> list[str]:
    """What a member names: addresses, or the terms that stand in it."""
    listed = value if isinstance(value, list) else [value]
    texts = [joined(base, v) for v in listed if isinstance(v, str) and v]
    return texts or [t for v in listed if isinstance(v, Mapping) and v for t in ("its own terms",)]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(part)


def comparable(value: Any) -> Any:
    """A value in which order says nothing, and what every export makes anew is left out."""
    if isinstance(value, Mapping):
        return {k: comparable(v) for k, v in sorted(value.items()) if not _is_made_anew(k)}
    if isinstance(value, list):
        return sorted((comparable(v) for v in value), key=repr)
    return value


def _is_made_anew(name: str) -> bool:
    """Whether a member is about the export itself: when and as what it was made."""
    plain = "".join(c for c in name.lower() if c.isalnum())
    return plain.endswith(("exportedat", "exportid", "generatedat", "exportdate", "timestamp"))
