"""Faults of files whatever their format."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.files import of_bytes
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@of_bytes(
    "lights.geojsons", "pla-file-of-another-kind", kills=("PLA-FIL-01",), beside=("PLA-FIL-02",)
)
def of_another_kind(_: bytes) -> bytes:
    """A table stands where a sequence of GeoJSON is promised."""
    return b"id;name;lon;lat\n1;Rathaus;7.9;51.6\n"


@of_bytes("places.kml", "pla-file-closed", kills=("PLA-FIL-01", "PLA-FIL-03"))
def closed(_: bytes) -> bytes:
    """A drawing in a vendor's format stands where KML is promised."""
    return b"AC1032" + bytes(200)


@of_bytes("town-hall.ifc", "pla-file-empty", kills=("PLA-FIL-01", "PLA-FIL-04"))
def empty(_: bytes) -> bytes:
    """The file has nothing in it."""
    return b" "


@fault("pla-file-sent-as-a-picture", kills=("PLA-FIL-02",))
def sent_as_a_picture(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A file is sent with the media type of a picture."""
    response = proceed(request)
    if request.path != "/downloads/buildings.fgb":
        return response
    return response.with_header("Content-Type", "image/png")


@fault("pla-variant-files-of-no-kind")
def of_no_kind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Files are sent as bytes of no kind."""
    response = proceed(request)
    if not request.path.startswith("/downloads/"):
        return response
    return response.with_header("Content-Type", "application/octet-stream")
