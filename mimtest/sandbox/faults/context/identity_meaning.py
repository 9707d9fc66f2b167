"""Ways to break what the names in an answer lead to: types, attributes, vocabularies."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.identity import renamed
from mimtest.sandbox.faults.context.messages import (
    API,
    body_of,
    changed,
    creates,
    is_on_attributes,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CITY_NAMES: Final = (
    rb"https://(?:mimtest\.example/ns#|smartdatamodels\.org/(?:dataModel\.\w+/|(?!dataModel)))"
)
_LOTS: Final = "https://smartdatamodels.org/dataModel.Parking/OffStreetParking"
_DEFAULT_NAMES: Final = b"https://uri.etsi.org/ngsi-ld/default-context/"
_STANDARD: Final = "https://schema.org/"
_CONTEXT_PATH: Final = "/contexts/city.jsonld"
_SCHEMA_PATH: Final = re.compile(r"/models/(\w+)/schema.json")
_NAMES: Final = "/names/"
_LOTS_PATH: Final = f"{_NAMES}OffStreetParking"
_USE: Final = "https://mimtest.example/ns#EnergyConsumption"
_USE_PATH: Final = f"{_NAMES}EnergyConsumption"
_FOUND: Final = 200


@fault("ctx-iri-of-another-type", kills=("CTX-IDN-10",))
def _another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for a type by its IRI is told of another one."""
    asked = request.method == "GET" and request.path.startswith(f"{API}/types/http")
    response = proceed(request)
    if not asked or not re.search(_CITY_NAMES.decode(), request.path):
        return response
    return changed(response, lambda b: b | {n: f"{b[n]}Group" for n in ("id", "typeName")})


def _lots_at_home(request: Request, proceed: Proceed) -> Response:
    """The platform as it is when the type of parking lots is an address of its own."""
    home = f"{request.base}{_LOTS_PATH}"
    return renamed(request, proceed, {_LOTS: home})


@fault(
    "ctx-types-without-definition",
    kills=("CTX-IDN-11",),
    beside=(
        "MOD-SCH-01",
        "MOD-TRM-0[27]",
        "MOD-STD-03",
        "MOD-REP-06",
        "MOD-PUB-06",
        "CTX-ACC-06",
    ),
)
def _without_definition(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Neither at its IRI nor in the @context nor in a schema is a word on parking lots."""
    response = _lots_at_home(request, proceed)
    if request.path == _CONTEXT_PATH or _SCHEMA_PATH.fullmatch(request.path):
        return response.with_body(response.body.replace(b"OffStreetParking", b"CarPark"))
    return response


@fault("ctx-any-type-defined", kills=("CTX-IDN-11",), beside=("MOD-TRM-07",))
def _any_defined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is a definition of every type that is asked for, whatever it is called."""
    if request.path.startswith(_NAMES):
        return _in_turtle(request)
    return _lots_at_home(request, proceed)


@fault("ctx-variant-types-defined-in-turtle")
def _defined_in_turtle(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The IRI of a type of the city's own is an address, at which it is defined in Turtle."""
    if request.path == _USE_PATH:
        return _in_turtle(request)
    return renamed(request, proceed, {_USE: f"{request.base}{_USE_PATH}"})


def _in_turtle(request: Request) -> Response:
    text = f"""\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix city: <{request.base}{_NAMES}> .

city:{request.path.removeprefix(_NAMES)} a rdfs:Class ; rdfs:comment "A type."@en .
"""
    return Response(_FOUND, (("Content-Type", "text/turtle"),), text.encode())


@fault(
    "ctx-attributes-without-meaning",
    kills=("CTX-IDN-12",),
    beside=(
        "MOD-REP-06",
        "CTX-CTX-04",
        "CTX-CTX-26",
    ),
)
def _without_meaning(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a @context in the request, attributes have names that nobody has defined."""
    response = proceed(request)
    if not retrieves(request) or "link" in request.headers:
        return response
    return response.with_body(re.sub(_CITY_NAMES + b"(?=[a-z])", _DEFAULT_NAMES, response.body))


@fault(
    "ctx-attributes-lead-nowhere",
    kills=("CTX-IDN-12",),
    beside=(
        "MOD-REP-06",
        "CTX-CTX-04",
        "CTX-CTX-26",
    ),
)
def _lead_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes have addresses at the platform where nothing is."""
    response = proceed(request)
    if not retrieves(request) or "link" in request.headers:
        return response
    names = f"{request.base}/names/".encode()
    return response.with_body(re.sub(_CITY_NAMES + b"(?=[a-z])", names, response.body))


@fault("ctx-context-as-web-page", kills=("CTX-IDN-13",), beside=("MOD-PUB-02",))
def _web_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The city's @context is sent as a web page."""
    response = proceed(request)
    return _as_media_type(response, "text/html") if request.path == _CONTEXT_PATH else response


@fault("ctx-variant-context-as-json")
def _as_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The city's @context is sent as JSON."""
    response = proceed(request)
    json_ = request.path == _CONTEXT_PATH
    return _as_media_type(response, "application/json") if json_ else response


def _as_media_type(response: Response, media_type: str) -> Response:
    kept = tuple(h for h in response.headers if h[0].lower() != "content-type")
    return replace(response, headers=(*kept, ("Content-Type", media_type)))


@fault(
    "ctx-context-empties-a-name",
    kills=("CTX-IDN-13",),
    beside=(
        "CTX-CTX-04",
        "CTX-CTX-26",
        "MOD-TRM-0[27]",
        "MOD-REP-06",
    ),
)
def _empties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The city's @context takes the meaning of a name away."""
    response = proceed(request)
    if request.path != _CONTEXT_PATH:
        return response
    return changed(response, lambda body: {"@context": body["@context"] | {"powerState": None}})


@fault("ctx-further-names-dropped", kills=("CTX-IDN-17",))
def _dropped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Created beside names of a published vocabulary, attributes of a further one are not kept."""
    return proceed(_standard_only(request) if creates(request) else request)


@fault("ctx-further-names-not-appended", kills=("CTX-IDN-17",))
def _not_appended(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes of a further vocabulary are not appended beside those of a published one."""
    appends = is_on_attributes(request, "POST")
    return proceed(_standard_only(request) if appends else request)


def _standard_only(request: Request) -> Request:
    """The request without attributes that a @context inside, with schema.org names, calls otherwise."""
    body = body_of(request)
    terms = body.get("@context") if isinstance(body, dict) else None
    if not isinstance(terms, dict) or not any(str(v).startswith(_STANDARD) for v in terms.values()):
        return request
    further = {n for n, v in terms.items() if not str(v).startswith(_STANDARD)}
    kept = {n: v for n, v in body.items() if n not in further}
    return request.with_body(dump(kept | {"note": {"type": "Property", "value": "kept"}}))
