"""Errors of the NGSI-LD API as problem details (GS CIM 009 5.5.2, 5.5.3, 6.3.2)."""

from typing import Final

from mimtest.sandbox.http import Response, json_response

_TYPES: Final = "https://uri.etsi.org/ngsi-ld/errors/"
_KINDS: Final = {
    "InvalidRequest": (400, "Invalid request"),
    "BadRequestData": (400, "Bad request data"),
    "AlreadyExists": (409, "Already exists"),
    "Conflict": (409, "Conflict"),
    "OperationNotSupported": (422, "Operation not supported"),
    "ResourceNotFound": (404, "Resource not found"),
    "NonexistentTenant": (404, "No such tenant"),
    "TooManyResults": (403, "Too many results"),
    "LdContextNotAvailable": (504, "JSON-LD context not available"),
}
_PLAIN: Final = {
    405: "Method not allowed",
    406: "Not acceptable",
    411: "Length required",
    415: "Unsupported media type",
    502: "Bad gateway",
    504: "Gateway timeout",
    508: "Loop detected",
}


class NgsiError(Exception):
    """A request the broker refuses. `kind` is an error type of the standard, or empty for HTTP's own."""

    def __init__(
        self, kind: str, detail: str, status: int | None = None, *, allow: str = ""
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.status = _KINDS[kind][0] if status is None else status
        self.allow = allow

    def as_dict(self) -> dict[str, object]:
        """The members of the problem details."""
        kind = f"{_TYPES}{self.kind}" if self.kind else "about:blank"
        title = _KINDS[self.kind][1] if self.kind else _PLAIN[self.status]
        return {"type": kind, "title": title, "status": self.status, "detail": self.detail}

    def as_response(self) -> Response:
        """The answer; application/json as 5.5.3 wants it, and without a link to a context."""
        response = json_response(self.as_dict(), self.status)
        return response.with_header("Allow", self.allow) if self.allow else response


def bad_data(detail: str) -> NgsiError:
    """The content of the request is wrong."""
    return NgsiError("BadRequestData", detail)


def invalid(detail: str) -> NgsiError:
    """The form of the request is wrong."""
    return NgsiError("InvalidRequest", detail)


def missing(detail: str) -> NgsiError:
    """What the request is about is not here."""
    return NgsiError("ResourceNotFound", detail)


def unsupported(detail: str) -> NgsiError:
    """A part of the standard this broker does not have."""
    return NgsiError("OperationNotSupported", detail)
