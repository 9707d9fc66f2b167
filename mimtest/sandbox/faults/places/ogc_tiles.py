"""Ways to break tiles as an OGC API."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

OK, NOTHING, GONE = 200, 204, 404
_ALL = ("PLA-M-4?",)
_LEVELS = 4


def _document(request: Request, response: Response) -> Any:
    """The document of a successful answer of this API; None for anything else."""
    here = request.path == "/maps" or request.path.startswith("/maps/")
    is_json = (response.header("Content-Type") or "").startswith("application/json")
    return response.json() if here and is_json and response.status == OK and response.body else None


def _tile(request: Request) -> list[str]:
    """Level, row and column of a tile that is asked for; empty for anything else."""
    parts = request.path.split("/")
    if not request.path.startswith("/maps/") or "tiles" not in parts:
        return []
    rest = parts[parts.index("tiles") + 1 :]
    return rest[1:] if len(rest) == _LEVELS else []


def _at(request: Request, level: str, row: str, column: str) -> Request:
    path = "/".join([*request.path.split("/")[:-3], level, row, column])
    return replace(request, path=path, raw_path=path)


def _sets(held: Any) -> list[dict[str, Any]]:
    """The tile sets in a document, alone or in a list."""
    if not isinstance(held, dict):
        return []
    return held.get("tilesets") or ([held] if "dataType" in held else [])


@fault("pla-tiles-core-not-declared", kills=("PLA-M-41",))
def core_not_declared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tiles Core is not declared."""
    response = proceed(request)
    if request.path != "/maps/conformance" or response.status != OK:
        return response
    kept = [c for c in response.json()["conformsTo"] if not c.endswith("tiles-1/1.0/conf/core")]
    return response.with_json({"conformsTo": kept})


@fault("pla-tiles-no-link-on-the-landing-page", kills=("PLA-M-41",))
def no_link_on_the_landing_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page leads to no tiles."""
    response = proceed(request)
    held = _document(request, response)
    if request.path != "/maps" or held is None:
        return response
    held["links"] = [k for k in held["links"] if "tilesets" not in k["rel"]]
    return response.with_json(held)


@fault("pla-tiles-list-without-system", kills=("PLA-M-42",))
def list_without_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists do not say in which reference system a tile set is."""
    response = proceed(request)
    held = _document(request, response)
    if held is None or "tilesets" not in held:
        return response
    for item in held["tilesets"]:
        del item["crs"]
    return response.with_json(held)


@fault("pla-tiles-without-template", kills=("PLA-M-43",), beside=_ALL)
def without_template(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tile sets have no template for their tiles."""
    response = proceed(request)
    held = _document(request, response)
    for item in _sets(held):
        item["links"] = [k for k in item["links"] if k["rel"] != "item"]
    return response.with_json(held) if _sets(held) else response


@fault("pla-tiles-template-unmarked", kills=("PLA-M-43",))
def template_unmarked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Templates are not marked as such."""
    response = proceed(request)
    held = _document(request, response)
    for item in _sets(held):
        for link in item["links"]:
            link.pop("templated", None)
    return response.with_json(held) if _sets(held) else response


@fault("pla-tiles-another-system-than-the-matrices", kills=("PLA-M-44",))
def another_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tile sets say that they are in another reference system than their matrices."""
    response = proceed(request)
    held = _document(request, response)
    for item in _sets(held):
        item["crs"] = "http://www.opengis.net/def/crs/EPSG/0/25832"
    return response.with_json(held) if _sets(held) else response


@fault("pla-tiles-registered-in-name-only", kills=("PLA-M-44",), beside=_ALL)
def registered_in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A registered tile matrix set has scales of its own."""
    response = proceed(request)
    held = _document(request, response)
    if held is None or "tileMatrices" not in held:
        return response
    for matrix in held["tileMatrices"]:
        matrix["scaleDenominator"] *= 1.1
    return response.with_json(held)


@fault("pla-tiles-of-another-type", kills=("PLA-M-45",), beside=("PLA-M-47", "PLA-M-48"))
def of_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tiles come as bytes of no known type."""
    response = proceed(request)
    if not _tile(request) or response.status != OK:
        return response
    return response.with_header("Content-Type", "application/octet-stream")


@fault("pla-tiles-cut-short", kills=("PLA-M-45",), beside=("PLA-M-47", "PLA-M-48"))
def cut_short(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Vector tiles end too early."""
    response = proceed(request)
    vector = (response.header("Content-Type") or "").endswith("vector-tile")
    return response.with_body(response.body[:-3]) if vector and response.status == OK else response


@fault("pla-tiles-outside-is-empty", kills=("PLA-M-46",))
def outside_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where no tile is, an empty one comes."""
    response = proceed(request)
    return Response(NOTHING) if _tile(request) and response.status == GONE else response


@fault("pla-tiles-with-the-whole-world", kills=("PLA-M-47",))
def with_things_from_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every vector tile has what is in the tile of the first level in it, where it is in that one."""
    response = proceed(request)
    if not _tile(request) or response.status != OK or "/map/" in request.path:
        return response
    if request.path.split("/")[-4] == "WorldLatLong":
        return proceed(_at(request, "0", "0", "1"))
    return proceed(_at(request, "0", "0", "0"))


@fault("pla-tiles-rows-from-below", kills=("PLA-M-48",), beside=("PLA-M-45", "PLA-M-47"))
def rows_from_below(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Rows are counted from below, as TMS has it."""
    found = _tile(request)
    response = proceed(request)
    if not found or response.status not in (OK, NOTHING):
        return response
    rows = 2 ** int(found[0])
    return proceed(_at(request, found[0], str(rows - 1 - int(found[1])), found[2]))


@fault("pla-tiles-registered-set-not-named", kills=("PLA-M-49",))
def registered_set_not_named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Tile sets do not name the registered tile matrix set they follow."""
    response = proceed(request)
    held = _document(request, response)
    for item in _sets(held):
        item.pop("tileMatrixSetURI", None)
    return response.with_json(held) if _sets(held) else response
