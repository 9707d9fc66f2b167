"""The target file for the demo city."""

import json
from pathlib import Path

from mimtest.resources import FIXTURES
from mimtest.sandbox.catalogue.target import catalogue_tables
from mimtest.sandbox.credentials.services import credential_interfaces
from mimtest.sandbox.dsp.target import dsp_tables
from mimtest.sandbox.idp.target import app_identity
from mimtest.sandbox.models.claims import catalogue_of, claims_of
from mimtest.sandbox.models.standard import STANDARD
from mimtest.sandbox.my.target import account_tables
from mimtest.sandbox.mydata.target import mydata_tables
from mimtest.sandbox.office.target import office_identities, office_interfaces
from mimtest.sandbox.participants.target import participant_tables
from mimtest.sandbox.pod.target import pod_tables
from mimtest.sandbox.rulebook.target import rulebook_tables
from mimtest.sandbox.stand.target import AUTHORITY, CLIENT, stand_tables
from mimtest.sandbox.tmforum.target import market_tables

#: Where the map and the plain interface have the entities of a type.
_COLLECTIONS = {
    "Streetlight": ("streetlights", "streetlights"),
    "AirQualityObserved": ("air-quality", "air-quality"),
    "Building": ("buildings", "buildings"),
    "OffStreetParking": ("parkings", "car-parks"),
    "EnergyConsumption": ("energy", None),
}
_TYPES = ("Streetlight", "AirQualityObserved", "Building", "OffStreetParking", "EnergyConsumption")
_ENDS = {
    "Streetlight": {
        "refStreetlightGroup": "StreetlightGroup",
        "controlledBy": "StreetlightControlCabinet",
    },
    "AirQualityObserved": {"refDevice": "Device"},
    "OffStreetParking": {"refBuilding": "Building"},
    "EnergyConsumption": {"refBuilding": "Building"},
    "NoiseLevelObserved": {"refWeatherObserved": "WeatherObserved"},
    "WaterQualityObserved": {"refPointOfInterest": "PointOfInterest"},
}

#: Where identifiers that an earlier run noted are.
_NOTED = {
    "snapshot": "ids",
    "places": "places-ids",
    "features": "features-ids",
    "sensors": "sensors-ids",
}

_TEXT = """\
# The demo city: an invented town on this machine.
# Its secrets are invented, too: eval "$(mimtest sandbox --secrets)"

[product]
supplier = "mimtest"
name = "Demo city platform"
version = "{version}"
configuration = "The sandbox as shipped, invented data"

[tester]
party = "first"
name = "mimtest demo"

[scope]
authorised_by = "Whoever started the sandbox"
level = "writes"
hosts = {hosts}

[interfaces.context]
kind = "ngsi-ld"
url = "{base}/ngsi-ld/v1"
version = "1.9.1"
context = "{base}/contexts/city.jsonld"
types = {types}
snapshot = {snapshot}
notifies = 3

[interfaces.legacy]
kind = "ngsi-v2"
url = "{base}/v2"
headers = {{ Fiware-ServicePath = "/" }}
types = {types}

[interfaces.open-data]
kind = "rest"
url = "{base}/open"

[interfaces.map]
kind = "ogc-api-features"
url = "{base}/ogc"
snapshot = {places}

[interfaces.features]
kind = "wfs"
url = "{base}/wfs"
snapshot = {features}

[interfaces.sensors]
kind = "sensorthings"
url = "{base}/sta/v1.1"
snapshot = {sensors}

[interfaces.pictures]
kind = "wms"
url = "{base}/wms"

[interfaces.picture-tiles]
kind = "wmts"
url = "{base}/wmts"

[interfaces.tiles]
kind = "ogc-api-tiles"
url = "{base}/maps"

[interfaces.drawn-maps]
kind = "ogc-api-maps"
url = "{base}/maps"

[interfaces.file-places]
kind = "file"
url = "{base}/downloads/places.geojson"
format = "geojson"

[interfaces.file-lights]
kind = "file"
url = "{base}/downloads/lights.geojsons"
format = "geojson-sequence"

[interfaces.file-earth]
kind = "file"
url = "{base}/downloads/places.kml"
format = "kml"

[interfaces.file-streets]
kind = "file"
url = "{base}/downloads/streets.gml"
format = "gml"

[interfaces.file-city-model]
kind = "file"
url = "{base}/downloads/buildings.gml"
format = "citygml"

[interfaces.file-footprints]
kind = "file"
url = "{base}/downloads/buildings.fgb"
format = "flatgeobuf"

[interfaces.file-table]
kind = "file"
url = "{base}/downloads/places.parquet"
format = "geoparquet"

[interfaces.file-database]
kind = "file"
url = "{base}/downloads/town.gpkg"
format = "geopackage"

[interfaces.file-model]
kind = "file"
url = "{base}/downloads/town.city.json"
format = "cityjson"

[interfaces.file-model-parts]
kind = "file"
url = "{base}/downloads/town.city.jsonl"
format = "cityjson-sequence"

[interfaces.file-town-hall]
kind = "file"
url = "{base}/downloads/town-hall.ifc"
format = "ifc"

[claims]
mims = ["MIM0", "MIM1", "MIM2", "MIM3", "MIM4", "MIM6", "MIM7"]
mechanisms = [
  "9.0/MIM0/M1", "9.0/MIM2/M1", "9.0/MIM6/M1.1", "9.0/MIM6/M1.2", "9.0/MIM6/M1.3", "9.0/MIM6/M1.4",
  "2022/MIM4/connectivity-2021",
]
area = [7.88, 51.59, 7.93, 51.61]
options = [
  "tenants", "expiry", "purge", "purge-all", "ordering", "linked-entities", "version-negotiation",
  "several-systems", "several-identifiers", "extensions", "lasting-identifiers", "polling",
  "subscriptions", "feature-writes", "temporal", "temporal-recording", "jsonld-contexts", "entity-maps", "snapshots",
  "source-identity", "registry", "csource-subscriptions", "distributed",
  "distributed-subscriptions", "standard-models", "own-models", "common-model",
  "application-profiles", "model-catalogue", "inspire", "exposed-files", "revocation", "negotiation", "concluded-agreements", "no-catalogue-filter", "several-identity-providers", "hvd",
]
"""

_SAME = """
[[claims.identifiers]]
one = "urn:ngsi-ld:Building:exampleton:town-hall"
other = "{base}/register/1"
mapping = "{base}/register"

[[claims.extensions]]
context = "{base}/contexts/water.jsonld"
base = "{base}/contexts/city.jsonld"
"""

_MODEL = """
[claims.models.{name}]
context = "{base}/contexts/city.jsonld"
"""


def write_target(path: Path, base: str) -> None:
    """Write the target file for a platform served at `base`, and beside it what it names."""
    stand = getattr(base, "stand", None)
    if stand:
        path.with_name(AUTHORITY).write_bytes(stand.authority.read_bytes())
        path.with_name(CLIENT).write_bytes(stand.client.read_bytes())
    path.write_text(target_text(base, beside=True), encoding="utf-8")


def target_text(base: str, version: str = "1", *, beside: bool = False) -> str:
    """A target file for a platform served at `base`, as TOML.

    The files of its host that speaks TLS are `beside` the target file, or where they are while it is served.
    """
    stand = getattr(base, "stand", None)
    head = _TEXT.format(
        base=base,
        hosts=json.dumps([stand.side] if stand else []),
        version=version,
        types=json.dumps(_TYPES),
        **{n: json.dumps(str(FIXTURES / "city" / f"{f}.json")) for n, f in _NOTED.items()},
    )
    same = _SAME.format(base=base)
    models = (_model(name, base) for name in dict.fromkeys((*_TYPES, *STANDARD)))
    guarded = (
        office_interfaces(base) + office_identities(base) + app_identity() + account_tables(base)
    )
    guarded += credential_interfaces(base)
    guarded += catalogue_tables(base)
    guarded += mydata_tables(base) + pod_tables(base)
    guarded += dsp_tables(base)
    guarded += market_tables(base) + participant_tables(base)
    guarded += rulebook_tables(base)
    guarded += stand_tables(stand, beside=beside) if stand else ""
    return head + same + "".join(models) + guarded


def _model(name: str, base: str) -> str:
    """What is claimed of one type: the standard model, or the town's own with its documents, or both."""
    standard = f'model = "{STANDARD[name]}/{name}"\n' if name in STANDARD else ""
    own = f'schema = "{base}/models/{name}/schema.json"\n' if name in _TYPES else ""
    documents = claims_of(name, base) if own else catalogue_of(base)
    ends = ", ".join(f'{a} = "{t}"' for a, t in _ENDS.get(name, {}).items())
    linked = f"relationships = {{ {ends} }}\n" if ends else ""
    head = _MODEL.format(base=base, name=name)
    return head + standard + own + documents + _places(name) + linked


def _places(name: str) -> str:
    """The lines that say where else entities of a type are."""
    collection, path = _COLLECTIONS.get(name, (None, None))
    places = {"collection": collection, "path": path and f"/collections/{path}/items"}
    return "".join(f"{key} = {json.dumps(v)}\n" for key, v in places.items() if v)
