"""Ways to be wrong about the mistakes of a client."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import BAD, forgiving, is_changing, is_item
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-bad-bbox-ignored", kills=("PLA-C-28",))
def bad_bbox_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box that is none is passed over, and every feature comes."""
    return forgiving(request, proceed, "bbox")


@fault("pla-bad-limit-ignored", kills=("PLA-C-29",))
def bad_limit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit that is no number is passed over."""
    if not request.path.startswith("/ogc"):
        return proceed(request)
    return forgiving(request, proceed, "limit")


@fault("pla-bad-datetime-unprocessable", kills=("PLA-C-32",))
def bad_datetime_unprocessable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A time that is none is answered with 422, as the web framework does it."""
    response = proceed(request)
    refused = response.status == BAD and "datetime" in request.params
    return response.with_status(422) if refused else response


@fault("pla-unknown-parameter-ignored", kills=("PLA-C-33",))
def unknown_parameter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A parameter nobody defined is passed over."""
    return forgiving(request, proceed, "mimtest-unknown")


@fault("pla-missing-feature-empty", kills=("PLA-C-36",))
def missing_feature_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature that is not there is answered with 200 and nothing in it."""
    response = proceed(request)
    gone = is_item(request) and response.status == 404 and not is_changing(request)  # noqa: PLR2004
    return (
        json_response({"type": "Feature", "geometry": None, "properties": None})
        if gone
        else response
    )


@fault("pla-missing-feature-crashes", kills=("PLA-C-36",))
def missing_feature_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature that is not there is answered with 500."""
    response = proceed(request)
    gone = is_item(request) and response.status == 404 and not is_changing(request)  # noqa: PLR2004
    return json_response({"title": "Internal Server Error"}, 500) if gone else response
