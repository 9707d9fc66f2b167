"""Ways to break what is unusual: large numbers, composed letters, long fractions, odd identifiers."""

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import body_of, changed, creates, retrieves
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_HALF: Final = 2**31
_FRACTION: Final = re.compile(r"(:\d\d)\.\d+Z$")


def _everywhere(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every scalar in it changed."""
    if isinstance(value, dict):
        return {k: _everywhere(v, change) for k, v in value.items()}
    if isinstance(value, list):
        return [_everywhere(v, change) for v in value]
    return change(value)


def _on_creation(request: Request, proceed: Proceed, change: Callable[[Any], Any]) -> Response:
    body = body_of(request) if creates(request) else None
    return proceed(request if body is None else request.with_body(dump(_everywhere(body, change))))


@fault("ctx-gen-numbers-wrap", kills=("CTX-GEN-01",), beside=("CTX-ENT-09", "CTX-COM-19"))
def _numbers_wrap(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whole numbers are kept in 32 bits."""

    def wrap(value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return (value + _HALF) % (2 * _HALF) - _HALF if whole else value

    return _on_creation(request, proceed, wrap)


@fault("ctx-gen-letters-composed", kills=("CTX-GEN-02",), beside=("CTX-GEN-01", "CTX-ENT-08"))
def _composed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Letters with their accents beside them are given out as one letter."""
    response = proceed(request)
    if not retrieves(request):
        return response

    def compose(value: Any) -> Any:
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    return changed(response, lambda body: _everywhere(body, compose))


@fault("ctx-gen-ids-in-small-letters", kills=("CTX-GEN-03",))
def _small_letters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The end of an identifier is kept in small letters."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        return proceed(request)
    head, sign, tail = body["id"].rpartition(":")
    lowered = body | {"id": f"{head}{sign}{tail.lower()}"}
    return proceed(request if lowered == body else request.with_body(dump(lowered)))


@fault(
    "ctx-gen-whole-seconds",
    kills=("CTX-GEN-04",),
    beside=("CTX-ENT-12", "CTX-COM-19", "CTX-ENT-38"),
)
def _whole_seconds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Moments are kept to the second."""

    def cut(value: Any) -> Any:
        return _FRACTION.sub(r"\1Z", value) if isinstance(value, str) else value

    return _on_creation(request, proceed, cut)


@fault("ctx-gen-odd-geometry-crashes", kills=("CTX-GEN-05",), beside=("CTX-ENT-05", "CTX-ENT-11"))
def _crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A geometry that cannot be read is an internal error instead of the client's mistake."""
    response = proceed(request)
    refused = creates(request) and response.status == 400  # noqa: PLR2004
    if not refused or b'"GeoProperty"' not in request.body or b'"odd"' not in request.body:
        return response
    return json_response({"title": "Internal error"}, 500)
