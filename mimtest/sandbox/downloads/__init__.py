"""Data sets of the town as files, each in an open format and written from the format's own text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads import (
    citygml,
    cityjson,
    flatgeobuf,
    geojson,
    geopackage,
    geoparquet,
    gml,
    ifc,
    kml,
)
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem

PREFIX: Final = "/downloads"
_BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Download:
    """A file: its media type, what it is about, and how it is written."""

    media_type: str
    title: str
    write: Callable[[], bytes]


def service(city: City) -> "DownloadsService":
    """The files of a town, each written when it is asked for the first time."""
    return DownloadsService(
        {
            "places.geojson": Download(
                "application/geo+json", "Places", partial(geojson.collection, city)
            ),
            "lights.geojsons": Download(
                "application/geo+json-seq", "Street lights", partial(geojson.sequence, city)
            ),
            "places.kml": Download(
                "application/vnd.google-earth.kml+xml", "Places", partial(kml.document, city)
            ),
            "streets.gml": Download(
                "application/gml+xml", "Rows of street lights", partial(gml.document, city)
            ),
            "buildings.gml": Download(
                "application/gml+xml", "City model of the buildings", partial(citygml.model, city)
            ),
            "buildings.fgb": Download(
                _BYTES, "Footprints of buildings", partial(flatgeobuf.file, city)
            ),
            "places.parquet": Download(
                "application/vnd.apache.parquet", "Places", partial(geoparquet.file, city)
            ),
            "town-hall.ifc": Download("application/x-step", "Town hall", partial(ifc.file, city)),
            "town.gpkg": Download(
                "application/geopackage+sqlite3", "Places", partial(geopackage.file, city)
            ),
            "town.city.json": Download(
                "application/city+json", "City model", partial(cityjson.model, city)
            ),
            "town.city.jsonl": Download(
                "application/city+json-seq", "City model in parts", partial(cityjson.sequence, city)
            ),
            "heating.ext.json": Download(
                "application/json", "Extension of the city model", cityjson.extension
            ),
        }
    )


@dataclass(slots=True)
class DownloadsService:
    """Files by name; a list of them at the prefix itself."""

    files: dict[str, Download]
    _written: dict[str, bytes] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        """A file, or the list of files."""
        name = request.path.removeprefix("/")
        if name and name not in self.files:
            return problem(404, "no such file")
        if request.method != "GET":
            return not_allowed("GET")
        return self._file(name, request) if name else self._index(request)

    def _file(self, name: str, request: Request) -> Response:
        if name not in self._written:
            self._written[name] = self.files[name].write()
        kind = self.files[name].media_type
        body = self._written[name]
        if name.endswith(("json", "jsonl")):
            body = body.replace(cityjson.HOST.encode(), request.base.encode())
        return Response(200, (("Content-Type", kind),), body)

    def _index(self, request: Request) -> Response:
        links = [
            {
                "href": f"{request.base}{PREFIX}/{name}",
                "rel": "enclosure",
                "type": item.media_type,
                "title": item.title,
            }
            for name, item in self.files.items()
        ]
        return json_response({"title": "Files of Exampleton", "links": links})
