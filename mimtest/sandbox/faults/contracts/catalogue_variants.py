"""What a catalogue may do otherwise."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.contracts.catalogue_messages import (
    CATALOGUE,
    answer,
    asking,
    catalogue,
    turtle,
)
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_RDF_XML = "application/rdf+xml"


@turtle("ctr-cat-variant-next-as-text")
def writes_next_as_text(line: str) -> str | None:
    """The link to the next page is a text, as CKAN writes it."""
    if "hydra:next <" not in line:
        return line
    return line.replace("hydra:next <", 'hydra:nextPage "').replace(">", '"')


@answer("ctr-cat-variant-links")
def links_to_the_next_page(request: Request, response: Response) -> Response:
    """The next page is told by a Link field, not by Hydra."""
    if request.path != CATALOGUE or b"hydra:next" not in response.body:
        return response
    number = int(request.params.get("page", "1")) + 1
    body = response.body.replace(b"hydra:next", b"dct:relation")
    link = f'<{request.base}{CATALOGUE}?page={number}>; rel="next"'
    return response.with_body(body).with_header("Link", link)


@answer("ctr-cat-variant-rdf-xml-as-xml")
def calls_rdf_xml_xml(_: Request, response: Response) -> Response:
    """RDF/XML is called XML, which it is."""
    fits = response.header("Content-Type") == _RDF_XML
    return response.with_header("Content-Type", "application/xml") if fits else response


@answer("ctr-cat-variant-json-ld-as-json")
def calls_json_ld_json(request: Request, response: Response) -> Response:
    """JSON-LD is called JSON, which it is."""
    fits = request.path == CATALOGUE and response.header("Content-Type") == "application/ld+json"
    return response.with_header("Content-Type", "application/json") if fits else response


@turtle("ctr-cat-variant-nameless-agents")
def gives_agents_no_names(line: str) -> str | None:
    """Publishers, contacts, places and periods are nodes without an IRI, as CKAN and udata write them."""
    name, _, rest = line.strip().partition(" <")
    if name not in ("dct:publisher", "dcat:contactPoint", "dct:spatial", "dct:temporal"):
        return line
    return f'    {name} [ foaf:name "Town of Exampleton" ]{rest.partition(">")[2]}'


@turtle("ctr-cat-variant-names-others")
def names_things_elsewhere(line: str) -> str | None:
    """A dataset, a catalogue and a service of others are named with their class and nothing else."""
    if not line.startswith("@prefix xsd:"):
        return line
    names = "http://www.w3.org/ns/dcat#"
    others = (
        f"<https://example.org/{k}> a <{names}{k}> ." for k in ("Dataset", "Catalog", "DataService")
    )
    return "\n".join((line, *others))


@turtle("ctr-cat-variant-formats-of-pages")
def tells_formats_of_pages(line: str) -> str | None:
    """Pages, which are no distributions, have formats, languages and publishers as texts."""
    if not line.startswith("@prefix xsd:"):
        return line
    about = 'dct:format "html" ; dct:language "en" ; dct:publisher "Town"'
    return f"{line}\n<https://example.org/page> a <http://xmlns.com/foaf/0.1/Document> ; {about} ."


@turtle("ctr-cat-variant-issued-later")
def announces_datasets(line: str) -> str | None:
    """Datasets are announced that are yet to be issued."""
    return line.replace("2026-", "2126-") if "dct:issued" in line else line


@turtle("ctr-cat-variant-pages-elsewhere-too")
def has_a_shop_window(line: str) -> str | None:
    """Datasets have a second page, at a host of somebody else."""
    if not line.startswith("    dcat:landingPage "):
        return line
    return f"    dcat:landingPage <https://example.org/window> ;\n{line}"


@catalogue("ctr-cat-variant-api-asks-for-more")
def gives_access_by_a_query(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Data is behind an address that wants a query, as endpoints of SPARQL do."""
    if request.path == "/catalogue/query":
        return problem(400, "there is no query")
    response = proceed(request)
    return response.with_body(response.body.replace(b"/sta/v1.1/Things>", b"/catalogue/query>"))


@catalogue("ctr-cat-variant-turtle-only")
def knows_turtle_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue is given in Turtle and in no other syntax."""
    accept = request.headers.get("accept", "")
    if accept in ("application/ld+json", _RDF_XML):
        return problem(406, "Turtle only")
    return proceed(request)


@catalogue("ctr-cat-variant-json-ld-only")
def knows_json_ld_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever syntax of RDF is asked for, JSON-LD is given."""
    page = "text/html" in request.headers.get("accept", "").partition(",")[0]
    return proceed(request if page else asking(request, "application/ld+json"))


@turtle("ctr-cat-variant-https-vocabulary")
def names_lists_by_https(line: str) -> str | None:
    """The IRIs of EU vocabularies begin with https."""
    return line.replace("http://publications.europa.eu/", "https://publications.europa.eu/")


@turtle("ctr-cat-variant-own-themes-too")
def has_own_themes_too(line: str) -> str | None:
    """Datasets have themes of the town's own beside those of the EU."""
    if not line.startswith("    dcat:theme "):
        return line
    return f"    dcat:theme <https://example.org/themes/town> ;\n{line}"


@catalogue("ctr-cat-variant-no-head")
def knows_no_head(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD is not offered."""
    return (
        problem(405, "GET only").with_header("Allow", "GET, OPTIONS")
        if request.method == "HEAD"
        else proceed(request)
    )


@turtle("ctr-cat-variant-dates-of-years")
def knows_the_year_only(line: str) -> str | None:
    """Dates of issue are years."""
    if "dct:issued" not in line:
        return line
    return line.replace('"2026-03-02"^^xsd:date', '"2026"^^xsd:gYear')
