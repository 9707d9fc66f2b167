"""What a pod holds: documents and containers by path, and who may do what with them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import Final

from mimtest.sandbox.pod.access import MODES, granted, rule
from mimtest.sandbox.pod.people import OWNER, PREFIX, webid
from mimtest.sandbox.pod.terms import DCT, FOAF, LDP, RDF, SOLID, Node, Statement, Text

ROOT: Final = "/"
TURTLE: Final = "text/turtle"
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Document:
    """Statements, or the bytes of another media type."""

    media_type: str
    body: bytes = b""
    statements: tuple[Statement, ...] = ()
    modified: float = field(default_factory=time.time)


@dataclass(slots=True)
class Store:
    """The documents of a pod at `base`, an address. Containers are what documents are in, and `kept` ones.

    Safe to use from several threads.
    """

    base: str
    documents: dict[str, Document] = field(default_factory=dict)
    kept: set[str] = field(default_factory=lambda: {ROOT})
    lock: RLock = field(default_factory=RLock)

    def address(self, path: str) -> str:
        """The address of a path."""
        return f"{self.base}{PREFIX}{path}"

    def is_there(self, path: str) -> bool:
        """Whether there is a document or a container at a path."""
        if path.endswith("/"):
            return path in self.kept or any(d.startswith(path) for d in self.documents)
        return path in self.documents

    def contained(self, path: str) -> list[str]:
        """What a container holds, ACL resources left out."""
        names = {
            d[len(path) :].partition("/")
            for d in (*self.documents, *self.kept)
            if d.startswith(path)
        }
        return sorted(f"{path}{n}{s}" for n, s, _ in names if n and not n.endswith(".acl"))

    def container(self, path: str) -> Document:
        """A container as a document."""
        place = Node(self.address(path))
        held: list[Statement] = [
            (place, f"{RDF}type", Node(f"{LDP}Container")),
            (place, f"{RDF}type", Node(f"{LDP}BasicContainer")),
        ]
        held += [(place, f"{LDP}contains", Node(self.address(c))) for c in self.contained(path)]
        return Document(TURTLE, statements=tuple(held), modified=time.time() // _DAY * _DAY)

    def modes(self, path: str, agent: str | None) -> set[str]:
        """The access modes that an agent has: by the resource's own ACL, else by the next container's that has one."""
        own = self.documents.get(f"{path}.acl")
        if own:
            return granted(own.statements, self.address(path), agent, own=True)
        for container in _above(path):
            found = self.documents.get(f"{container}.acl")
            if found:
                return granted(found.statements, self.address(container), agent, own=False)
        return set()

    def put(self, path: str, document: Document) -> None:
        """Put a document at a path."""
        self.documents[path] = document

    def remove(self, path: str) -> None:
        """Remove a document or an empty container, and its ACL resource."""
        self.documents.pop(path, None)
        self.documents.pop(f"{path}.acl", None)
        self.kept.discard(path)


def _above(path: str) -> Iterator[str]:
    """The containers a path is in, the next one first."""
    while path != ROOT:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        yield path


def furnished(base: str) -> Store:
    """A pod with a profile of each person, a note for everybody, a diary, and room for tests."""
    store = Store(base)
    owner = webid(base, OWNER)
    for place, readers in ((ROOT, ()), ("/people/", ("read",)), ("/notes.ttl", ("read",))):
        public = ("read",) if place == ROOT else readers
        address = store.address(place)
        below = place != "/notes.ttl"
        held = rule("owner", address, MODES[:1] + MODES[2:], agent=owner, default=below)
        held += rule("public", address, public, agent=None, default=bool(readers) and below)
        store.put(f"{place}.acl", Document(TURTLE, statements=tuple(held)))
    for person in ("alice", "bob"):
        me = Node(webid(base, person))
        held = [
            (me, f"{RDF}type", Node(f"{FOAF}Person")),
            (me, f"{FOAF}name", Text(person.capitalize())),
            (me, f"{SOLID}oidcIssuer", Node(f"{base}/idp")),
        ]
        store.put(f"/people/{person}", Document(TURTLE, statements=tuple(held)))
    store.put("/notes.ttl", Document(TURTLE, statements=tuple(_note(store))))
    words = b"Second of March: the harbour was closed."
    store.put("/diary/march.txt", Document("text/plain", words))
    store.kept.add("/tests/")
    return store


def _note(store: Store) -> list[Statement]:
    note, shed = Node(store.address("/notes.ttl")), Node("shed", blank=True)
    return [
        (note, f"{DCT}title", Text("Keys of the shed", language="en")),
        (note, f"{DCT}created", Text("2026-03-02", "http://www.w3.org/2001/XMLSchema#date")),
        (note, f"{DCT}subject", shed),
        (shed, f"{FOAF}name", Text('The "old" shed')),
    ]
