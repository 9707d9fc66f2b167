"""The services of the demo city, and the small ones: index, contexts and models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mimtest.resources import SCHEMAS
from mimtest.sandbox import (
    catalogue,
    credentials,
    downloads,
    dsp,
    features,
    idp,
    inspire,
    maps,
    models,
    my,
    mydata,
    ngsild,
    ngsiv2,
    office,
    participants,
    pod,
    register,
    rest,
    rulebook,
    sensorthings,
    terms,
    tmforum,
    wfs,
)
from mimtest.sandbox.city import City, load_city
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Service

_KEPT: Final = "public, max-age=3600"
#: The names of the city's data, and some of the waterworks.
EXTENDED_CONTEXT: Final = "/contexts/water.jsonld"
_EXTENDED: Final = {
    "@context": [
        "city.jsonld",
        {
            "WaterMeter": "https://mimtest.example/water#WaterMeter",
            "litresPerDay": "https://mimtest.example/water#litresPerDay",
        },
    ]
}


def city_services(city: City | None = None) -> "dict[str, Service]":
    """A fresh set of services around the city, by path prefix."""
    town = city or load_city()
    contexts = ngsild.Contexts({ngsild.CITY_CONTEXT: town.context, EXTENDED_CONTEXT: _EXTENDED})
    login = idp.Idp()
    return {
        "/": IndexService(),
        "/health": HealthService(),
        "/contexts": ContextsService(contexts.document),
        models.PREFIX: models.ModelsService(SCHEMAS / "models", town.entities),
        ngsild.PREFIX: ngsild.service(town.entities, contexts),
        ngsiv2.PREFIX: ngsiv2.service(town.entities),
        rest.PREFIX: rest.service(town.entities),
        register.PREFIX: register.RegisterService.of_city(town.entities),
        "/ogc": features.service(town),
        catalogue.PREFIX: catalogue.service(town),
        downloads.PREFIX: downloads.service(town),
        wfs.PREFIX: wfs.service(town),
        inspire.PREFIX: inspire.MetadataService(),
        maps.WMS: maps.wms(town),
        maps.WMTS: maps.wmts(town),
        maps.API: maps.api(town),
        sensorthings.PREFIX: sensorthings.service(town),
        **idp.services(login),
        **credentials.services(login),
        office.PREFIX: office.OfficeService(login),
        my.PREFIX: my.service(),
        **mydata.services(),
        pod.PREFIX: pod.service(),
        rulebook.PREFIX: rulebook.RulebookService(),
        rulebook.WISHES: rulebook.WishService(),
        terms.PREFIX: terms.TermsService(),
        **dsp.services(),
        tmforum.PREFIX: tmforum.MarketService(),
        **participants.services(),
    }


@dataclass(frozen=True, slots=True)
class IndexService:
    """What the platform offers, with links."""

    def handle(self, request: Request) -> Response:
        """The index; `/` only."""
        if request.method != "GET":
            return not_allowed("GET")
        links = [
            _link(request, "/", "self", "This page"),
            _link(request, ngsild.PREFIX, "service", "NGSI-LD API"),
            _link(request, ngsiv2.PREFIX, "service", "FIWARE-NGSI v2 API"),
            _link(request, rest.PREFIX, "service", "Plain HTTP API described in OpenAPI"),
            _link(request, "/ogc", "service", "OGC API Features"),
            _link(request, downloads.PREFIX, "related", "Files"),
            _link(request, sensorthings.PREFIX, "service", "OGC SensorThings API"),
            _link(request, maps.API, "service", "OGC API Tiles and Maps"),
            _link(request, wfs.PREFIX, "service", "Web Feature Service"),
            _link(request, register.PREFIX, "related", "Register of buildings"),
            _link(request, ngsild.CITY_CONTEXT, "describedby", "Names of the city's data"),
            _link(
                request, f"{models.PREFIX}/catalogue", "describedby", "Models of the city's data"
            ),
        ]
        return json_response({"title": "Exampleton city platform", "links": links})


@dataclass(frozen=True, slots=True)
class HealthService:
    """Whether the platform works, and how old its data are at most."""

    def handle(self, request: Request) -> Response:
        """The state; `/health` only."""
        if request.path:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        return json_response({"status": "ok", "version": "1", "freshness": "P30D"})


def _link(request: Request, path: str, rel: str, title: str) -> dict[str, str]:
    kind = "application/ld+json" if path.endswith(".jsonld") else "application/json"
    return {"href": f"{request.base}{path}", "rel": rel, "type": kind, "title": title}


@dataclass(frozen=True, slots=True)
class ContextsService:
    """JSON-LD contexts; `document` gives the one at a path of the platform or None."""

    document: Callable[[str], Mapping[str, Any] | None]

    def handle(self, request: Request) -> Response:
        """The context at `/<name>.jsonld`."""
        found = self.document(f"/contexts{request.path}")
        if found is None:
            return problem(404, "no such context")
        if request.method != "GET":
            return not_allowed("GET")
        return json_response(found, media_type="application/ld+json", Cache_Control=_KEPT)
