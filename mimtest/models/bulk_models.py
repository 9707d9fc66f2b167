"""What a bulk is judged by, found by name, file or address."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import orjson

from mimtest.errors import Contradiction, Inconclusive, UsageError
from mimtest.models.bulk import Specification, Standard
from mimtest.models.facts import Area, facts_of
from mimtest.models.library import Library, library, missing
from mimtest.models.schema import Schema
from mimtest.target import Model

_OF_A_TYPE: Final = re.compile(r"([^\s=/:.]+)=(.+)", re.DOTALL)


def specification(
    models: Sequence[str], *, formats: bool = False, values: bool = False, area: Area | None = None
) -> Specification:
    """What entities are judged by: each model by its name or the place of its schema, `TYPE=` before it where there are several.

    Raises UsageError, and Inconclusive for a document that is not at hand.
    """
    shelf = library()
    standards = tuple(_standard(m, shelf, values=values, area=area) for m in models)
    named = [s.type for s in standards]
    if len(set(named)) < len(named) or (None in named and len(named) > 1):
        raise UsageError("Several models need a type each.", "Give TYPE=MODEL for each.")
    return Specification(standards, formats)


def _standard(text: str, shelf: Library, *, values: bool, area: Area | None) -> Standard:
    match = _OF_A_TYPE.fullmatch(text)
    of_type, reference = (match[1], match[2]) if match else (None, text)
    address, name = _found(reference, shelf)
    schema = Schema(address, _Documents(shelf)(address), _Documents(shelf), name=reference)
    try:
        schema.assert_valid()
    except Contradiction as error:
        raise UsageError(f"{reference}: {error.message}.", "Mend the schema.") from None
    schema.is_valid({})  # finds what cannot be evaluated before anything is read
    entity_type = of_type or (name.rpartition("/")[2] if name else "")
    facts = facts_of(schema, Model(entity_type), area) if values else None
    return Standard(schema, of_type, name, facts)


def _found(reference: str, shelf: Library) -> tuple[str, str | None]:
    """Where a schema is, and the name of the standard model it is, if it is one."""
    if reference.lower().startswith(("http://", "https://")):
        entry = shelf.entry(reference)
        return reference, entry.model if entry else None
    if Path(reference).is_file():
        return Path(reference).resolve().as_uri(), None
    address = shelf.schema_address(reference)
    if address is None:
        raise UsageError(f"There is no file and no model '{reference}'.", _hint(reference, shelf))
    return address, shelf.model(reference)


def _hint(reference: str, shelf: Library) -> str:
    near = get_close_matches(reference, sorted(_names(shelf)), 1)
    if near:
        return f"Did you mean '{near[0]}'?"
    return "`mimtest models list` shows what is at hand, `mimtest models add` adds to it."


def _names(shelf: Library) -> Iterator[str]:
    for _, entry in shelf.entries():
        if entry.kind == "schema" and entry.model:
            yield from (entry.model, entry.model.rpartition("/")[2])


class _Documents:
    """Documents that schemas refer to: files, and addresses that are at hand."""

    def __init__(self, shelf: Library) -> None:
        self._shelf = shelf

    def __call__(self, address: str) -> Any:
        """The document there. Raises UsageError for a file that is no JSON, Inconclusive for one that is missing."""
        if urlsplit(address).scheme != "file":
            return self._shelf.get(address)
        path = Path(unquote(urlsplit(address).path))
        try:
            return orjson.loads(path.read_bytes())
        except FileNotFoundError:
            raise missing(address, "there is no such file") from None
        except OSError as error:
            raise Inconclusive("unresolved_reference", f"{path}: {error.strerror}") from None
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{path}: is not JSON: {error}.", "Give a JSON Schema.") from None
