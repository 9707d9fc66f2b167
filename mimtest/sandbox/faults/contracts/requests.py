"""Ways to leave people without a way to ask for data, and providers without what was asked; permitted forms of these."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.contracts.terms_messages import at, reworked
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REQUESTS: Final = "/data-requests/requests"


@at("/data-requests", "ctr-req-search-alone", "CTR-REQ-01")
def shows_a_search_alone(_: Request, response: Response) -> Response:
    """The page where data is asked for has no form but the one to search the site."""
    form = b'<form action="/search"><input type="search" name="q"><button>Search</button></form>'
    page = b'<!DOCTYPE html><html lang="en"><body>All our data is here.' + form + b"</body></html>"
    return response.with_body(page)


@at("/data-requests", "ctr-req-form-elsewhere")
def has_a_form_elsewhere(_: Request, response: Response) -> Response:
    """The page where data is asked for leads to a form of another service."""
    link = b'<a href="https://forms.example/forms/7">Ask here</a>'
    return response.with_body(b'<!DOCTYPE html><html lang="en"><body>' + link + b"</body></html>")


@at("/data-requests", "ctr-req-form-in-frame")
def has_a_form_in_a_frame(_: Request, response: Response) -> Response:
    """The page where data is asked for shows a form of another service in a frame."""
    frame = b'<iframe src="https://survey.example/7"></iframe>'
    return response.with_body(b'<!DOCTYPE html><html lang="en"><body>' + frame + b"</body></html>")


@at("/data-requests", "ctr-req-no-way", "CTR-REQ-01")
def shows_no_way(_: Request, response: Response) -> Response:
    """The page where data is asked for has neither form nor address."""
    return response.with_body(b"<!DOCTYPE html><html><body>All our data is here.</body></html>")


@fault("ctr-req-takes-anything", kills=("CTR-REQ-02",))
def takes_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request that says nothing is taken down."""
    if request.path == _REQUESTS and request.body == b"{}":
        return json_response({"id": "r0"}, 201, Location=f"{request.base}{_REQUESTS}")
    return proceed(request)


@fault("ctr-req-not-there", kills=("CTR-REQ-02",), beside=("CTR-REQ-04",))
def has_no_api(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Requests cannot be sent to the address that is named."""
    here = request.path == _REQUESTS and request.method == "POST"
    return problem(404, "there is nothing here") if here else proceed(request)


@fault("ctr-req-crashes", kills=("CTR-REQ-02",))
def breaks_down(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request that says nothing breaks the server."""
    here = request.path == _REQUESTS and request.body == b"{}"
    return problem(500, "wanted is not there") if here else proceed(request)


@fault("ctr-req-loses-requests", kills=("CTR-REQ-05",))
def loses_requests(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request that was taken down is on no list."""
    response = proceed(request)
    if request.path != _REQUESTS or request.method != "GET" or response.status != 200:  # noqa: PLR2004
        return response
    kept = [w for w in response.json()["requests"] if len(w["id"]) < 32]  # noqa: PLR2004
    return response.with_json({"requests": kept})


def _taken(request: Request, response: Response) -> bool:
    return request.path == _REQUESTS and response.status == 201  # noqa: PLR2004


@fault("ctr-req-no-identifier", kills=("CTR-REQ-04",))
def gives_no_identifier(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for data is thanked, and not told under which identifier it is."""
    response = proceed(request)
    if not _taken(request, response):
        return response
    return response.without_header("Location").with_json({"thanks": "We will look at it."})


@fault("ctr-req-identifier-in-body")
def tells_the_identifier_in_the_body(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for data is told the identifier in the body alone."""
    response = proceed(request)
    return response.without_header("Location") if _taken(request, response) else response


@at(_REQUESTS, "ctr-req-list-with-more")
def lists_with_more(_: Request, response: Response) -> Response:
    """The list of requests comes with other lists."""
    if response.status != 200:  # noqa: PLR2004
        return response
    return response.with_json({"facets": [], "tags": ["new"], **response.json()})


@at(_REQUESTS, "ctr-req-list-to-read")
def lists_as_page(_: Request, response: Response) -> Response:
    """Providers see the requests on a web page."""
    if response.status != 200:  # noqa: PLR2004
        return response
    return response.with_header("Content-Type", "text/html").with_body(b"<html>" + response.body)


@reworked(_REQUESTS, "ctr-req-no-list", "CTR-REQ-03", beside=("CTR-REQ-05",))
def gives_no_list(value: Any) -> None:
    """What providers get is a number of requests."""
    value["requests"] = len(value["requests"])


@fault("ctr-req-open-list", kills=("CTR-REQ-03",))
def shows_requests_to_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Strangers see the requests, though the list is said to be protected."""
    stranger = "authorization" not in request.headers and request.method == "GET"
    here = request.path == _REQUESTS and stranger
    return json_response({"requests": [{"id": "r1"}]}) if here else proceed(request)


@at(_REQUESTS, "ctr-req-bare-list")
def gives_a_bare_list(_: Request, response: Response) -> Response:
    """The list of requests is an array."""
    return response.with_json(response.json()["requests"]) if response.status == 200 else response  # noqa: PLR2004
