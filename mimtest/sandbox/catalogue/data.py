"""What is in the catalogue: thirty datasets of the town, how to get them, and the services that give them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from mimtest.sandbox.catalogue.rdf import Statement, Text
from mimtest.sandbox.city import City

AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
LICENCE: Final = f"{AUTHORITY}/licence/CC0"
HVD_ACT: Final = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
HVD_PLACES: Final = "http://data.europa.eu/bna/c_ac64a52d"
_MEDIA: Final = "http://www.iana.org/assignments/media-types"
_DAY: Final = "2026-03-02"
_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset: the path to its data below the town's address, and what kind of file that gives."""

    slug: str
    title: str
    path: str
    format: str
    media: str
    theme: str = "REGI"
    frequency: str = "ANNUAL"
    service: str | None = None
    public: bool = True
    valuable: bool = False


@dataclass(frozen=True, slots=True)
class DataService:
    """An API: its path and that of its description."""

    slug: str
    title: str
    path: str
    description: str
    public: bool = True


SERVICES: Final = (
    DataService("ngsi-ld", "NGSI-LD API", "/ngsi-ld/v1", "/ngsi-ld/v1/openapi.json"),
    DataService("ngsi-v2", "FIWARE-NGSI v2 API", "/v2", "/v2"),
    DataService("open", "Plain HTTP API", "/open", "/open/openapi.json"),
    DataService("features", "OGC API Features", "/ogc", "/ogc/api"),
    DataService("wfs", "Web Feature Service", "/wfs", "/wfs?service=WFS&request=GetCapabilities"),
    DataService("wms", "Web Map Service", "/wms", "/wms?service=WMS&request=GetCapabilities"),
    DataService(
        "wmts", "Web Map Tile Service", "/wmts", "/wmts?service=WMTS&request=GetCapabilities"
    ),
    DataService("maps", "OGC API Tiles and Maps", "/maps", "/maps"),
    DataService("sensors", "SensorThings API", "/sta/v1.1", "/sta/v1.1"),
    DataService("office", "Permits API", "/office", "/office/openapi.json", public=False),
)
_FILES: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("places", "Places of the town", "town.gpkg", "GPKG", "application/geopackage+sqlite3"),
    ("places-geojson", "Places as GeoJSON", "places.geojson", "GEOJSON", "application/geo+json"),
    ("lights", "Street lights line by line", "lights.geojsons", "GEOJSON", "application/geo+json-seq"),
    ("places-kml", "Places for globes", "places.kml", "KML", "application/vnd.google-earth.kml+xml"),
    ("streets", "Streets", "streets.gml", "GML", "application/gml+xml"),
    ("houses", "Houses of the city model", "buildings.gml", "GML", "application/gml+xml"),
    ("footprints", "Footprints of houses", "buildings.fgb", "BIN", "application/octet-stream"),
    ("table", "Places as a table", "places.parquet", "PARQUET", "application/vnd.apache.parquet"),
    ("model", "City model", "town.city.json", "JSON", "application/json"),
    ("model-parts", "City model in parts", "town.city.jsonl", "JSON", "application/json"),
    ("town-hall", "Town hall, building model", "town-hall.ifc", "TXT", "application/x-step"),
)  # fmt: skip
_OTHERS: Final = (
    Dataset("permits", "Building permits", "/office/collections/permits/items", "JSON",
            "application/json", "GOVE", "DAILY", "office", public=False),
    Dataset("sensor-places", "Places of sensors", "/sta/v1.1/Things", "JSON", "application/json",
            "TECH", "HOURLY", "sensors"),
    Dataset("buildings-list", "Buildings as plain JSON", "/open/collections/buildings/items", "JSON",
            "application/json", "GOVE", "ANNUAL", "open"),
)  # fmt: skip
_THEMES: Final[Mapping[str, str]] = {
    "AirQualityObserved": "ENVI",
    "EnergyConsumption": "ENER",
    "OffStreetParking": "TRAN",
    "TrafficFlowObserved": "TRAN",
    "WeatherObserved": "ENVI",
}


def datasets_of(city: City) -> tuple[Dataset, ...]:
    """Every dataset, in the order in which the catalogue has them."""
    types = dict.fromkeys(e["type"] for e in city.entities)
    live = (_live(name, city) for name in types)
    files = (
        Dataset(s, t, f"/downloads/{file}", form, media, valuable=s == "places")
        for s, t, file, form, media in _FILES
    )
    return (*live, *files, *_OTHERS)


def _live(name: str, city: City) -> Dataset:
    term = city.terms[name]
    iri = term if isinstance(term, str) else term["@id"]
    title = _WORDS.sub(" ", name).capitalize()
    path = f"/ngsi-ld/v1/entities?type={quote(iri, safe='')}"
    theme = _THEMES.get(name, "REGI")
    return Dataset(
        name.lower(), title, path, "JSON_LD", "application/ld+json", theme, "HOURLY", "ngsi-ld"
    )


def about_catalogue(home: str) -> Iterator[Statement]:
    """What the catalogue says of itself, of who publishes it and of the services."""
    me, town = f"{home}#catalogue", f"{home}#town"
    said: list[Statement] = [
        (me, "rdf:type", "dcat:Catalog"),
        (me, "dct:title", Text("Data of Exampleton", "en")),
        (me, "dct:description", Text("What the town of Exampleton shares.", "en")),
        (me, "dct:publisher", town),
        (me, "dct:language", f"{AUTHORITY}/language/ENG"),
        (me, "dct:license", LICENCE),
        (me, "foaf:homepage", home),
        (me, "dcat:themeTaxonomy", f"{AUTHORITY}/data-theme"),
        (town, "rdf:type", "foaf:Agent"),
        (town, "foaf:name", Text("Town of Exampleton", "en")),
    ]
    yield from said


def about_service(
    home: str, base: str, service: DataService, served: tuple[Dataset, ...]
) -> Iterator[Statement]:
    """What the catalogue says of a service."""
    me = f"{home}/services/{service.slug}"
    rights = "PUBLIC" if service.public else "NON_PUBLIC"
    said: list[Statement] = [
        (f"{home}#catalogue", "dcat:service", me),
        (me, "rdf:type", "dcat:DataService"),
        (me, "dct:title", Text(service.title, "en")),
        (me, "dcat:endpointURL", f"{base}{service.path}"),
        (me, "dcat:endpointDescription", f"{base}{service.description}"),
        (me, "foaf:page", f"{base}{service.description}"),
        (me, "dct:license", LICENCE),
        (me, "dct:accessRights", f"{AUTHORITY}/access-right/{rights}"),
        (me, "dcat:contactPoint", f"{home}#office"),
        *((me, "dcat:servesDataset", address(home, d)) for d in served),
    ]
    yield from said
    if any(d.valuable for d in served):
        yield me, "dcatap:applicableLegislation", HVD_ACT
        yield me, "dcatap:hvdCategory", HVD_PLACES


def address(home: str, dataset: Dataset) -> str:
    """The IRI of a dataset."""
    return f"{home}/datasets/{dataset.slug}"


def about_dataset(home: str, base: str, dataset: Dataset) -> Iterator[Statement]:
    """What the catalogue says of a dataset and how to get it."""
    me, ways = address(home, dataset), f"{address(home, dataset)}#data"
    rights = f"{AUTHORITY}/access-right/{'PUBLIC' if dataset.public else 'NON_PUBLIC'}"
    said: list[Statement] = [
        (f"{home}#catalogue", "dcat:dataset", me),
        (me, "rdf:type", "dcat:Dataset"),
        (me, "dct:title", Text(dataset.title, "en")),
        (me, "dct:description", Text(f"{dataset.title}, an invented dataset.", "en")),
        (me, "dct:identifier", Text(dataset.slug)),
        (me, "dct:publisher", f"{home}#town"),
        (me, "dcat:contactPoint", f"{home}#office"),
        (me, "dcat:keyword", Text(dataset.title.split()[0].lower(), "en")),
        (me, "dcat:theme", f"{AUTHORITY}/data-theme/{dataset.theme}"),
        (me, "dct:accrualPeriodicity", f"{AUTHORITY}/frequency/{dataset.frequency}"),
        (me, "dct:language", f"{AUTHORITY}/language/ENG"),
        (me, "dct:spatial", "https://sws.geonames.org/2946447/"),
        (me, "dct:temporal", f"{me}#period"),
        (f"{me}#period", "rdf:type", "dct:PeriodOfTime"),
        (f"{me}#period", "dcat:startDate", Text("2026-01-01", kind="xsd:date")),
        (me, "dct:accessRights", rights),
        (me, "dct:issued", Text(_DAY, kind="xsd:date")),
        (me, "dct:modified", Text(f"{_DAY}T08:00:00Z", kind="xsd:dateTime")),
        (me, "dcat:landingPage", me),
        (me, "dcat:distribution", ways),
        (f"{home}#office", "rdf:type", "vcard:Organization"),
        (f"{home}#office", "vcard:fn", Text("Open data office", "en")),
        (f"{home}#office", "vcard:hasEmail", "mailto:data@exampleton.example"),
        (ways, "rdf:type", "dcat:Distribution"),
        (ways, "dct:title", Text(f"{dataset.title} as {dataset.format}", "en")),
        (ways, "dcat:accessURL", f"{base}{dataset.path}"),
        (ways, "dct:format", f"{AUTHORITY}/file-type/{dataset.format}"),
        (ways, "dcat:mediaType", f"{_MEDIA}/{dataset.media}"),
        (ways, "dct:license", LICENCE),
        (ways, "dcatap:availability", f"{AUTHORITY}/planned-availability/STABLE"),
    ]
    yield from said
    if dataset.service:
        yield ways, "dcat:accessService", f"{home}/services/{dataset.service}"
    else:
        yield ways, "dcat:downloadURL", f"{base}{dataset.path}"
    if dataset.valuable:
        yield me, "dcatap:applicableLegislation", HVD_ACT
        yield me, "dcatap:hvdCategory", HVD_PLACES
        yield ways, "dcatap:applicableLegislation", HVD_ACT
