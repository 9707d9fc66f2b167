"""What a request to the map services asks for, and other requests and answers made of it."""

from urllib.parse import urlencode

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

OK = 200


def asked(request: Request) -> dict[str, str]:
    """The parameters by their names in capitals."""
    return {name.upper(): value for name, value in request.params.items()}


def is_wms(request: Request, operation: str) -> bool:
    """Whether it is a question to the Web Map Service for an operation."""
    return request.path == "/wms" and asked(request).get("REQUEST") == operation


def is_tile(request: Request) -> bool:
    """Whether it asks the Web Map Tile Service for a tile."""
    if request.path.startswith("/wmts/tiles/"):
        return True
    return request.path == "/wmts" and asked(request).get("REQUEST") == "GetTile"


def is_described(request: Request) -> bool:
    """Whether it asks the Web Map Tile Service for its capabilities."""
    of = request.path == "/wmts" and asked(request).get("REQUEST") == "GetCapabilities"
    return of or request.path == "/wmts/1.0.0/WMTSCapabilities.xml"


def asking(request: Request, **changes: str | None) -> Request:
    """The same question with parameters set, or left out for None; names are in capitals."""
    kept = {n: v for n, v in asked(request).items() if n not in changes}
    kept |= {n: v for n, v in changes.items() if v is not None}
    return request.with_query(urlencode(kept, safe=",:/"))


def rewritten(response: Response, *pairs: tuple[str, str]) -> Response:
    """An answer with texts replaced."""
    body = response.body
    for old, new in pairs:
        body = body.replace(old.encode(), new.encode())
    return response.with_body(body) if response.status == OK else response


def forgiving(request: Request, proceed: Proceed, **instead: str | None) -> Response:
    """The answer to another question, where this one is refused."""
    response = proceed(request)
    return response if response.status == OK else proceed(asking(request, **instead))
