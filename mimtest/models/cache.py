"""The documents somebody added on this machine, with where each came from, when, and its SHA-256.

They are in the user's data folder, or in the one that the variable MIMTEST_MODELS names.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import platformdirs

from mimtest.errors import UsageError
from mimtest.models import addresses
from mimtest.models.shelf import Entry, Kind, Shelf, entries_of

VARIABLE: Final = "MIMTEST_MODELS"
_INDEX: Final = "index.json"
_WHOLE: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "properties", "required"))
_PARTS: Final = frozenset(("$defs", "$schema", "definitions"))
_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")


def folder() -> Path:
    """Where added documents are on this machine."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else platformdirs.user_data_path("mimtest") / "models"


def opened(place: Path | None = None) -> Shelf:
    """What was added there. Raises UsageError when its index cannot be read."""
    there = place or folder()
    try:
        rows = json.loads((there / _INDEX).read_text(encoding="utf-8"))["documents"]
        return Shelf(there, entries_of(rows))
    except FileNotFoundError:
        return Shelf(there, ())
    except (OSError, ValueError, TypeError, LookupError) as error:
        msg = f"{there / _INDEX}: cannot be read ({type(error).__name__})."
        raise UsageError(msg, "Remove the folder and add the models again.") from None


def kind_of(document: Any) -> Kind | None:
    """What a JSON document is, of what can be added: a JSON-LD context, a schema, definitions of schemas."""
    if not isinstance(document, dict):
        return None
    if "@context" in document:
        return "context"
    if _WHOLE & document.keys() or document.get("type") in _TYPES:
        return "schema"
    return "definitions" if _PARTS & document.keys() else None


def entry_for(
    body: bytes, address: str, *, source: str, licence: str | None = None, document: Any = None
) -> Entry:
    """How a document is entered. Raises ValueError, which says why it cannot be added."""
    value = document if document is not None else parsed(body)
    kind = kind_of(value)
    if kind is None:
        raise ValueError("it is neither a JSON Schema nor a JSON-LD context")
    place = addresses.canonical(address)
    digest = hashlib.sha256(body).hexdigest()
    version = value.get("$schemaVersion")
    return Entry(
        file=f"{digest}.json",
        address=place,
        kind=kind,
        aliases=_aliases(value.get("$id"), place),
        model=addresses.model_at(place) if kind == "schema" else None,
        subject=addresses.subject_at(place),
        version=version if isinstance(version, str) else None,
        source=source,
        added=datetime.now(UTC).date().isoformat(),
        sha256=digest,
        licence=licence or licence_of(str(value.get("license", ""))),
    )


def _aliases(own: Any, address: str) -> tuple[str, ...]:
    """What a document calls itself, where that is another spelling of its place and not another place."""
    if not isinstance(own, str) or not own.startswith(("http://", "https://")):
        return ()
    ends = [addresses.canonical(a).lower().rsplit("/", 2)[1:] for a in (own, address)]
    other = addresses.key(own) != addresses.key(address)
    return (addresses.canonical(own),) if other and ends[0] == ends[1] else ()


def parsed(body: bytes) -> Any:
    """The JSON value in a body. Raises ValueError, which says why there is none."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})") from None


def store(added: Iterable[tuple[Entry, bytes]], place: Path | None = None) -> Shelf:
    """Keep documents; one at an address that is known already takes its place. Raises UsageError."""
    there = place or folder()
    entries = {e.address: e for e in opened(there).entries}
    try:
        there.mkdir(parents=True, exist_ok=True)
        for entry, body in added:
            _write(there / entry.file, body)
            entries[entry.address] = entry
        rows = _without_claimed(entries.values())
        text = json.dumps({"documents": [asdict(e) for e in rows]}, indent=1, ensure_ascii=False)
        _write(there / _INDEX, text.encode())
    except OSError as error:
        raise UsageError(
            f"{there}: cannot be written ({error.strerror}).", "Free the place, or set another."
        ) from None
    return opened(there)


def _without_claimed(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, none known by an address at which another one was found."""
    listed = sorted(entries, key=lambda e: e.address)
    found = {addresses.key(e.address) for e in listed}
    return [
        replace(e, aliases=tuple(a for a in e.aliases if addresses.key(a) not in found))
        for e in listed
    ]


def _write(path: Path, body: bytes) -> None:
    """Write a whole file or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def licence_of(text: str) -> str | None:
    """The SPDX identifier of a licence's text or name, of those that models are published under."""
    words = " ".join(text.split()).lower()
    known = {
        "attribution 4.0": "CC-BY-4.0",
        "cc by 4.0": "CC-BY-4.0",
        "creativecommons.org/licenses/by/4.0": "CC-BY-4.0",
        "open database license": "ODbL-1.0",
        "odbl": "ODbL-1.0",
        "apache license": "Apache-2.0",
        "apache-2.0": "Apache-2.0",
        "mit license": "MIT",
    }
    return next((name for part, name in known.items() if part in words), None)
