"""Identifiers: URIs that name one thing each, in the way NGSI-LD and RFC 8141 write them."""

import re
from collections.abc import Iterator
from typing import Final

from mimtest.models.facts import ModelFacts
from mimtest.models.formats import is_absolute_uri
from mimtest.models.reading import Place, Reading
from mimtest.models.rule import Objection, rule

_URN: Final = re.compile(r"urn:ngsi-ld:([^:\s]+):(\S+)", re.IGNORECASE)
#: Characters that RFC 3986 lets a URI have; others are to be percent-encoded.
_OF_A_URI: Final = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


def urn_type(id: str) -> str | None:
    """The type that an NGSI-LD URN, `urn:ngsi-ld:<type>:<local>`, names; None for anything else."""
    match = _URN.fullmatch(id)
    return match[1] if match else None


def scheme_of(id: str) -> str:
    """The way an identifier is made: its scheme and namespace, or the host that gives it."""
    parts = id.split(":")
    if parts[0].lower() == "urn" and len(parts) > 2:  # noqa: PLR2004
        return ":".join(parts[:2]).lower() + ":"
    if "://" in id:
        return "/".join(id.split("/")[:3]).lower() + "/"
    return f"{parts[0].lower()}:" if len(parts) > 1 else "no scheme"


def _id(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    yield Place("/id", "id", reading.entity.get("id"), {})


@rule("id-no-uri", clause="GS CIM 009 5.2.4; RFC 3986 4.3", of=_id, normalized=True)
def _no_uri(place: Place, _: ModelFacts) -> Objection | None:
    """Every entity is identified by a URI with its scheme."""
    if isinstance(place.value, str) and is_absolute_uri(place.value):
        return None
    return Objection(
        "the id is no URI", "a URI such as urn:ngsi-ld:Streetlight:north-12", repr(place.value)
    )


def _uris(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    return (p for p in _id(reading, facts) if isinstance(p.value, str) and is_absolute_uri(p.value))


@rule("id-not-encoded", clause="RFC 3986 2; RFC 8141 2", kind="suspect", of=_uris)
def _not_encoded(place: Place, _: ModelFacts) -> Objection | None:
    """An id has the characters that URIs have, others percent-encoded."""
    if _OF_A_URI.fullmatch(place.value):
        return None
    odd = sorted({c for c in place.value if not _OF_A_URI.fullmatch(c)})
    return Objection(
        "the id has characters that URIs do not have", "them percent-encoded", "".join(odd)
    )


def _urns(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    named = urn_type(reading.id)
    if named and reading.types:
        yield Place("/id", "id", (named, reading.types), {})


@rule("id-of-another-type", clause="MIMs Plus 9.0 MIM2 M1-3.2", kind="suspect", of=_urns)
def _other_type(place: Place, _: ModelFacts) -> Objection | None:
    """An NGSI-LD URN names a type of its entity."""
    named, types = place.value
    if named in {t.replace("#", "/").rpartition("/")[2] for t in types}:
        return None
    return Objection("the id names another type", " or ".join(types), named)


def _datasets(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    for place in reading.instances:
        if "datasetId" in place.value:
            yield place.inside("datasetId", place.value["datasetId"])


@rule("dataset-no-uri", clause="GS CIM 009 4.5.5", of=_datasets, normalized=True)
def _no_dataset(place: Place, _: ModelFacts) -> Objection | None:
    """Several values of one attribute are told apart by URIs."""
    if isinstance(place.value, str) and is_absolute_uri(place.value):
        return None
    return Objection(f"a datasetId of {place.name} is no URI", "a URI", repr(place.value))
