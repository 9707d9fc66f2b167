"""Ways to miss what INSPIRE wants."""

import re
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.places.messages import OK
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _links(request: Request, response: Response, edit: Any) -> Response:
    """The list of collections with its links changed: `edit` gives another link, or None for none."""
    is_json = (response.header("Content-Type") or "").startswith("application/json")
    if request.path != "/ogc/collections" or response.status != OK or not is_json:
        return response
    held = response.json()
    held["links"] = [new for k in held["links"] if (new := edit(k))]
    return response.with_json(held)


@fault("pla-inspire-no-metadata", kills=("PLA-I-01",), beside=("PLA-I-14",))
def no_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No link leads to metadata of the data set."""
    return _links(request, proceed(request), lambda k: k if k["rel"] != "describedby" else None)


@fault("pla-inspire-a-schema-for-metadata", kills=("PLA-I-01",), beside=("PLA-I-14",))
def schema_for_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is said to be metadata is a schema."""
    response = proceed(request)
    if request.path != "/metadata/places.xml" or response.status != OK:
        return response
    schema = b'<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'
    return response.with_body(schema)


@fault("pla-inspire-no-licence", kills=("PLA-I-04",))
def no_licence(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No link leads to a licence."""
    return _links(request, proceed(request), lambda k: k if k["rel"] != "license" else None)


@fault("pla-inspire-file-gone", kills=("PLA-I-08",))
def file_gone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The whole data set is not where it is said to be."""
    gone = {"href": f"{request.base}/downloads/gone.gpkg"}
    return _links(request, proceed(request), lambda k: k | gone if k["rel"] == "enclosure" else k)


@fault("pla-inspire-file-without-type", kills=("PLA-I-09",), beside=("PLA-C-03",))
def file_without_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the whole data set has no media type."""

    def edit(link: dict[str, Any]) -> dict[str, Any]:
        return (
            {n: v for n, v in link.items() if n != "type"} if link["rel"] == "enclosure" else link
        )

    return _links(request, proceed(request), edit)


@fault("pla-inspire-file-without-language", kills=("PLA-I-10",))
def file_without_language(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the whole data set does not name its language."""
    return _links(
        request, proceed(request), lambda k: {n: v for n, v in k.items() if n != "hreflang"}
    )


@fault("pla-inspire-no-european-system", kills=("PLA-I-13",), beside=("PLA-P-14", "PLA-X-*"))
def no_european_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections are offered in systems of the whole earth alone."""
    response = proceed(request)
    if not request.path.startswith("/ogc/collections") or response.status != OK:
        return response
    pattern = rb'"http://www.opengis.net/def/crs/EPSG/0/(?:25832|4258)",?'
    return response.with_body(re.sub(rb",\]", b"]", re.sub(pattern, b"", response.body)))


@fault("pla-inspire-metadata-without-system", kills=("PLA-I-14",))
def metadata_without_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata say 'local' for a reference system."""
    response = proceed(request)
    if request.path != "/metadata/places.xml":
        return response
    return response.with_body(
        re.sub(rb"http://www.opengis.net/def/crs/[^<]*", b"local", response.body)
    )


@fault("pla-inspire-nothing-in-the-capabilities", kills=("PLA-I-11",))
def nothing_in_the_capabilities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities of the map service have nothing of INSPIRE."""
    response = proceed(request)
    if request.path != "/wms":
        return response
    pattern = rb"<inspire_vs:Ext.*</inspire_vs:ExtendedCapabilities>"
    return response.with_body(re.sub(pattern, b"", response.body))
