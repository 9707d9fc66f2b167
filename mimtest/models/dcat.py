"""A catalogue of models (DCAT 3, DCAT-AP 3): whether it lists a model, and what it says of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mimtest.models.graph import RDF_TYPE, Graph, Term

_DCAT: Final = "http://www.w3.org/ns/dcat#"
_DCT: Final = "http://purl.org/dc/terms/"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
CATALOG: Final = f"{_DCAT}Catalog"
CONFORMS_TO: Final = f"{_DCT}conformsTo"
_VERSIONS: Final = (
    f"{_DCAT}version",
    "http://www.w3.org/2002/07/owl#versionInfo",
    "http://www.w3.org/ns/adms#version",
    "http://purl.org/pav/version",
    "https://schema.org/version",
    "http://schema.org/version",
    f"{_DCT}hasVersion",
)
_RIGHTS: Final = (
    f"{_DCT}license",
    f"{_DCT}rights",
    f"{_DCT}accessRights",
    "https://schema.org/license",
    "http://schema.org/license",
    "http://creativecommons.org/ns#license",
)
_NAMES: Final = (
    f"{_FOAF}name",
    "http://www.w3.org/2006/vcard/ns#fn",
    f"{_SKOS}prefLabel",
    f"{_DCT}title",
)
#: What DCAT-AP 3 has mandatory, by class: under the name, the predicates of which one has to be there.
_MANDATORY: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    CATALOG: {
        "dct:title": (f"{_DCT}title",),
        "dct:description": (f"{_DCT}description",),
        "dct:publisher": (f"{_DCT}publisher",),
    },
    f"{_DCAT}Dataset": {
        "dct:title": (f"{_DCT}title",),
        "dct:description": (f"{_DCT}description",),
    },
    f"{_DCAT}DataService": {
        "dct:title": (f"{_DCT}title",),
        "dcat:endpointURL": (f"{_DCAT}endpointURL",),
    },
    f"{_DCAT}Distribution": {"dcat:accessURL": (f"{_DCAT}accessURL",)},
    f"{_DCAT}CatalogRecord": {
        "dct:modified": (f"{_DCT}modified",),
        "foaf:primaryTopic": (f"{_FOAF}primaryTopic",),
    },
    f"{_FOAF}Agent": {"foaf:name": _NAMES},
}
#: Things that use a model: what is offered, and the ways to it.
_USERS: Final = tuple(
    f"{_DCAT}{c}" for c in ("Dataset", "DataService", "Distribution", "DatasetSeries")
)


@dataclass(frozen=True)
class Entry:
    """What a catalogue says of a model: the things that stand for it, and those that say they conform to it."""

    graph: Graph
    models: tuple[Term, ...]
    users: tuple[Term, ...]

    @property
    def versions(self) -> list[str]:
        """The versions named."""
        return [t.value for m in self.models for t in self.graph.of(m, *_VERSIONS)]

    @property
    def rights(self) -> list[str]:
        """What is said of licence and rights: of the model, of what uses it and how it is got, of the catalogue."""
        around = {t for m in (*self.models, *self.users) for t in self.graph.around(m, 1)}
        told = [*around, *self.graph.a(CATALOG)]
        return sorted(t.value for thing in told for t in self.graph.of(thing, *_RIGHTS))

    @property
    def surroundings(self) -> set[Term]:
        """The model and its users, what leads to them, and what these lead to."""
        near = {*self.models, *self.users}
        near |= {s for thing in near for s in self.graph.to(thing)}
        beyond = {t for thing in near for t in self.graph.of(thing)}
        return near | beyond

    def names(self, text: str) -> bool:
        """Whether something around the model, or around its users, is an address or a text that is or ends in this."""
        return any(
            t.value == text or t.value.endswith((f"/{text}", f"#{text}", f":{text}"))
            for m in (*self.models, *self.users)
            for t in self.graph.around(m)
        )


def entry_of(graph: Graph, addresses: Collection[str]) -> Entry | None:
    """What the catalogue says of the model that is known by these addresses; None when it does not list it.

    A model is listed by a thing that has one of the addresses, or leads to one in a step, and to which
    something says to conform; where nothing does, by any thing that has or names one.
    """
    known = [t for a in addresses for t in (Term("iri", a), Term("literal", a))]
    themselves = [t for t in known if t.kind == "iri" and (graph.of(t) or graph.to(t))]
    leading = [s for t in known for s in graph.to(t) if not _is_user(graph, s)]
    models = tuple(
        t for t in dict.fromkeys([*themselves, *leading]) if CATALOG not in _classes(graph, t)
    )
    users = tuple(
        dict.fromkeys(s for m in models for s in graph.to(m, CONFORMS_TO) if _is_user(graph, s))
    )
    return Entry(graph, models, users) if models else None


def missing(graph: Graph, things: Collection[Term] | None = None) -> Iterator[str]:
    """What is mandatory in DCAT-AP 3 and is not there, a line for each thing; of these things, else of all."""
    for name, wanted in _MANDATORY.items():
        for thing in graph.a(name):
            lacking = [n for n, predicates in wanted.items() if not graph.of(thing, *predicates)]
            if lacking and (things is None or thing in things):
                short = name.rpartition("#")[2].rpartition("/")[2]
                yield f"{short} {thing} has no {' and no '.join(lacking)}"


def is_catalogue(graph: Graph) -> bool:
    """Whether the statements are of a catalogue, or of a record or something else out of one."""
    return bool(graph.a(*(c for c in _MANDATORY if c.startswith(_DCAT)), f"{_DCAT}Resource"))


def _classes(graph: Graph, thing: Term) -> set[str]:
    return {t.value for t in graph.of(thing, RDF_TYPE)}


def _is_user(graph: Graph, thing: Term) -> bool:
    return bool(_classes(graph, thing) & set(_USERS))
