"""A real MapServer on loopback, serving the town of `fixtures/city` as OGC API - Features, WFS and WMS.

MapServer is a CGI program: each request starts it once.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final
from urllib.parse import unquote, urlsplit

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features.catalogue import Collection, collections
from tests.pygeoapi_server import _write_geojson

#: Debian's package cgi-mapserver.
PROGRAM: Final = "/usr/lib/cgi-bin/mapserv"
SERVED: Final = ("streetlights", "buildings", "parkings", "air-quality")
_KINDS: Final = {"Point": "POINT", "Polygon": "POLYGON", "LineString": "LINE"}
_SCRIPT: Final = "/cgi-bin/mapserv"
_SECONDS: Final = 60
_CONFIGURATION: Final = """\
CONFIG
  ENV
    MS_MAP_PATTERN "."
    OGCAPI_HTML_TEMPLATE_DIRECTORY "/usr/share/mapserver/ogcapi/templates/html-plain/"
  END
  MAPS
    TOWN "{folder}/town.map"
  END
END
"""
_MAP: Final = """\
MAP
  NAME "town"
  STATUS ON
  SIZE 400 400
  EXTENT {extent}
  UNITS DD
  PROJECTION "init=epsg:4326" END
  WEB
    METADATA
      "ows_title" "Exampleton"
      "ows_abstract" "An invented town"
      "ows_onlineresource" "{base}/cgi-bin/mapserv?map=TOWN"
      "oga_onlineresource" "{base}/cgi-bin/mapserv/TOWN/ogcapi"
      "ows_srs" "EPSG:4326 EPSG:25832 EPSG:3857"
      "ows_enable_request" "*"
      "oga_enable_request" "*"
      "wfs_getfeature_formatlist" "gml,geojson"
    END
  END
  OUTPUTFORMAT
    NAME "geojson"
    DRIVER "OGR/GEOJSON"
    MIMETYPE "application/json; subtype=geojson"
    FORMATOPTION "STORAGE=stream"
    FORMATOPTION "FORM=SIMPLE"
  END
{layers}
END
"""
_LAYER: Final = """\
  LAYER
    NAME "{name}"
    TYPE {kind}
    STATUS ON
    CONNECTIONTYPE OGR
    CONNECTION "{file}"
    PROJECTION "init=epsg:4326" END
    TEMPLATE "void"
    CLASS STYLE COLOR 200 30 30 SIZE 6 END END
    METADATA
      "ows_title" "{title}"
      "ows_abstract" "{title}"
      "gml_featureid" "id"
      "gml_include_items" "all"
      "gml_types" "auto"
      "wfs_use_default_extent_for_getfeature" "false"
    END
  END
"""


def is_installed() -> bool:
    """Whether MapServer is on this machine."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def mapserver(folder: Path) -> Iterator[str]:
    """Serve the town with MapServer until the block ends; gives its address.

    `/cgi-bin/mapserv/TOWN/ogcapi` is OGC API - Features, `/cgi-bin/mapserv?map=TOWN` WFS and WMS.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder))
    base = f"http://127.0.0.1:{server.server_address[1]}"
    _write(folder, base)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _write(folder: Path, base: str) -> None:
    town = [c for n, c in collections(load_city()).items() if n in SERVED]
    boxes = [c.extent() for c in town]
    extent = (
        f"{min(b.west for b in boxes) - 0.01} {min(b.south for b in boxes) - 0.01} "
        f"{max(b.east for b in boxes) + 0.01} {max(b.north for b in boxes) + 0.01}"
    )
    layers = "".join(_layer(folder, c) for c in town)
    (folder / "town.map").write_text(_MAP.format(extent=extent, base=base, layers=layers))
    (folder / "mapserver.conf").write_text(_CONFIGURATION.format(folder=folder))


def _layer(folder: Path, collection: Collection) -> str:
    kind = _KINDS[collection.features[0].geometry["type"]]
    file = _write_geojson(folder / collection.id, collection)
    title = collection.definition.title
    return _LAYER.format(name=collection.id, kind=kind, file=file, title=title)


def _environment(folder: Path, request: BaseHTTPRequestHandler, body: bytes) -> dict[str, str]:
    """What a CGI program is told (RFC 3875 4.1)."""
    parts = urlsplit(request.path)
    name, _, port = request.headers.get("Host", "127.0.0.1").partition(":")
    return os.environ | {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf"),
        "REQUEST_METHOD": "GET" if request.command == "HEAD" else request.command,
        "SCRIPT_NAME": _SCRIPT,
        "PATH_INFO": unquote(parts.path.removeprefix(_SCRIPT)),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": request.headers.get("Host", ""),
        "HTTP_ACCEPT": request.headers.get("Accept", "*/*"),
    }


def _answer(output: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, header fields and body of what a CGI program wrote (RFC 3875 6)."""
    head, _, body = output.partition(b"\r\n\r\n")
    lines = (line.partition(":") for line in head.decode("latin-1").splitlines())
    fields = [(name.strip(), value.strip()) for name, _, value in lines]
    status = next((int(v.split()[0]) for n, v in fields if n.lower() == "status"), 200)
    return status, [f for f in fields if f[0].lower() != "status"], body


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Cgi(BaseHTTPRequestHandler):
        """Any method at any path below the script."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self.path.startswith(_SCRIPT):
                self._send(404, [("Content-Type", "text/plain")], b"nothing here")
                return
            done = subprocess.run(
                [PROGRAM],
                input=body,
                env=_environment(folder, self, body),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
            self._send(*_answer(done.stdout))

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.do_GET
            raise AttributeError(name)

        def _send(self, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in [*fields, ("Content-Length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    return Cgi
