"""A catalogue of data (DCAT 3, DCAT-AP 2 and 3): read page after page, and what it says of datasets."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import NotApplicable
from mimtest.network.client import Answer, Client
from mimtest.target import origin_of
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.statements import Statements

#: What is asked for: Turtle first, for it is quickest to read.
ACCEPT: Final = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8"
WEB: Final = ("http://", "https://")
PROFILES: Final = ("dcat-ap-2", "dcat-ap-3")
#: As many pages are read.
MOST_PAGES: Final = 20
_MOST_REDIRECTS: Final = 3
_SHOWN: Final = 5
_NEXT: Final = "SELECT ?next {{ GRAPH <{graph}> {{ ?page hydra:next|hydra:nextPage ?next }} }}"
_DATASETS: Final = "SELECT DISTINCT ?d { ?d a dcat:Dataset } ORDER BY ?d"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the catalogue as it came, and the graph that holds it."""

    answer: Answer
    graph: str


@dataclass(frozen=True)
class Catalogue:
    """The catalogue with its statements; `whole` unless it has more pages than are read.

    `returns` is the address of a page that a later one led back to.
    """

    client: Client
    origins: frozenset[str]
    pages: tuple[Page, ...]
    statements: Statements
    whole: bool = True
    returns: str | None = None

    @property
    def profile(self) -> str | None:
        """The profile of DCAT-AP that the target file names."""
        variant = self.client.interface.variant
        return variant if variant in PROFILES else None

    def require_profile(self) -> None:
        """Raise NotApplicable unless the target file says that the catalogue follows DCAT-AP."""
        if self.profile is None:
            detail = (
                f"interfaces.{self.client.interface.name} names no profile of DCAT-AP (variant)"
            )
            raise NotApplicable("not_offered", detail)

    @property
    def datasets(self) -> list[str]:
        """The datasets, IRIs as `<…>`."""
        return [d for (d,) in self.rows(_DATASETS)]

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """The solutions of a SELECT over all pages."""
        return self.statements.rows(question)

    def column(self, question: str) -> list[str]:
        """The first column of a SELECT."""
        return [row[0] for row in self.rows(question)]

    def in_scope(self, addresses: Iterable[str]) -> list[str]:
        """Those of the addresses that a run may ask, without the `<…>`, each once."""
        found = dict.fromkeys(bare(a) for a in addresses)
        return [a for a in found if a.startswith(WEB) and origin_of(a) in self.origins]


def bare(iri: str) -> str:
    """An IRI without its `<…>`."""
    return iri.removeprefix("<").removesuffix(">")


def follow(client: Client, address: str, **how: Any) -> Answer:
    """The answer for an address, after redirects. Raises OutOfScope."""
    answer = client.get(address, **how)
    for _ in range(_MOST_REDIRECTS):
        there = answer.location
        if answer.received.status not in (301, 302, 303, 307, 308) or not there:
            break
        answer = client.get(there, **how)
    return answer


def read_catalogue(client: Client, origins: frozenset[str]) -> Catalogue:
    """The whole catalogue. Raises Contradiction when an answer is none of its pages."""
    statements = Statements(client)
    pages: list[Page] = []
    seen: set[str] = set()
    there: str | None = ""
    while there is not None and len(pages) < MOST_PAGES:
        answer = follow(client, there, headers={"Accept": ACCEPT})
        assert_status(answer, 200, what=f"page {len(pages) + 1} of the catalogue")
        seen |= {answer.url, client.url(there)}
        pages.append(Page(answer, statements.add(answer)))
        there = _next(statements, pages[-1])
        if there in seen:
            return Catalogue(client, origins, tuple(pages), statements, returns=there)
    return Catalogue(client, origins, tuple(pages), statements, whole=there is None)


def _next(statements: Statements, page: Page) -> str | None:
    """Where the next page is: by Hydra, be it an IRI or a text, else by a Link field (RFC 8288, LDP)."""
    told = statements.rows(_NEXT.format(graph=page.graph))
    if told:
        return page.answer.resolve(bare(told[0][0]))
    linked = [k["href"] for k in page.answer.links if "next" in k.get("rel", "").split()]
    return linked[0] if linked else None


def examples(things: Collection[str]) -> str:
    """Some of the things, and how many more there are."""
    shown = ", ".join(sorted(things)[:_SHOWN])
    more = len(things) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def assert_none(lacking: Collection[str], message: str, *, expected: str, of: int) -> None:
    """Nothing is on the list; the message is told with numbers and examples."""
    __tracebackhide__ = True
    assert_that(
        not lacking,
        f"{len(set(lacking))} of {of} {message}",
        expected=expected,
        received=examples(set(lacking)),
    )


def spread(things: Iterable[Any], most: int) -> list[Any]:
    """So many of the things, from the beginning to the end."""
    listed = list(things)
    if len(listed) <= most:
        return listed
    return [listed[i * (len(listed) - 1) // (most - 1)] for i in range(most)]


def squeezed(text: str) -> str:
    """A text without letter case and runs of blanks."""
    return " ".join(text.split()).casefold()
