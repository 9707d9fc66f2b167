"""A real pygeoapi on loopback, serving the town of `fixtures/city`."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import yaml

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features.catalogue import Collection, Feature, collections

#: The providers that need nothing beyond pygeoapi itself, and the collections they serve.
PROVIDERS = {
    "streetlights": "GeoJSON",
    "buildings": "GeoJSON",
    "parkings": "CSV",
    "air-quality": "TinyDB",
    "energy": "GeoJSON",
}
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SYSTEMS = [_CRS84, f"{_EPSG}4326", f"{_EPSG}25832", f"{_EPSG}3857"]
_PATIENCE = 60.0
_GENERATE = "from pygeoapi import cli; cli()"
# `pygeoapi serve` starts a reloader, which would outlive the test.
_SERVE = "import sys; from pygeoapi.flask_app import APP; APP.run('127.0.0.1', int(sys.argv[1]))"


@contextmanager
def pygeoapi(folder: Path) -> Iterator[str]:
    """Serve the town with pygeoapi until the block ends; gives its address."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    config, definition = folder / "pygeoapi.yml", folder / "openapi.json"
    config.write_text(yaml.safe_dump(_configuration(folder, base, port)))
    environment = os.environ | {
        "PYGEOAPI_CONFIG": str(config),
        "PYGEOAPI_OPENAPI": str(definition),
    }
    generate = [sys.executable, "-c", _GENERATE, "openapi", "generate", str(config)]
    generate += ["-f", "json", "-of", str(definition)]
    subprocess.run(generate, env=environment, check=True, capture_output=True, timeout=_PATIENCE)
    with (folder / "log").open("w") as log:
        serve = [sys.executable, "-c", _SERVE, str(port)]
        server = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
        try:
            _await(base, server, folder / "log")
            yield base
        finally:
            server.terminate()
            server.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/conformance?f=json", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    msg = f"pygeoapi did not start: {log.read_text()[-2000:]}"
    raise RuntimeError(msg)


def _configuration(folder: Path, base: str, port: int) -> dict[str, Any]:
    town = collections(load_city())
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": base,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 1000},
            "map": {"url": "https://tiles.invalid/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": _metadata(base),
        "resources": {name: _resource(folder, base, town[name]) for name in PROVIDERS},
    }


def _metadata(base: str) -> dict[str, Any]:
    return {
        "identification": {
            "title": "Exampleton",
            "description": "An invented town",
            "keywords": ["town"],
            "keywords_type": "theme",
            "terms_of_service": "none",
            "url": base,
        },
        "license": {"name": "CC0", "url": "https://licence.invalid"},
        "provider": {"name": "Exampleton", "url": "https://town.invalid"},
        "contact": {"name": "Nobody", "position": "none", "url": "https://town.invalid"},
    }


def _resource(folder: Path, base: str, collection: Collection) -> dict[str, Any]:
    box, times = collection.extent(), collection.times()
    extents: dict[str, Any] = {
        "spatial": {"bbox": [box.west, box.south, box.east, box.north], "crs": _CRS84}
    }
    if times:
        extents["temporal"] = {"begin": times[0], "end": times[1]}
    return {
        "type": "collection",
        "title": collection.definition.title,
        "description": collection.definition.description,
        "keywords": ["town"],
        "links": [
            {
                "type": "text/html",
                "rel": "canonical",
                "title": "town",
                "href": base,
                "hreflang": "en-US",
            }
        ],
        "extents": extents,
        "providers": [_provider(folder, collection)],
    }


def _provider(folder: Path, collection: Collection) -> dict[str, Any]:
    name = PROVIDERS[collection.id]
    provider = {
        "type": "feature",
        "name": name,
        "data": str(_WRITERS[name](folder / collection.id, collection)),
        "id_field": "id",
        "crs": SYSTEMS,
        "storage_crs": _CRS84,
    }
    if name == "CSV":
        provider["geometry"] = {"x_field": "lon", "y_field": "lat"}
    if collection.definition.time:
        provider["time_field"] = collection.definition.time
    return provider


def _feature(feature: Feature) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature.id,
        "geometry": feature.geometry,
        "properties": {"id": feature.id, **feature.properties},
    }


def _write_geojson(stem: Path, collection: Collection) -> Path:
    file = stem.with_suffix(".geojson")
    features = [_feature(f) for f in collection.features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def _write_tinydb(stem: Path, collection: Collection) -> Path:
    file = stem.with_suffix(".json")
    rows = {str(n): _feature(f) for n, f in enumerate(collection.features, start=1)}
    file.write_text(json.dumps({"_default": rows}))
    return file


def _write_csv(stem: Path, collection: Collection) -> Path:
    file = stem.with_suffix(".csv")
    lines = ["id,lon,lat,name"]
    for feature in collection.features:
        lon, lat = feature.geometry["coordinates"][:2]
        lines.append(f'{feature.id},{lon},{lat},"{feature.properties["name"]}"')
    file.write_text("\n".join(lines) + "\n")
    return file


_WRITERS = {"GeoJSON": _write_geojson, "TinyDB": _write_tinydb, "CSV": _write_csv}


_TARGET: Final = """
[product]
supplier = "A project of the Open Source Geospatial Foundation"
name = "Server under test"
version = "as installed"

[scope]
authorised_by = "this test, on loopback"
level = "safe"

[interfaces.map]
kind = "{kind}"
url = "{base}"

[claims]
mims = ["{mim}"]
"""


def target_of(base: str, mim: str, kind: str = "ogc-api-features") -> str:
    """A target file for an interface of the server, which claims that MIM."""
    return _TARGET.format(base=base, mim=mim, kind=kind)
