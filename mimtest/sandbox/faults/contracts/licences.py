"""Ways to leave users of a catalogue in the dark about terms, and permitted ways to name licences."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.contracts.terms_messages import in_catalogue
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OFFICE: Final = "/office/collections/permits/items"
_CC0: Final = r"http://publications\.europa\.eu/resource/authority/licence/CC0\b"
_ODRL: Final = "http://www.w3.org/ns/odrl/2/"
_NAMED: Final = "http://publications.europa.eu/resource/authority/licence/"


@in_catalogue(
    "ctr-lic-none-in-turtle",
    r"\n    dct:license <[^>]*> ;",
    "",
    "CTR-LIC-01",
)
def drops_licences() -> None:
    """Turtle has no licences, as from a CKAN whose distributions do not inherit them."""


@in_catalogue(
    "ctr-lic-text",
    rf"dct:license <{_CC0}>",
    'dct:license "CC0"',
    "CTR-LIC-02",
    beside=("CTR-CAT-08",),
)
def writes_licences_as_texts() -> None:
    """Turtle has licences as texts."""


@in_catalogue(
    "ctr-lic-not-specified",
    _CC0,
    "http://www.opendefinition.org/licenses/notspecified",
    "CTR-LIC-03",
)
def names_no_licence() -> None:
    """The licence is CKAN's identifier of none."""


@in_catalogue("ctr-lic-misspelt", _CC0, f"{_NAMED}CC-0", "CTR-LIC-03")
def misspells_licences() -> None:
    """The licence is one that the EU's table has under another code."""


@in_catalogue("ctr-lic-text-gone", _CC0, "{base}/terms/no-such-licence", "CTR-LIC-04")
def has_no_text_of_the_licence() -> None:
    """The licence is the town's own, and its text is not there."""


@fault("ctr-lic-restricted-is-open", kills=("CTR-LIC-05",), beside=("CTR-PAR-08",))
def opens_restricted_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Strangers get data of an API that the catalogue calls not public."""
    stranger = request.method == "GET" and "authorization" not in request.headers
    here = request.path.rstrip("/") == _OFFICE
    return json_response({"permits": ["p1"]}) if here and stranger else proceed(request)


@fault("ctr-lic-root-is-open")
def opens_the_root_of_restricted_data(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """Strangers who ask for its beginning get the landing page of an API whose data is not public."""
    stranger = "range" in request.headers and "authorization" not in request.headers
    here = request.path.rstrip("/") == "/office"
    page = json_response({"title": "Permits", "links": []})
    return page if here and stranger else proceed(request)


def _to_log_in(request: Request) -> Response:
    there = f"{request.base}/accounts/login?next={request.path}"
    return problem(302, "log in").with_header("Location", there)


@fault("ctr-lic-public-is-closed", kills=("CTR-LIC-05",), beside=("CTR-CAT-13",))
def closes_public_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Strangers are refused a file that the catalogue calls public."""
    if request.path == "/downloads/streets.gml" and "authorization" not in request.headers:
        return problem(401, "who are you?").with_header("WWW-Authenticate", 'Bearer realm="files"')
    return proceed(request)


@fault("ctr-lic-public-asks-to-log-in", kills=("CTR-LIC-05",))
def asks_to_log_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Strangers are sent to log in for a file that the catalogue calls public."""
    return _to_log_in(request) if request.path == "/downloads/streets.gml" else proceed(request)


@fault("ctr-lic-public-elsewhere")
def keeps_public_data_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks for the beginning of a public file is sent to where it is, on a host that is not asked."""
    if request.path != "/downloads/buildings.fgb" or "range" not in request.headers:
        return proceed(request)
    return problem(302, "there").with_header("Location", "https://files.example/buildings.fgb")


@in_catalogue(
    "ctr-lic-national",
    _CC0,
    "https://www.govdata.de/dl-de/by-2-0",
)
def names_a_national_licence() -> None:
    """The licence is one that a state publishes."""


@in_catalogue("ctr-lic-deed", _CC0, "https://creativecommons.org/licenses/by/4.0/deed.de")
def names_a_deed() -> None:
    """The licence is named by the page that explains it in German."""


@in_catalogue(
    "ctr-lic-creative-commons", _CC0, "http://creativecommons.org/publicdomain/zero/1.0/legalcode"
)
def names_creative_commons() -> None:
    """The licence is named by the address of its legal code at Creative Commons."""


@in_catalogue("ctr-lic-open-definition", _CC0, "http://www.opendefinition.org/licenses/cc-zero")
def names_open_definition() -> None:
    """The licence is named as CKAN does it by default."""


@in_catalogue("ctr-lic-spdx", _CC0, "https://spdx.org/licenses/CC0-1.0.html")
def names_spdx() -> None:
    """The licence is named by its page at SPDX."""


@in_catalogue(
    "ctr-lic-policy-without-action",
    r"(<[^>]*/datasets/places#data>\n)",
    rf"\1    <{_ODRL}hasPolicy> [ <{_ODRL}permission> [ a <{_ODRL}Permission> ] ] ;\n",
    "CTR-LIC-06",
)
def has_a_policy_without_action() -> None:
    """A distribution leads to a policy in the catalogue that has neither identifier nor action."""


@in_catalogue(
    "ctr-lic-policy-in-catalogue",
    r"(<[^>]*/datasets/places#data>\n)",
    rf"\1    <{_ODRL}hasPolicy> <{{base}}/terms/policies#places> .\n"
    rf"<{{base}}/terms/policies#places> <{_ODRL}permission> [ <{_ODRL}action> <{_ODRL}use> ] .\n\1",
)
def has_a_policy() -> None:
    """A distribution leads to a policy in the catalogue."""
