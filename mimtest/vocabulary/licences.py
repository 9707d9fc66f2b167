"""Licences by their addresses: known to the EU's authority table, SPDX, Creative Commons, or whoever keeps a list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal
from urllib.parse import unquote

from mimtest.resources import SCHEMAS

EU: Final = "http://publications.europa.eu/resource/authority/licence/"
SPDX: Final = "https://spdx.org/licenses/"
_CREATIVE_COMMONS: Final = "creativecommons.org/"
_OPEN_DEFINITION: Final = "opendefinition.org/licenses/"
#: What Creative Commons licences are made of, in the order of their addresses, and their versions.
_PARTS: Final = (
    "by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd", "by-nd-nc", "nc", "nc-sa", "nd", "nd-nc", "sa", "sampling", "sampling+",
    "nc-sampling+", "devnations", "publicdomain", "gpl", "lgpl", "mit", "bsd",
)  # fmt: skip
_VERSIONS: Final = ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")
_FORMS: Final = re.compile(r"/(?:deed|legalcode|rdf)(?:\.[A-Za-z_-]+)?$")
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
    starts = [s for s in canonical() if _begins(unquote(lowered), s)]
    known = bool(starts) and canonical()[max(starts, key=len)]
    return Licence(iri, "known" if known else "own")


def licence_meant(text: str) -> str | None:
    """The address of the licence that a text names by its identifier, or is; None where it names none."""
    if text.lower().startswith(("http://", "https://")):
        return text.strip()
    name = spdx_ids().get(_letters(text))
    code = eu_codes().get(_letters(text))
    return f"{SPDX}{name}" if name else f"{EU}{code}" if code else None


def plain(iri: str) -> str:
    """An address without scheme, www, query, fragment, form of the document and last slash."""
    place = re.sub(r"^https?://(?:www\.)?", "", iri.strip(), flags=re.IGNORECASE)
    place = re.split(r"[?#]", place)[0].rstrip("/")
    return _ENDINGS.sub("", _FORMS.sub("", place)).rstrip("/")


def _begins(place: str, start: str) -> bool:
    """Whether an address begins so, and not with a longer word."""
    rest = place.removeprefix(start)
    return place.startswith(start) and (rest[:1] in ("", "/", "-", "_") or start.endswith("."))


def _listed(iri: str, code: str, base: str, codes: Mapping[str, str]) -> Licence:
    if code in codes.values() or (base == SPDX and code.lower() in map(str.lower, codes.values())):
        return Licence(iri, "known")
    meant = codes.get(_letters(code))
    return Licence(iri, "misspelt", f"{base}{meant}") if meant else Licence(iri, "own")


def _creative_commons(path: str) -> State:
    kind, name, version = (*path.split("/"), "", "")[:3]
    if kind not in ("licenses", "licences", "publicdomain"):
        return "own"
    names = ("zero", "mark", "certification") if kind == "publicdomain" else _PARTS
    if kind == "licences" or name not in names or version not in ("", *_VERSIONS):
        return "misspelt"
    return "known" if version or "publicdomain" in (kind, name) else "own"


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
def canonical() -> Mapping[str, bool]:
    """How addresses begin where licences, or lists of them, are published by who keeps them; whether they name one."""
    return {
        start: there != "-"
        for start, _, there in (k.partition(" ") for k in _lines("canonical.txt"))
    }
