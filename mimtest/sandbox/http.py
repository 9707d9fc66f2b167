"""Requests and responses as plain values, so that a platform is a function from one to the other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from urllib.parse import parse_qsl

#: A larger request body is refused with 413.
MAX_BODY: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are lower case; `path` is percent-decoded, `raw_path` is not."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base: str = "http://127.0.0.1"
    raw_path: str = ""

    @property
    def params(self) -> dict[str, str]:
        """Query parameters; of repeated ones the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def param_pairs(self) -> list[tuple[str, str]]:
        """Query parameters in order, repeated ones kept."""
        return parse_qsl(self.query, keep_blank_values=True)

    def with_query(self, query: str) -> Self:
        """The same request with another raw query string."""
        return replace(self, query=query)

    def with_header(self, name: str, value: str) -> Self:
        """The same request with this header, its name in lower case."""
        return replace(self, headers={**self.headers, name: value})

    def with_body(self, body: bytes) -> Self:
        """The same request with another body."""
        return replace(self, body=body)


@dataclass(frozen=True, slots=True)
class Response:
    """One response. Header names keep their letter case and may repeat."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name in any letter case."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> Self:
        """The same response with this header in place of any of that name."""
        return replace(
            self.without_header(name), headers=(*self.without_header(name).headers, (name, value))
        )

    def without_header(self, name: str) -> Self:
        """The same response without headers of that name."""
        return replace(self, headers=tuple(h for h in self.headers if h[0].lower() != name.lower()))

    def with_status(self, status: int) -> Self:
        """The same response with another status."""
        return replace(self, status=status)

    def with_body(self, body: bytes) -> Self:
        """The same response with another body."""
        return replace(self, body=body)

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)

    def with_json(self, value: Any) -> Self:
        """The same response with a JSON body; the media type stays."""
        return replace(self, body=dump(value))


def dump(value: Any) -> bytes:
    """JSON in UTF-8, in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_response(
    value: Any, status: int = 200, media_type: str = "application/json", **headers: str
) -> Response:
    """A response with a JSON body; keyword headers use `_` for `-`."""
    named = tuple((k.replace("_", "-"), v) for k, v in headers.items())
    return Response(status, (("Content-Type", media_type), *named), dump(value))
