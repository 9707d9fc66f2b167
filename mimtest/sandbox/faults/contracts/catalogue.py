"""Faults of the catalogue of data as a whole: its syntaxes, its pages, and what it leads to."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from mimtest.sandbox.faults.contracts.catalogue_messages import (
    CATALOGUE,
    answer,
    asking,
    catalogue,
    turtle,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_RDF = ("text/turtle", "application/ld+json", "application/rdf+xml")


@answer("ctr-cat-only-json", "CTR-CAT-01", "CTR-CAT-02", beside=("CTR-CAT-*", "CTR-LIC-*"))
def knows_plain_json_only(request: Request, response: Response) -> Response:
    """The catalogue is plain JSON for its own website."""
    return json_response({"datasets": 30}) if request.path == CATALOGUE else response


@answer("ctr-cat-empty-document", "CTR-CAT-01", "CTR-CAT-04", beside=("CTR-CAT-*", "CTR-LIC-*"))
def says_nothing(_: Request, response: Response) -> Response:
    """The catalogue is a document without statements."""
    kind = response.header("Content-Type") or ""
    return response.with_body(b"# nothing\n") if kind.startswith("text/turtle") else response


@catalogue("ctr-cat-no-negotiation", "CTR-CAT-02", beside=("CTR-CAT-*", "CTR-LIC-*"))
def gives_a_page_whatever_is_asked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue's own address gives a page for people; machines have to know the endings."""
    return proceed(asking(request, "text/html") if request.path == CATALOGUE else request)


@answer("ctr-cat-turtle-as-text", "CTR-CAT-01", "CTR-CAT-03", beside=("CTR-CAT-*", "CTR-LIC-*"))
def calls_turtle_text(_: Request, response: Response) -> Response:
    """Turtle is called plain text."""
    kind = response.header("Content-Type") or ""
    fits = kind.startswith("text/turtle")
    return response.with_header("Content-Type", "text/plain; charset=utf-8") if fits else response


@answer("ctr-cat-json-ld-as-text", "CTR-CAT-03")
def calls_json_ld_text(request: Request, response: Response) -> Response:
    """JSON-LD is called plain text."""
    fits = request.path == CATALOGUE and response.header("Content-Type") == _RDF[1]
    return response.with_header("Content-Type", "text/plain") if fits else response


@catalogue("ctr-cat-rdf-xml-is-turtle", "CTR-CAT-03")
def calls_turtle_rdf_xml(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is asked for as RDF/XML is Turtle that is called RDF/XML."""
    if request.headers.get("accept") != _RDF[2]:
        return proceed(request)
    return proceed(asking(request, _RDF[0])).with_header("Content-Type", _RDF[2])


@turtle("ctr-cat-no-members", "CTR-CAT-04", beside=("CTR-CAT-*",))
def leads_to_nothing(line: str) -> str | None:
    """The catalogue does not say what belongs to it."""
    return None if line.startswith(("    dcat:dataset ", "    dcat:service ")) else line


@turtle("ctr-cat-no-catalogue", "CTR-CAT-04")
def is_no_catalogue(line: str) -> str | None:
    """The catalogue is a list of another kind."""
    return line.replace("ns/dcat#Catalog>", "ns/dcat#List>")


@turtle("ctr-cat-pages-in-a-circle", "CTR-CAT-11")
def goes_round(line: str) -> str | None:
    """The second page leads back to the first one."""
    return line.replace("page=3> .", "page=1> .") if "hydra:next" in line else line


@catalogue("ctr-cat-page-overlaps", "CTR-CAT-11", beside=("CTR-CAT-18",))
def repeats_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The third page has what the second has."""
    if request.query != "page=3":
        return proceed(request)
    twin = proceed(request.with_query("page=2"))
    body = b"\n".join(k for k in twin.body.split(b"\n") if b"hydra:next" not in k)
    body = body.replace(b"core#PartialCollectionView> ;", b"core#PartialCollectionView> .")
    return twin.with_body(body.replace(b"page=2", b"page=3"))


@turtle("ctr-cat-page-lost", "CTR-CAT-11", beside=("CTR-CAT-18",))
def ends_too_early(line: str) -> str | None:
    """The second page leads to no third one."""
    if "hydra:next" not in line or "page=3>" not in line:
        return line
    return '    dct:title "Page" .'


@catalogue("ctr-cat-page-broken", "CTR-CAT-11")
def breaks_at_the_last_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last page is an error of the server."""
    return problem(500, "out of memory") if request.query == "page=3" else proceed(request)


@turtle("ctr-cat-address-with-a-blank", "CTR-CAT-20")
def leaves_blanks(line: str) -> str | None:
    """An address has a blank in it."""
    return line.replace("geonames.org/2946447/", "geonames.org/2946447/the town")


@answer("ctr-cat-iris-made-anew", "CTR-CAT-12", beside=("CTR-CAT-16",))
def names_anew(_: Request, response: Response) -> Response:
    """Datasets get other IRIs every time the catalogue is written."""
    made = f"/catalogue/{uuid4()}/".encode()
    return response.with_body(response.body.replace(b"/catalogue/datasets/", made))


@catalogue("ctr-cat-iris-lead-nowhere", "CTR-CAT-12", beside=("CTR-CAT-16",))
def knows_no_dataset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The IRIs of datasets are names only."""
    names = request.path.startswith("/catalogue/datasets/")
    return problem(404, "nothing of that name") if names else proceed(request)


@fault("ctr-cat-dead-download", kills=("CTR-CAT-13",), beside=("PLC-*", "SEC-*", "CTR-LIC-*"))
def lost_the_files(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Files of the catalogue are not where it says."""
    return (
        problem(404, "no such file") if request.path == "/downloads/town.gpkg" else proceed(request)
    )


@turtle("ctr-cat-closed-data-called-public", "CTR-CAT-13", beside=("CTR-LIC-*",))
def calls_everything_public(line: str) -> str | None:
    """Data that wants credentials is said to be public."""
    return line.replace("access-right/NON_PUBLIC", "access-right/PUBLIC")


@turtle("ctr-cat-service-without-title", "CTR-CAT-14")
def names_no_service(line: str) -> str | None:
    """A service has no title."""
    return None if '"Web Map Service"' in line else line


@turtle("ctr-cat-service-without-endpoint", "CTR-CAT-14", beside=("CTR-CAT-18",))
def hides_endpoints(line: str) -> str | None:
    """Services do not say where they are."""
    return None if line.startswith("    dcat:endpointURL") else line


@turtle("ctr-cat-service-undescribed", "CTR-CAT-21")
def describes_elsewhere(line: str) -> str | None:
    """The descriptions of services are not there."""
    return line.replace("/ogc/api>", "/ogc/no-api>")


@catalogue("ctr-cat-search-finds-nothing", "CTR-CAT-15")
def finds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The search does not know the newest half of the catalogue."""
    if request.path != "/catalogue/search":
        return proceed(request)
    return proceed(replace(request, query="q=nothing-of-that-name"))


@catalogue("ctr-cat-no-page-for-people", "CTR-CAT-16")
def has_no_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks for a page about a dataset gets RDF."""
    page = request.headers.get("accept", "").startswith("text/html")
    return proceed(asking(request, "text/turtle") if page else request)


@answer("ctr-cat-page-about-nothing", "CTR-CAT-16")
def shows_one_page(_: Request, response: Response) -> Response:
    """Every dataset has the same page."""
    if not (response.header("Content-Type") or "").startswith("text/html"):
        return response
    return response.with_body(b"<!doctype html><title>Data</title><p>Welcome to our open data.")


@turtle("ctr-cat-api-not-listed", "CTR-CAT-18", beside=("CTR-CAT-13", "CTR-CAT-21"))
def forgets_an_api(line: str) -> str | None:
    """The SensorThings API is listed under the address of a machine inside."""
    return line.replace("/sta/v1.1>", "/inside/sta>").replace("/sta/v1.1/", "/inside/sta/")
