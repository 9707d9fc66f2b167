"""A catalogue of data (DCAT 3, DCAT-AP 2 and 3): read page after page, and what it says of datasets."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.client import Answer, Client, OutOfScope
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
#: A thing that is described, or belongs to a catalogue: others are named with their class only, for reference.
_TOLD: Final = (
    "FILTER(EXISTS { ?t ?of ?told FILTER(?of != rdf:type) } "
    "|| EXISTS { ?c dcat:dataset|dcat:service|dcat:catalog|dcat:distribution ?t })"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the catalogue as it came, and the graph that holds it."""

    answer: Answer
    graph: str


@dataclass(frozen=True)
class Catalogue:
    """The catalogue with its statements; `stop` is why it was not read to its end."""

    client: Client
    origins: frozenset[str]
    pages: tuple[Page, ...]
    statements: Statements
    stop: Contradiction | Inconclusive | None = None

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

    def require_whole(self) -> None:
        """Raise Inconclusive where the catalogue was not read to its end: what was not found may be in the rest."""
        if self.stop:
            why = getattr(self.stop, "detail", None) or str(self.stop)
            detail = f"{len(self.pages)} pages of the catalogue were read, not all: {why}"
            raise Inconclusive("precondition_unmet", detail)

    @property
    def datasets(self) -> list[str]:
        """The datasets, IRIs as `<…>`."""
        return self.column(f"SELECT DISTINCT ?t {{ {things('dcat:Dataset')} }} ORDER BY ?t")

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """The solutions of a SELECT over all pages."""
        return self.statements.rows(question)

    def column(self, question: str) -> list[str]:
        """The first column of a SELECT."""
        return [row[0] for row in self.rows(question)]

    def in_scope(self, addresses: Iterable[str]) -> list[str]:
        """Those of the addresses that a run may ask, without the `<…>`, each once."""
        found = dict.fromkeys(bare(a) for a in addresses)
        return [a for a in found if a.startswith(WEB) and _origin(a) in self.origins]


def things(kind: str) -> str:
    """The pattern for things (`?t`) of a class about which the catalogue says something."""
    return f"?t a {kind} {_TOLD}"


def _origin(address: str) -> str | None:
    try:
        return origin_of(address)
    except ValueError:
        return None


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


def read_catalogue(client: Client, origins: frozenset[str], *, most: int = MOST_PAGES) -> Catalogue:
    """The catalogue, page after page. Raises Contradiction when its first page is none, Inconclusive without an answer."""
    statements = Statements(client)
    pages: list[Page] = []
    seen: set[str] = set()
    there: str | None = ""
    stop: Contradiction | Inconclusive | None = None
    while there is not None and not stop:
        try:
            answer = follow(client, there, headers={"Accept": ACCEPT})
            assert_status(answer, 200, what=f"page {len(pages) + 1} of the catalogue")
            graph = statements.add(answer)
        except (Contradiction, Inconclusive) as error:
            if not pages:
                raise
            stop = _elsewhere(there) if isinstance(error, OutOfScope) else error
        else:
            seen |= {answer.url, client.url(there)}
            pages.append(Page(answer, graph))
            there = _next(statements, pages[-1])
            stop = _reason_to_stop(there, len(pages), most, returns=there in seen)
    return Catalogue(client, origins, tuple(pages), statements, stop)


def _elsewhere(there: str) -> OutOfScope:
    detail = f"the next page is {there}, at no host of the target file; scope.hosts can allow it"
    return OutOfScope("out_of_scope", detail)


def _reason_to_stop(
    there: str | None, count: int, most: int, *, returns: bool
) -> Contradiction | Inconclusive | None:
    if returns:
        return Contradiction(
            "the pages of the catalogue go round in a circle",
            expected="a last page without a next one",
            received=f"after {count} pages back to {there}",
        )
    if there and count == most:
        return Inconclusive("too_large", f"there are more than the {most} pages that are read")
    return None


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


def sample(
    catalogue: Catalogue,
    addresses: Collection[str],
    what: str,
    most: int,
    looked: Callable[[str], None],
) -> list[str]:
    """Some of the addresses, of which a run may ask one at least; what was chosen is told to `looked`."""
    found = catalogue.in_scope(addresses)
    if not found and addresses:
        detail = f"none of the {what} is at a host of the target file: {examples(set(addresses))}"
        raise Inconclusive("out_of_scope", detail)
    chosen = spread(found, most)
    elsewhere = len(set(addresses)) - len(found)
    rest = f"; {elsewhere} at other hosts were not asked" if elsewhere > 0 else ""
    looked(f"{len(chosen)} of {len(set(addresses))} {what}{rest}")
    return chosen


def wrong_with(addresses: Iterable[str], look: Callable[[str], str | None]) -> dict[str, str]:
    """What is wrong with addresses, of which `look` says so; what is left open is told where nothing is wrong."""
    wrong: dict[str, str] = {}
    left: list[Inconclusive] = []
    for address in addresses:
        try:
            if why := look(address):
                wrong[address] = why
        except Inconclusive as error:
            left.append(error)
    if left and not wrong:
        raise left[0]
    return wrong


def spread(things: Iterable[Any], most: int) -> list[Any]:
    """So many of the things, from the beginning to the end."""
    listed = list(things)
    if len(listed) <= most:
        return listed
    return [listed[i * (len(listed) - 1) // (most - 1)] for i in range(most)]


def squeezed(text: str) -> str:
    """A text without letter case and runs of blanks."""
    return " ".join(text.split()).casefold()
