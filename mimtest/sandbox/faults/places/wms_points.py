"""Ways to break what a map can be asked about its points."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.map_messages import OK, asked, asking, is_wms
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _info(request: Request) -> bool:
    return is_wms(request, "GetFeatureInfo")


@fault("pla-wms-points-in-one-format", kills=("PLA-M-22",), beside=("PLA-M-23",))
def points_in_one_format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is at a point is told as a text, whatever format was asked for."""
    known = _info(request) and asked(request).get("INFO_FORMAT") == "application/json"
    return proceed(asking(request, INFO_FORMAT="text/plain") if known else request)


@fault("pla-wms-points-without-body", kills=("PLA-M-22",), beside=("PLA-M-23",))
def points_without_body(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is named JSON about a point is empty."""
    response = proceed(request)
    empty = _info(request) and response.status == OK and "json" in str(response.headers)
    return response.with_body(b"") if empty else response


@fault("pla-wms-points-know-nothing", kills=("PLA-M-23",))
def points_know_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing is told of any point."""
    response = proceed(request)
    if not _info(request) or response.status != OK or "json" not in str(response.headers):
        return response
    return response.with_json({"type": "FeatureCollection", "features": []})


@fault("pla-wms-point-outside-answered", kills=("PLA-M-24",))
def point_outside_answered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A point that is not in the picture is told of."""
    wrong = _info(request) and asked(request).get("I") == "2560"
    return proceed(asking(request, I="0", J="0") if wrong else request)


@fault("pla-wms-asked-layer-ignored", kills=("PLA-M-25",))
def asked_layer_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A layer to ask about that is not there is passed over."""
    given = asked(request)
    return proceed(asking(request, QUERY_LAYERS=given.get("LAYERS")) if _info(request) else request)


@fault("pla-wms-info-format-ignored", kills=("PLA-M-25",))
def info_format_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A format that is not offered is answered as a text."""
    wrong = _info(request) and "mimtest" in asked(request).get("INFO_FORMAT", "")
    return proceed(asking(request, INFO_FORMAT="text/plain") if wrong else request)
