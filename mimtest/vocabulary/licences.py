"""Licences by their addresses: known to the EU's authority table, SPDX, Creative Commons, or whoever keeps a list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from mimtest.resources import SCHEMAS

EU: Final = "http://publications.europa.eu/resource/authority/licence/"
SPDX: Final = "https://spdx.org/licenses/"
_CREATIVE_COMMONS: Final = "creativecommons.org/"
_OPEN_DEFINITION: Final = "opendefinition.org/licenses/"
#: What Creative Commons licences are made of, in the order of their addresses; the versions, and what is no licence.
_PARTS: Final = (
    "by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd", "by-nd-nc", "nc", "nc-sa", "nd", "nd-nc", "sa", "sampling", "sampling+",
    "nc-sampling+", "devnations", "publicdomain", "gpl", "lgpl", "mit", "bsd",
)  # fmt: skip
_FORMS: Final = re.compile(r"/(?:deed|legalcode|rdf)(?:\.[A-Za-z-]+)?$")
_ENDINGS: Final = re.compile(r"\.(?:html?|json|txt|rdf)$")

State = Literal["known", "stands for", "none", "misspelt", "own"]


@dataclass(frozen=True, slots=True)
class Licence:
    """What an address says: `known`, `stands for` another, of no licence (`none`), `misspelt`, or somebody's `own`.

    `meant` is the address of what it stands for.
    """

    iri: str
    state: State
    meant: str | None = None


def licence_at(iri: str) -> Licence:
    """What the address of a licence says; differences of scheme, last slash and form do not matter."""
    place = plain(iri)
    for base, codes in ((EU, eu_codes()), (SPDX, spdx_ids())):
        start = plain(base)
        if place.lower().startswith(f"{start}/"):
            return _listed(iri, place[len(start) + 1 :], base, codes)
    lowered = place.lower()
    if lowered.startswith(_CREATIVE_COMMONS):
        return Licence(iri, _creative_commons(lowered.removeprefix(_CREATIVE_COMMONS)))
    if lowered.startswith(_OPEN_DEFINITION):
        return _open_definition(iri, lowered.removeprefix(_OPEN_DEFINITION))
    known = any(
        lowered == start or lowered.startswith((f"{start}/", start)) for start in canonical()
    )
    return Licence(iri, "known" if known else "own")


def plain(iri: str) -> str:
    """An address without scheme, www, query, fragment, form of the document and last slash."""
    place = re.sub(r"^https?://(?:www\.)?", "", iri.strip(), flags=re.IGNORECASE)
    place = re.split(r"[?#]", place)[0].rstrip("/")
    return _ENDINGS.sub("", _FORMS.sub("", place)).rstrip("/")


def _listed(iri: str, code: str, base: str, codes: Mapping[str, str]) -> Licence:
    if code in codes.values() or (base == SPDX and code.lower() in map(str.lower, codes.values())):
        return Licence(iri, "known")
    meant = codes.get(_letters(code))
    return Licence(iri, "misspelt", f"{base}{meant}") if meant else Licence(iri, "own")


def _creative_commons(path: str) -> State:
    kind, _, rest = path.partition("/")
    name, _, version = rest.partition("/")
    if kind == "publicdomain":
        return "known" if name in ("zero", "mark", "certification") else "misspelt"
    if kind != "licenses":
        return "own"
    if name not in _PARTS:
        return "misspelt"
    return "known" if version or name == "publicdomain" else "own"


def _open_definition(iri: str, name: str) -> Licence:
    found = open_definition().get(name)
    if found is None:
        return Licence(iri, "own")
    return Licence(iri, "none") if found == "-" else Licence(iri, "stands for", found)


def _letters(code: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", code.lower())


def _lines(name: str) -> list[str]:
    text = (SCHEMAS / "licences" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def eu_codes() -> Mapping[str, str]:
    """The codes of the EU's authority table, by their letters and digits."""
    return {_letters(c): c for c in _lines("eu.txt")}


@cache
def spdx_ids() -> Mapping[str, str]:
    """The identifiers of the SPDX License List, by their letters and digits."""
    return {_letters(c): c for c in _lines("spdx.txt")}


@cache
def open_definition() -> Mapping[str, str]:
    """What the identifiers of opendefinition.org stand for."""
    return {
        name: there
        for name, _, there in (line.partition(" ") for line in _lines("opendefinition.txt"))
    }


@cache
def canonical() -> tuple[str, ...]:
    """How addresses begin where licences, or lists of them, are published by who keeps them."""
    return tuple(_lines("canonical.txt"))
