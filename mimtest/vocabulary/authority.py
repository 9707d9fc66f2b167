"""The EU vocabularies of DCAT-AP, from a copy that is shipped: no address of theirs is looked up."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.resources import SCHEMAS

_AUTHORITY: Final = "publications.europa.eu/resource/authority/"
_IANA: Final = "www.iana.org/assignments/media-types/"
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[\w.+-]+", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[A-Z]{3}|OP_DATPRO")


@cache
def _shipped() -> Mapping[str, Any]:
    path = SCHEMAS / "vocabularies" / "eu-authority.json"
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Table:
    """A list by name, the term of the property whose values are of it, and the classes for which it is so.

    With `among_others` values of other lists may stand beside them.
    """

    name: str
    term: str
    of: tuple[str, ...]
    among_others: bool = False

    @property
    def question(self) -> str:
        """The SELECT for the things that have such values, and the values."""
        kinds = ", ".join(f"dcat:{k}" for k in self.of)
        return f"SELECT DISTINCT ?t ?v {{ ?t {self.term} ?v ; a ?k FILTER(isIRI(?v) && ?k IN ({kinds})) }}"

    @property
    def start(self) -> str:
        """How the IRIs of the list begin."""
        return (
            f"http://{_IANA}" if self.name == "media-types" else f"http://{_AUTHORITY}{self.name}/"
        )

    def may_hold(self, value: str) -> bool:
        """Whether an IRI is in the list, or in one that grows and may have got it since."""
        code = self.code(value)
        if code is None:
            return False
        match self.name:
            case "media-types":
                return bool(_MEDIA_TYPE.fullmatch(code))
            case "language":
                return bool(_LANGUAGE.fullmatch(code))
        return code in _shipped()["tables"][self.name] or self.name in _shipped()["open"]

    def is_unlisted(self, value: str) -> bool:
        """Whether an IRI begins as those of the list do, which grows, and is not in the copy of it."""
        code = self.code(value)
        tables = _shipped()["tables"]
        return self.name == "file-type" and code is not None and code not in tables[self.name]

    def code(self, value: str) -> str | None:
        """The last part of an IRI of the list."""
        start = self.start.removeprefix("http://")
        rest = (
            value.removeprefix("<")
            .removesuffix(">")
            .removeprefix("https://")
            .removeprefix("http://")
        )
        return rest.removeprefix(start) if rest.startswith(start) else None


#: The lists by the property, as checks name them, and the classes on which DCAT-AP 3.0.1 asks for them.
TABLES: Final[Mapping[str, Table]] = {
    "format": Table("file-type", "dct:format", ("Distribution", "DataService")),
    "mediaType": Table("media-types", "dcat:mediaType", ("Distribution",)),
    "accrualPeriodicity": Table(
        "frequency", "dct:accrualPeriodicity", ("Dataset", "DatasetSeries")
    ),
    "theme": Table("data-theme", "dcat:theme", ("Dataset", "DataService"), among_others=True),
    "accessRights": Table(
        "access-right", "dct:accessRights", ("Dataset", "DataService"), among_others=True
    ),
    "language": Table(
        "language",
        "dct:language",
        ("Catalog", "CatalogRecord", "Dataset", "Distribution"),
        among_others=True,
    ),
    "availability": Table(
        "planned-availability", "dcatap:availability", ("Distribution",), among_others=True
    ),
}
