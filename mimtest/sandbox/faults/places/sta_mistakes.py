"""Ways of a SensorThings service to overlook mistakes in query options, or to fail over them."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.sta_messages import asking, is_sta, options
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_BAD = (400, 501)


def _forgiving(request: Request, proceed: Proceed, option: str) -> Response:
    """The answer without an option that is refused."""
    response = proceed(request)
    if is_sta(request) and response.status in _BAD and option in options(request):
        return proceed(asking(request, **{option: None}))
    return response


@fault("pla-sta-filter-forgiven", kills=("PLA-S-25",))
def filter_forgiven(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that cannot be read is left aside."""
    return _forgiving(request, proceed, "filter")


@fault("pla-sta-order-forgiven", kills=("PLA-S-25",))
def order_forgiven(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An order by something that does not exist is left aside."""
    return _forgiving(request, proceed, "orderby")


@fault("pla-sta-expansion-forgiven", kills=("PLA-S-25",))
def expansion_forgiven(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A relation that does not exist is not expanded, and nothing said."""
    return _forgiving(request, proceed, "expand")


@fault("pla-sta-number-forgiven", kills=("PLA-S-25",))
def number_forgiven(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number of entities that is none is left aside."""
    return _forgiving(request, proceed, "top")


@fault("pla-sta-fails-over-a-mistake", kills=("PLA-S-25",))
def fails_over_a_mistake(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A count that is neither true nor false makes the service fail."""
    response = proceed(request)
    wrong = is_sta(request) and options(request).get("count", "true") not in ("true", "false")
    return response.with_status(500) if wrong else response


@fault("pla-sta-unknown-option-overlooked", kills=("PLA-S-26",))
def unknown_option_overlooked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An option the service does not have is overlooked."""
    return _forgiving(request, proceed, "mimtestNothing")
