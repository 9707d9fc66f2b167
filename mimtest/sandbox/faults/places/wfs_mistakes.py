"""Ways of the Web Feature Service to be wrong about the mistakes of a client."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.wfs_messages import (
    OK,
    asking,
    asks,
    given,
    has,
    is_wfs,
    replaced,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _forgiving(request: Request, proceed: Proceed, name: str, value: str | None = None) -> Response:
    """The answer with a parameter set or left out, where it is what gets refused."""
    response = proceed(request)
    if response.status == OK or not has(request, name):
        return response
    return proceed(asking(request, **{name: value}))


@fault("pla-wfs-bad-count-ignored", kills=("PLA-W-24", "PLA-W-33"))
def bad_count_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A count that is none is passed over."""
    return _forgiving(request, proceed, "count")


@fault("pla-wfs-bad-count-crashes", kills=("PLA-W-24",))
def bad_count_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A count in words is answered with 500 and a web page."""
    response = proceed(request)
    if response.status == OK or given(request, "count") != "many":
        return response
    page = (("Content-Type", "text/html"),)
    return Response(500, page, b"<html><body>Internal Server Error</body></html>")


@fault("pla-wfs-bad-start-ignored", kills=("PLA-W-24",))
def bad_start_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A start index in words is passed over."""
    return _forgiving(request, proceed, "startindex")


@fault("pla-wfs-unknown-type-empty", kills=("PLA-W-24", "PLA-W-33"), beside=("PLA-W-34",))
def unknown_type_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type nobody has is answered with an empty collection."""
    response = proceed(request)
    if (
        response.status == OK
        or not has(request, "typenames")
        or b"feature type" not in response.body
    ):
        return response
    return proceed(asking(request, typenames="city:Building", count="0"))


@fault("pla-wfs-unknown-format-ignored", kills=("PLA-W-24", "PLA-W-33"))
def unknown_format_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A format nobody has is passed over, and GML comes."""
    return _forgiving(request, proceed, "outputformat")


@fault("pla-wfs-unknown-version-ignored", kills=("PLA-W-24",))
def unknown_version_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A version nobody has is passed over."""
    response = proceed(request)
    if (
        response.status != OK
        and asks(request, "GetFeature")
        and given(request, "version") == "9.9.9"
    ):
        return proceed(asking(request, version="2.0.0"))
    return response


@fault("pla-wfs-broken-filter-ignored", kills=("PLA-W-24", "PLA-W-33"))
def broken_filter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that is no XML is passed over."""
    text = given(request, "filter") or ""
    return proceed(
        asking(request, filter=None) if text and not text.endswith("Filter>") else request
    )


@fault("pla-wfs-broken-box-ignored", kills=("PLA-W-24",))
def broken_box_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box that is none is passed over."""
    return _forgiving(request, proceed, "bbox")


@fault("pla-wfs-unknown-operation-ignored", kills=("PLA-W-24", "PLA-W-33"))
def unknown_operation_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An operation nobody has is answered with the capabilities."""
    response = proceed(request)
    unknown = is_wfs(request) and b"OperationNotSupported" in response.body
    return proceed(asking(request, request="GetCapabilities")) if unknown else response


@fault("pla-wfs-no-operation-needed", kills=("PLA-W-24", "PLA-W-33"))
def no_operation_needed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A question without an operation is answered with the capabilities."""
    silent = is_wfs(request) and request.query and given(request, "request") is None
    return proceed(asking(request, request="GetCapabilities", service="WFS") if silent else request)


@fault("pla-wfs-unknown-service-ignored", kills=("PLA-W-24",))
def unknown_service_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A question for another service is answered."""
    return proceed(asking(request, service="WFS") if has(request, "service") else request)


@fault(
    "pla-wfs-mistakes-are-fine",
    kills=("PLA-W-02", "PLA-W-03", "PLA-W-07", "PLA-W-11", "PLA-W-17", "PLA-W-24", "PLA-W-33"),
    beside=("PLA-W-10", "PLA-W-34", "PLA-W-36", "SEC-ERR-*"),
)
def mistakes_are_fine(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Exception reports come with status 200."""
    response = proceed(request)
    return (
        response.with_status(OK)
        if is_wfs(request) and b"ows:Exception" in response.body
        else response
    )


@fault("pla-wfs-mistakes-unlocated", kills=("PLA-W-33",))
def mistakes_unlocated(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Exception reports do not say what is wrong."""
    response = proceed(request)
    if response.status == OK or not is_wfs(request):
        return response
    return replaced(response.with_status(OK), ' locator="[^"]*"', "").with_status(response.status)


@fault("pla-wfs-report-of-old", kills=("PLA-W-34",))
def report_of_old(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Exception reports are those of version 1.0."""
    response = proceed(request)
    if response.status == OK or not is_wfs(request):
        return response
    text = response.body.decode().replace("exceptionCode=", "code=")
    text = text.replace("http://www.opengis.net/ows/1.1", "http://www.opengis.net/ogc")
    text = text.replace("ows:ExceptionReport", "ows:ServiceExceptionReport")
    text = text.replace("<ows:Exception ", "<ows:ServiceException ")
    return response.with_body(text.replace("</ows:Exception>", "</ows:ServiceException>").encode())
