"""The catalogue over HTTP: pages of it, its datasets one by one, and search."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from mimtest.sandbox.catalogue.data import (
    SERVICES,
    Dataset,
    about_catalogue,
    about_dataset,
    about_service,
    address,
    datasets_of,
)
from mimtest.sandbox.catalogue.rdf import ENDINGS, FORMS, Statement, Text
from mimtest.sandbox.city import City
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem

PREFIX: Final = "/catalogue"
#: The catalogue itself, below the prefix; `.ttl` and so on may follow.
ALL: Final = "/all"
_PAGE: Final = 12
_HTML: Final = "text/html"


def service(city: City) -> "CatalogueService":
    """The catalogue of a town."""
    return CatalogueService(datasets_of(city))


@dataclass(frozen=True, slots=True)
class CatalogueService:
    """The catalogue at `/all`, datasets at `/datasets/<name>`, services, and `/search?q=<words>`."""

    datasets: tuple[Dataset, ...]

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        name, form = request.path, _wanted(request)
        for ending, media_type in ENDINGS.items():
            if name.endswith(ending):
                name, form = name.removesuffix(ending), media_type
        found = self._found(request, name, form)
        if found is None:
            return problem(404, "nothing of that name")
        return found if request.method == "GET" else not_allowed("GET")

    def _found(self, request: Request, name: str, form: str | None) -> Response | None:
        home, base = f"{request.base}{PREFIX}", request.base
        if name == ALL:
            return self._page(request, form)
        if name == "/search":
            return self._search(home, request.params.get("q", ""))
        kind, _, slug = name.removeprefix("/").partition("/")
        if kind == "services":
            one = next((s for s in SERVICES if s.slug == slug), None)
            return _written(about_service(home, base, one, self._of(slug)), form) if one else None
        dataset = next((d for d in self.datasets if kind == "datasets" and d.slug == slug), None)
        if dataset is None:
            return None
        if form == _HTML:
            return _page_of(dataset.title, f"{dataset.title}, an invented dataset.")
        return _written(about_dataset(home, base, dataset), form)

    def _of(self, service: str) -> tuple[Dataset, ...]:
        """The datasets that a service gives; those in the one with the places are worth most."""
        return tuple(
            d for d in self.datasets if d.service == service or (service == "wfs" and d.valuable)
        )

    def _page(self, request: Request, form: str | None) -> Response:
        last = -(-len(self.datasets) // _PAGE)
        given = request.params.get("page", "1")
        number = int(given) if given.isascii() and given.isdigit() else 0
        if not 1 <= number <= last:
            return problem(404, f"there are pages 1 to {last}")
        if form == _HTML:
            return _page_of("Data of Exampleton", "What the town of Exampleton shares.")
        return _written(self._statements(request.base, number, last), form)

    def _statements(self, base: str, number: int, last: int) -> Iterator[Statement]:
        home = f"{base}{PREFIX}"
        here, whole = f"{home}{ALL}?page={number}", f"{home}{ALL}"
        yield from about_catalogue(home)
        for item in SERVICES if number == 1 else ():
            yield from about_service(home, base, item, self._of(item.slug))
        for dataset in self.datasets[(number - 1) * _PAGE : number * _PAGE]:
            yield from about_dataset(home, base, dataset)
        yield whole, "rdf:type", "hydra:Collection"
        yield whole, "hydra:totalItems", Text(str(len(self.datasets)), kind="xsd:integer")
        yield whole, "hydra:view", here
        yield here, "rdf:type", "hydra:PartialCollectionView"
        if number < last:
            yield here, "hydra:next", f"{home}{ALL}?page={number + 1}"

    def _search(self, home: str, words: str) -> Response:
        wanted = words.lower().split()
        found = [d for d in self.datasets if wanted and all(w in d.title.lower() for w in wanted)]
        results = [{"id": address(home, d), "title": d.title} for d in found]
        return json_response({"count": len(results), "results": results})


def _wanted(request: Request) -> str | None:
    """The media type that is asked for: the first known one of the best; JSON-LD for whoever takes anything."""
    asked = []
    for part in request.headers.get("accept", "*/*").split(","):
        kind, *parameters = (p.strip() for p in part.split(";"))
        weights = (p.removeprefix("q=") for p in parameters if p.startswith("q="))
        asked.append((kind.lower(), _weight(next(weights, "1"))))
    for kind, weight in sorted(asked, key=lambda a: -a[1]):
        if weight and kind in (*FORMS, _HTML):
            return kind
        if weight and kind in ("*/*", "application/*"):
            return "application/ld+json"
    return None


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _written(statements: Iterable[Statement], form: str | None) -> Response:
    if form is None or form not in FORMS:
        return problem(406, f"there is {', '.join(FORMS)}")
    kind = f"{form}; charset=utf-8" if form == "text/turtle" else form
    body = FORMS[form](dict.fromkeys(statements))
    return Response(200, (("Content-Type", kind), ("Vary", "Accept")), body)


def _page_of(title: str, text: str) -> Response:
    body = (
        f'<!doctype html><html lang="en"><head><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1><p>{escape(text)}</p></body></html>"
    )
    fields = (("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept"))
    return Response(200, fields, body.encode())
