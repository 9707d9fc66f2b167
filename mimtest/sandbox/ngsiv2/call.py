"""A request to the broker: its service, its parameters, what it accepts and what it brings."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsiv2.errors import V2Error, bad_request, unreadable
from mimtest.sandbox.ngsiv2.store import Paths, Store, Tenant

JSON: Final = "application/json"
TEXT: Final = "text/plain"
#: A larger body is refused with 413.
MAX_BODY: Final = 1024 * 1024
_SERVICE: Final = re.compile(r"\w{1,50}", re.ASCII)
_LEVELS: Final = re.compile(r"(/\w{1,50}){1,10}", re.ASCII)
_MOST_PATHS: Final = 10
_MOST: Final = 1000


@dataclass(frozen=True)
class Call:
    """What is asked, of a broker's store."""

    request: Request
    store: Store

    @cached_property
    def segments(self) -> list[str]:
        """The parts of the path, decoded."""
        path = self.request.raw_path or self.request.path
        return [unquote(s) for s in path.strip("/").split("/") if s]

    @cached_property
    def params(self) -> dict[str, str]:
        """The parameters. Raises V2Error for one without a value."""
        given = self.request.params
        for name, value in given.items():
            if not value:
                raise bad_request(f"the parameter {name} is empty")
        return given

    @cached_property
    def options(self) -> frozenset[str]:
        """The words of `options`."""
        return frozenset(w.strip() for w in self.params.get("options", "").split(",") if w)

    def only(self, *known: str) -> None:
        """Raise V2Error for an option the operation does not have."""
        for option in sorted(self.options - set(known)):
            raise bad_request(f"there is no option {option} here")

    def listed(self, name: str) -> list[str]:
        """A parameter with commas, as a list."""
        return [w for w in self.params.get(name, "").split(",") if w]

    def number(self, name: str, default: int, least: int, most: int | None = None) -> int:
        """A parameter that is a whole number. Raises V2Error."""
        text = self.params.get(name, str(default))
        if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004
            raise bad_request(f"{name} is a whole number")
        if int(text) < least or (most is not None and int(text) > most):
            raise bad_request(f"{name} is {least} or more{f', {most} at most' if most else ''}")
        return int(text)

    @property
    def page(self) -> slice:
        """The part of a list that is asked for."""
        start = self.number("offset", 0, 0)
        return slice(start, start + self.number("limit", 20, 1, _MOST))

    @cached_property
    def tenant(self) -> Tenant:
        """The service of the request. Raises V2Error for a name that is none."""
        name = self.request.headers.get("fiware-service", "")
        if name and not _SERVICE.fullmatch(name):
            raise bad_request("Fiware-Service has up to 50 letters, digits and underscores")
        return self.store.of(name.lower())

    @property
    def paths(self) -> Paths:
        """The service paths to look in; all of them by default. Raises V2Error."""
        given = self.request.headers.get("fiware-servicepath", "/#").split(",")
        if len(given) > _MOST_PATHS:
            raise bad_request(f"Fiware-ServicePath has {_MOST_PATHS} paths at most")
        return Paths(tuple(_path(p.strip()) for p in given))

    @property
    def place(self) -> Paths:
        """The service path to write to; `/` by default. Raises V2Error."""
        given = self.request.headers.get("fiware-servicepath", "/")
        if "#" in given or "," in given:
            raise bad_request("something is written to one service path, without #")
        return Paths((_path(given.strip()),))

    def accepts(self, *offers: str) -> str:
        """The first of the media types that the client takes. Raises V2Error (406)."""
        wanted = [w.partition(";")[0].strip() for w in self._accepted.split(",")]
        for word in wanted:
            for offer in offers:
                if word in (offer, "*/*", f"{offer.partition('/')[0]}/*"):
                    return offer
        raise V2Error(406, "NotAcceptable", f"accepted MIME types: {', '.join(offers)}")

    @property
    def _accepted(self) -> str:
        return self.request.headers.get("accept") or "*/*"

    def body(self, *media_types: str) -> tuple[str, bytes]:
        """The media type and the bytes of the body. Raises V2Error."""
        if "content-length" not in self.request.headers or not self.request.body:
            raise V2Error(411, "ContentLengthRequired", "there is no body of a known length")
        if len(self.request.body) > MAX_BODY:
            raise V2Error(413, "RequestEntityTooLarge", f"a body has {MAX_BODY} bytes at most")
        kind = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in media_types:
            raise V2Error(415, "UnsupportedMediaType", f"{kind or 'no type'} is not taken here")
        return kind, self.request.body

    def object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises V2Error."""
        _, data = self.body(JSON)
        value = parse(data)
        if not isinstance(value, dict):
            raise bad_request("the body is a JSON object")
        return value


def parse(data: bytes) -> Any:
    """The JSON of a body. Raises V2Error."""
    try:
        return json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise unreadable("the body is no JSON") from None


def _no_number(name: str) -> float:
    raise ValueError(name)


def _path(text: str) -> str:
    levels, below = text.removesuffix("#").rstrip("/"), text.endswith("/#")
    if not text.startswith("/") or ("#" in text and not below):
        raise bad_request("a service path starts with a slash")
    if levels and not _LEVELS.fullmatch(levels):
        raise bad_request("a service path has up to 10 levels of letters, digits and underscores")
    return f"{levels}/#" if below else levels or "/"


def unknown_names(value: dict[str, Any], known: Collection[str], what: str) -> None:
    """Raise V2Error for a member that is not known."""
    for name in value:
        if name not in known:
            raise bad_request(f"{what} has no {name}")
