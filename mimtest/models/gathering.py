"""Finding the documents that somebody wants to add: by name, address, file or folder.

What cannot be added is told with the reason; what is added refers to is told, too, where it is not at hand.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from mimtest.models import addresses
from mimtest.models.cache import entry_for, licence_of, parsed
from mimtest.models.library import Library
from mimtest.models.shelf import Entry

#: Gives the bytes at a web address. Raises OSError, which says why it cannot.
Fetch = Callable[[str], bytes]

_MOST: Final = 200
_REPOSITORY: Final = re.compile(r"dataModel\..+|data-models")
_NAMES: Final = ("schema.json", "context.jsonld")
_ASIDE: Final = ("examples", "code", "doc", "node_modules")
_RAW: Final = "https://raw.githubusercontent.com/smart-data-models"


@dataclass
class Gathered:
    """What was found, what was asked for and left out with the reason, and what is referred to and not at hand."""

    found: list[tuple[Entry, bytes]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    wanted: list[tuple[str, str]] = field(default_factory=list)


class Gathering:
    """One visit: documents are fetched once, references to what is not at hand are followed."""

    def __init__(self, library: Library, fetch: Fetch, base: str = addresses.PUBLISHED) -> None:
        self.result = Gathered()
        self._library = library
        self._fetch = fetch
        self._base = base.rstrip("/")
        self._revisions: dict[str, str] = {}
        self._seen: set[str] = set()

    def model(self, name: str) -> None:
        """The schema and the context of a standard model; `name@commit` is that model as it was then."""
        named, _, revision = name.partition("@")
        full = self._full_name(named)
        if full is None:
            return
        subject = full.partition("/")[0]
        if revision:
            self._revisions[f"dataModel.{subject}"] = revision
        licence = self._licence(urljoin(addresses.schema_address(full), "LICENSE.md"))
        self.address(addresses.schema_address(full), licence)
        self.address(addresses.context_address(subject), licence)

    def address(self, address: str, licence: str | None = None) -> None:
        """The document at a web address and, as far as they are not at hand, those it refers to."""
        waiting = [(addresses.canonical(address), licence)]
        while waiting:
            place, known = waiting.pop()
            if addresses.key(place) in self._seen or len(self._seen) >= _MOST:
                continue
            self._seen.add(addresses.key(place))
            source = self._place(place)
            try:
                document = self._keep(self._fetch(source), place, source, known)
            except (OSError, ValueError) as error:
                self.result.left_out.append((place, str(error)))
                continue
            waiting += [
                (a, None) for a in addresses.references(document, place) if not self._at_hand(a)
            ]

    def file(self, path: Path, address: str | None = None) -> None:
        """A file; `address` is where it is published, if neither its place nor its `$id` says so."""
        try:
            body = path.read_bytes()
            document = parsed(body)
            place = address or _published(path) or _named(document)
            source = path.resolve().as_uri() + _at_commit(path)
            self._keep(body, place, source, _licence_beside(path))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            self.result.left_out.append((str(path), why or str(error)))

    def folder(self, path: Path, base: str | None = None) -> None:
        """The schemas and contexts of a checkout; `base` is the address that the folder is published at."""
        files = [*_model_files(path)]
        if not files:
            why = "it holds no schema.json, *-schema.json or context.jsonld"
            self.result.left_out.append((str(path), why))
        for file in files:
            rest = file.relative_to(path).as_posix()
            self.file(file, f"{base.rstrip('/')}/{rest}" if base else None)

    def close(self) -> Gathered:
        """What came of it, with what is referred to and not at hand."""
        found = {addresses.key(a) for e, _ in self.result.found for a in (e.address, *e.aliases)}
        told: set[str] = set()
        for entry, body in self.result.found:
            for address in addresses.references(parsed(body), entry.address):
                key = addresses.key(address)
                if key not in found | told and self._library.entry(address) is None:
                    told.add(key)
                    self.result.wanted.append((address, entry.name))
        return self.result

    def _keep(self, body: bytes, address: str, source: str, licence: str | None) -> Any:
        document = parsed(body)
        entry = entry_for(body, address, source=source, licence=licence, document=document)
        self.result.found.append((entry, body))
        return document

    def _at_hand(self, address: str) -> bool:
        return addresses.key(address) in self._seen or self._library.entry(address) is not None

    def _place(self, address: str) -> str:
        """Where a document is fetched: at the mirror, and of a certain commit where one is named."""
        rest = address.removeprefix(addresses.PUBLISHED)
        if rest == address:
            return address
        repository, _, path = rest.lstrip("/").partition("/")
        revision = self._revisions.get(repository)
        return f"{_RAW}/{repository}/{revision}/{path}" if revision else self._base + rest

    def _full_name(self, name: str) -> str | None:
        """The name with its subject, which the programme's own list tells."""
        parts = addresses.parted(name)
        if parts is None:
            self.result.left_out.append((name, "it is no name, address, file or folder"))
            return None
        subject, entity = parts
        if subject:
            return f"{subject}/{entity}"
        try:
            listed = parsed(self._fetch(f"{self._base}/{addresses.OFFICIAL_LIST}"))
            models = [*_models_in(listed, entity)]
        except (OSError, ValueError) as error:
            self.result.left_out.append((name, f"the list of subjects is not to be had: {error}"))
            return None
        if len(models) != 1:
            several = f"it is in several subjects: {', '.join(models)}"
            self.result.left_out.append((name, several if models else "no subject has it"))
            return None
        return models[0]

    def _licence(self, address: str) -> str | None:
        try:
            return licence_of(self._fetch(self._place(address)).decode("utf-8", errors="replace"))
        except OSError:
            return None


def _named(document: Any) -> str:
    own = addresses.identifier(document)
    if own is None:
        raise ValueError("nothing says where it is published; --as ADDRESS does")
    return own


def _models_in(listed: Any, entity: str) -> Iterator[str]:
    for row in listed.get("officialList", ()):
        subject = str(row.get("repoName", "")).removeprefix("dataModel.")
        for name in row.get("dataModels", ()):
            if str(name).lower() == entity.lower():
                yield f"{subject}/{name}"


def _model_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.json*")):
        inside = path.relative_to(folder).parts[:-1]
        if any(p.startswith(".") or p in _ASIDE for p in inside):
            continue
        if path.name in _NAMES or path.name.endswith("-schema.json"):
            yield path


def _published(path: Path) -> str | None:
    """The address of a file in a checkout of the programme's repositories."""
    parts = path.resolve().parts
    last = max((i for i, p in enumerate(parts[:-1]) if _REPOSITORY.fullmatch(p)), default=None)
    return None if last is None else "/".join((addresses.PUBLISHED, *parts[last:]))


def _licence_beside(path: Path) -> str | None:
    for folder in (path.parent, path.parent.parent):
        for name in ("LICENSE.md", "LICENSE"):
            try:
                return licence_of((folder / name).read_text(encoding="utf-8", errors="replace"))
            except OSError:
                continue
    return None


def _at_commit(path: Path) -> str:
    """The commit of the checkout that a file is in, as `@commit`; nothing when it is in none."""
    for folder in path.resolve().parents:
        git = folder / ".git"
        if not git.is_dir():
            continue
        try:
            head = (git / "HEAD").read_text(encoding="utf-8").strip()
            name = head.removeprefix("ref: ")
            return "@" + (head if name == head else (git / name).read_text("utf-8").strip())
        except OSError:
            return ""
    return ""
