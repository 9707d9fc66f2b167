"""Reading the edition files and the crosswalk, strictly: an unknown key is an error."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from mimtest.catalogue.model import Edition, Link, Mechanism, Mim, Requirement, Status
from mimtest.errors import MimtestError, UsageError
from mimtest.resources import EDITIONS

_CROSSWALK: Final = "crosswalk"
_Row = TypeVar("_Row", Mechanism, Requirement, Mim, Edition, Link)


class CatalogueError(MimtestError):
    """A shipped edition file or the crosswalk is broken; the message names the file and the key."""


@cache
def load_editions(root: Path = EDITIONS) -> tuple[Edition, ...]:
    """Every edition below `root`, newest first. Raises CatalogueError for a broken file."""
    loaded = [load_edition(name, root) for name in _names(root)]
    return tuple(sorted(loaded, key=lambda e: (e.published, e.edition), reverse=True))


@cache
def load_edition(name: str, root: Path = EDITIONS) -> Edition:
    """One edition by name, such as `9.0`.

    Raises UsageError for a name there is no file of, CatalogueError for a broken file.
    """
    if name not in _names(root):
        message = f"There is no edition '{name}'."
        raise UsageError(message, f"Known are {', '.join(_names(root))}.")
    file = root / f"{name}.toml"
    content = file.read_bytes()
    return _edition(_parse(content, file), file, f"sha256:{sha256(content).hexdigest()}")


@cache
def load_crosswalk(root: Path = EDITIONS) -> tuple[Link, ...]:
    """What became of earlier editions' rows. Raises CatalogueError for a broken file."""
    file = root / f"{_CROSSWALK}.toml"
    data = _parse(file.read_bytes(), file)
    _refuse_unknown(data, {"links"}, file.name)
    return tuple(
        _link(row, f"{file.name}: links[{i}]") for i, row in _rows(data, "links", file.name)
    )


def successors(full_id: str, root: Path = EDITIONS) -> tuple[str, ...]:
    """The full ids of the rows that took up this one in later editions, newest edition first."""
    found = {to for link in load_crosswalk(root) if link.origin == full_id for to in link.to}
    order = {
        r.full_id: i for i, r in enumerate(r for e in load_editions(root) for r in e.requirements)
    }
    return tuple(sorted(found, key=lambda i: order.get(i, len(order))))


def digest(edition: Edition | str) -> str:
    """`sha256:…` over the bytes of the edition's file; takes an edition or its name."""
    return (load_edition(edition) if isinstance(edition, str) else edition).checksum


def default_editions(claimed_mims: Iterable[str]) -> tuple[str, ...]:
    """The editions judged when none is asked for, newest first.

    The current one, and for a claimed MIM that it does not have the newest edition that has it,
    and the newest that demands something in it.
    """
    editions = load_editions()
    wanted = {e.edition for e in editions if e.status is Status.CURRENT}
    for mim in claimed_mims:
        having = [e for e in editions if any(m.id == mim for m in e.mims)]
        demanding = [e for e in having if e.demands(mim)]
        wanted |= {e.edition for e in (*having[:1], *demanding[:1])}
    return tuple(e.edition for e in editions if e.edition in wanted)


def _names(root: Path) -> tuple[str, ...]:
    stems = sorted((f.stem for f in root.glob("*.toml")), reverse=True)
    return tuple(s for s in stems if s != _CROSSWALK)


def _parse(content: bytes, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{file.name}: is not TOML: {error}."
        raise CatalogueError(message) from None


def _edition(data: dict[str, Any], file: Path, checksum: str) -> Edition:
    name = data.get("edition")
    if name != file.stem:
        message = f"{file.name}: edition: is '{name}', the file's name says '{file.stem}'."
        raise CatalogueError(message)
    return _make(
        Edition,
        data,
        file.name,
        mims=tuple(
            _make(Mim, table, f"{file.name}: mims.{mim}", id=mim)
            for mim, table in _table(data, "mims", file.name).items()
        ),
        requirements=tuple(
            _requirement(row, f"{file.name}: requirements[{i}]", name)
            for i, row in _rows(data, "requirements", file.name)
        ),
        file=file,
        checksum=checksum,
    )


def _requirement(row: dict[str, Any], place: str, edition: str) -> Requirement:
    place = f"{place} ({row.get('mim')}/{row.get('id')})"
    mechanisms = tuple(
        _make(Mechanism, m, f"{place}.mechanisms[{i}]") for i, m in _rows(row, "mechanisms", place)
    )
    return _make(Requirement, row, place, edition=edition, mechanisms=mechanisms)


def _link(row: dict[str, Any], place: str) -> Link:
    _refuse_unknown(row, {"from", "to", "relation", "note"}, place)
    return _make(Link, {"origin" if key == "from" else key: row[key] for key in row}, place)


def _make(cls: type[_Row], data: dict[str, Any], place: str, **given: Any) -> _Row:
    """An instance from a TOML table; the fields in `given` were read before, lists or tables."""
    kinds = {f.name: f.type for f in fields(cls)}
    read = {key: value for key, value in data.items() if not isinstance(given.get(key), tuple)}
    _refuse_unknown(read, set(kinds) - set(given), place)
    values = {key: _value(kinds[key], value, f"{place}: {key}") for key, value in read.items()}
    values.update(given)
    for field in fields(cls):
        if field.name not in values and field.default is MISSING:
            message = f"{place}: {field.name}: is missing."
            raise CatalogueError(message)
    return cls(**values)


def _refuse_unknown(data: Mapping[str, Any], known: set[str], place: str) -> None:
    for key in data:
        if key not in known:
            message = f"{place}: {key}: unknown key."
            raise CatalogueError(message, f"Known are {', '.join(sorted(known))}.")


def _value(kind: Any, value: Any, place: str) -> Any:
    """`value` as the field's type wants it. Raises CatalogueError for another type."""
    if kind in (str, bool) and isinstance(value, kind):
        return value
    if isinstance(kind, type) and issubclass(kind, StrEnum) and value in set(kind):
        return kind(value)
    if (
        kind == tuple[str, ...]
        and isinstance(value, list)
        and all(isinstance(v, str) for v in value)
    ):
        return tuple(value)
    message = f"{place}: {value!r} will not do."
    raise CatalogueError(message, _hint(kind))


def _hint(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return f"Known are {', '.join(kind)}."
    words = {str: "text", bool: "true or false", tuple[str, ...]: "a list of texts"}
    return f"It must be {words[kind]}."


def _rows(data: Mapping[str, Any], key: str, place: str) -> Iterable[tuple[int, dict[str, Any]]]:
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"{place}: {key}: must be tables in double brackets, [[{key}]]."
        raise CatalogueError(message)
    return enumerate(rows)


def _table(data: Mapping[str, Any], key: str, place: str) -> dict[str, dict[str, Any]]:
    table = data.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(v, dict) for v in table.values()):
        message = f"{place}: {key}: must be tables, [{key}.NAME]."
        raise CatalogueError(message)
    return table
