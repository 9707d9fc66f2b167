"""Refusals as exception reports of OGC Web Services Common 1.1, with the statuses of 09-025r2, Table D.2."""

from collections.abc import Mapping
from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.wfs.text import DECLARATION, XML, element

_STATUSES: Final[Mapping[str, int]] = {"NotFound": 404, "OperationProcessingFailed": 403}


class RefusedError(Exception):
    """A request is refused with an exception of this code; `locator` says what of it is wrong."""

    def __init__(self, code: str, text: str, locator: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.locator = locator

    @property
    def response(self) -> Response:
        """The answer to the request."""
        named = {"locator": self.locator} if self.locator else {}
        exception = element(
            "ows:Exception",
            element("ows:ExceptionText", str(self)),
            exceptionCode=self.code,
            **named,
        )
        space = {"xmlns:ows": "http://www.opengis.net/ows/1.1", "version": "2.0.0"}
        report = element("ows:ExceptionReport", exception, **space)
        return Response(
            _STATUSES.get(self.code, 400), (("Content-Type", XML),), (DECLARATION + report).encode()
        )


class BadParameterError(RefusedError):
    """A parameter has a value that is not allowed."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__("InvalidParameterValue", text, name)


class MissingParameterError(RefusedError):
    """A parameter that has to be there is not."""

    def __init__(self, name: str) -> None:
        super().__init__("MissingParameterValue", f"the parameter '{name}' is missing", name)
