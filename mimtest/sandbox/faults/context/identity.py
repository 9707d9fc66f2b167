"""Ways to break identifiers, and what they and the names in an answer lead to."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITIES,
    altered,
    at_path,
    changed,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_LOT: Final = "urn:ngsi-ld:OffStreetParking:exampleton"
_ONE_LOT, _OTHER_LOT = f"{_LOT}:pool-lot", f"{_LOT}:sports-lot"
_LOTS: Final = ("market-garage", "station-lot", "pool-lot", "sports-lot")
_FURTHER: Final = (":StreetlightGroup:", ":StreetlightControlCabinet:", ":Device:")
_CITY_NAMES: Final = b"https://smartdatamodels.org/dataModel.Building/"
_FOUND, _SEE_OTHER, _MISSING = 200, 303, 404
_LONGEST_TAIL: Final = 40


def _missing() -> Response:
    return Response(_MISSING, (("Content-Type", "application/json"),), b"{}")


@fault("ctx-two-lots-one-id", kills=("CTX-IDN-02",))
def _two_lots(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two parking lots have one identifier in lists."""
    if not queries(request):
        return proceed(request)
    both = f"{_ONE_LOT},{_OTHER_LOT}"
    response = proceed(altered(request, "id", lambda v: both if v == _ONE_LOT else v))
    return response.with_body(response.body.replace(_OTHER_LOT.encode(), _ONE_LOT.encode()))


@fault(
    "ctx-energy-looked-up-renamed",
    kills=("CTX-IDN-03",),
    beside=("CTX-IDN-*", "CTX-ENT-21", "MOD-REP-05"),
)
def _energy_renamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is known of energy consumption is given under another identifier than was asked for."""
    response = proceed(request)
    if not retrieves(request) or ":EnergyConsumption:" not in request.path:
        return response
    return changed(response, lambda body: body | {"id": f"{body['id']}-1"})


@fault("ctx-id-compared-in-part", kills=("CTX-IDN-04",))
def _in_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that begins like one of the town's leads to that entity."""
    response, path = proceed(request), request.path
    ours = retrieves(request) and ":exampleton:" in path
    cut = _LONGEST_TAIL if ours and response.status == _MISSING else 0
    for end in range(1, min(cut, len(path) - len(ENTITIES) - 1)):
        shorter = proceed(at_path(request, path[:-end], ""))
        if shorter.status == _FOUND:
            return shorter
    return response


@fault("ctx-sibling-made-up", kills=("CTX-IDN-04",), beside=("CTX-ENT-2[56]",))
def _made_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity comes for any identifier that names the town and a type it has."""
    response = proceed(request)
    town = re.search(r":(\w+):exampleton:", request.path)
    if not retrieves(request) or response.status != _MISSING or not town:
        return response
    listed = proceed(replace(request, path=ENTITIES, raw_path=ENTITIES, query=f"type={town[1]}"))
    found = json.loads(listed.body)
    asked = request.path.removeprefix(f"{ENTITIES}/")
    return listed.with_json(found[0] | {"id": asked}) if found else response


@fault(
    "ctx-other-system-other-type",
    kills=("CTX-IDN-06",),
    beside=(
        "MOD-REP-05",
        "CTX-V2-09",
    ),
)
def _other_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """By its identifier, the other interface gives a building as a place."""
    response = proceed(request)
    building = request.path.startswith("/v2/entities/") and ":Building:exampleton" in request.path
    if request.method != "GET" or not building:
        return response
    return response.with_body(response.body.replace(b'"type":"Building"', b'"type":"Place"'))


@fault(
    "ctx-identifiers-given-again",
    kills=("CTX-IDN-08",),
    beside=(
        "MOD-REP-06",
        "CTX-IDN-10",
    ),
)
def _given_again(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Identifiers that buildings had are now those of places."""
    response = proceed(request)
    bare = retrieves(request) and "link" not in request.headers
    old, new = _CITY_NAMES + b"Building", _CITY_NAMES + b"Place"
    return response.with_body(response.body.replace(old, new)) if bare else response


def renamed(request: Request, proceed: Proceed, names: dict[str, str]) -> Response:
    """The broker as it is when things in it, and in the @context, are called otherwise."""
    if not request.path.startswith((API, "/contexts/")):
        return proceed(request)
    path, raw, query, body = request.path, request.raw_path, request.query, request.body
    for old, new in names.items():
        path, body = path.replace(new, old), body.replace(new.encode(), old.encode())
        for safe in (",:/", ":", ""):
            form = quote(new, safe=safe)
            raw = raw.replace(form, quote(old, safe=safe))
            query = query.replace(form, quote(old, safe=safe))
    response = proceed(replace(request, path=path, raw_path=raw, query=query, body=body))
    for old, new in names.items():
        response = response.with_body(response.body.replace(old.encode(), new.encode()))
    return response


@fault("ctx-ids-with-addresses", kills=("CTX-IDN-09",))
def _with_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identifiers of parking lots have the address of a server in them."""
    return renamed(request, proceed, {_LOT: "urn:ngsi-ld:OffStreetParking:10.11.12.13"})


@fault("ctx-ids-with-ports", kills=("CTX-IDN-09",), beside=("MOD-IDN-02",))
def _with_ports(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identifiers of parking lots are addresses with a port, which lead to the lots."""
    place = f"{request.base}/id/lots"
    if request.path.startswith("/id/lots:"):
        there = quote(f"{request.base}{request.path}", safe="")
        return Response(_SEE_OTHER, (("Location", f"{ENTITIES}/{there}"),))
    return renamed(request, proceed, {_LOT: place})


@fault(
    "ctx-ids-are-dead-addresses",
    kills=("CTX-IDN-05",),
    beside=(
        "CTX-IDN-09",
        "MOD-IDN-02",
    ),
)
def _dead_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identifiers of parking lots are addresses at which nothing is."""
    return renamed(request, proceed, {_LOT: f"{request.base}/id/lots"})


@fault("ctx-ids-are-row-numbers", kills=("CTX-IDN-09",))
def _row_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identifiers of parking lots are the type and a row number."""
    rows = {f"{_LOT}:{n}": f"urn:ngsi-ld:OffStreetParking:{i}" for i, n in enumerate(_LOTS, 1)}
    return renamed(request, proceed, rows)


@fault("ctx-variant-ids-with-house-numbers")
def _house_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The identifiers of parking lots end with street and house number."""
    start = "urn:ngsi-ld:OffStreetParking:marktplatz"
    return renamed(
        request, proceed, {f"{_LOT}:{n}": f"{start}:{i}" for i, n in enumerate(_LOTS, 1)}
    )


def _of_further_type(request: Request) -> bool:
    return request.method == "GET" and any(t in request.path for t in _FURTHER)


@fault("ctx-relationships-lead-nowhere", kills=("CTX-IDN-14",))
def _dangling(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Groups, cabinets and devices that relationships name are not there."""
    return _missing() if _of_further_type(request) else proceed(request)


@fault("ctx-variant-targets-elsewhere")
def _elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Groups, cabinets and devices are looked up in the other interface alone."""
    here = retrieves(request) and _of_further_type(request)
    return _missing() if here else proceed(request)


@fault(
    "ctx-related-to-itself",
    kills=("CTX-IDN-15",),
    beside=("CTX-ENT-21", "MOD-SCH-01", "MOD-REL-0[36]", "MOD-REP-05", "CTX-ACC-06"),
)
def _to_itself(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In lists, a measurement of the air is related to itself."""
    response = proceed(request)
    return changed(response, _self_related) if queries(request) else response


def _self_related(body: Any) -> Any:
    for entity in body if isinstance(body, list) else []:
        device = entity.get("refDevice")
        if isinstance(device, dict) and "object" in device:
            device["object"] = entity["id"]
    return body
