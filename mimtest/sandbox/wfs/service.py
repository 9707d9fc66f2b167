"""Requests to answers: operations, versions and formats of the service."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.wfs import capabilities as about
from mimtest.sandbox.wfs import descriptions
from mimtest.sandbox.wfs.answers import by_id, collection, features, select, values
from mimtest.sandbox.wfs.asking import VERSIONS, Ask, find_type, read_ask
from mimtest.sandbox.wfs.errors import BadParameterError, RefusedError
from mimtest.sandbox.wfs.gml import SPACES, feature
from mimtest.sandbox.wfs.text import DECLARATION, XML, Markup
from mimtest.sandbox.wfs.types import FeatureType

PREFIX: Final = "/wfs"
_GML_NAMES: Final = (about.GML.lower(), "gml32", "text/xml; subtype=gml/3.2", "application/xml")


class WfsService:
    """Web Feature Service 2.0, Simple and Basic, read only."""

    def __init__(
        self, types: Mapping[str, FeatureType], clock: Callable[[], datetime] | None = None
    ) -> None:
        self.types = types
        self._now = clock or (lambda: datetime.now(UTC))

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        if request.path not in ("", "/"):
            return problem(404, f"nothing at {request.path}")
        if request.method not in ("GET", "POST"):
            return not_allowed("GET", "POST")
        try:
            return self._answer(read_ask(request, f"{request.base}{PREFIX}"))
        except RefusedError as error:
            return error.response

    def _answer(self, ask: Ask) -> Response:
        if ask.need("SERVICE").upper() != "WFS":
            raise BadParameterError("SERVICE", f"there is no service '{ask.params['SERVICE']}'")
        operations: Mapping[str, Callable[[Ask], Response]] = {
            "GetCapabilities": self._capabilities,
            "DescribeFeatureType": self._describe,
            "ListStoredQueries": lambda _: _xml(descriptions.stored_queries(self._every)),
            "DescribeStoredQueries": self._describe_queries,
            "GetFeature": self._features,
            "GetPropertyValue": lambda a: _gml(values(a, select(a, self.types), self._now())),
        }
        if ask.operation not in operations:
            text = f"there is no operation '{ask.operation}'"
            raise RefusedError("OperationNotSupported", text, ask.operation)
        if ask.operation != "GetCapabilities" and ask.need("VERSION") not in VERSIONS:
            raise BadParameterError("VERSION", f"version {ask.params['VERSION']} is not on offer")
        return operations[ask.operation](ask)

    @property
    def _every(self) -> list[FeatureType]:
        return list(self.types.values())

    def _capabilities(self, ask: Ask) -> Response:
        accepted = ask.names("ACCEPTVERSIONS") or [ask.params.get("VERSION") or VERSIONS[0]]
        version = next((v for v in accepted if v in VERSIONS), None)
        if version is None and "ACCEPTVERSIONS" in ask.params:
            text = f"versions on offer are {', '.join(VERSIONS)}"
            raise RefusedError("VersionNegotiationFailed", text)
        return _xml(about.capabilities(ask.address, self._every, version or VERSIONS[0]))

    def _describe(self, ask: Ask) -> Response:
        _require_gml(ask)
        names = ask.names("TYPENAMES", "TYPENAME")
        wanted = [find_type(n, ask, self.types, "TYPENAMES") for n in names]
        return _gml(descriptions.schema(wanted or self._every))

    def _describe_queries(self, ask: Ask) -> Response:
        names = ask.names("STOREDQUERY_ID") or descriptions.BY_ID
        unknown = [n for n in names if n not in descriptions.BY_ID]
        if unknown:
            raise BadParameterError("STOREDQUERY_ID", f"there is no stored query '{unknown[0]}'")
        return _xml(descriptions.described_queries(names, self._every))

    def _features(self, ask: Ask) -> Response:
        if "STOREDQUERY_ID" in ask.params:
            return self._stored(ask)
        wish = ask.params.get("OUTPUTFORMAT", about.GML)
        if wish.lower() in _GML_NAMES:
            return _gml(collection(ask, select(ask, self.types), self._now()))
        if wish in about.FORMATS:
            found: Any = features(ask, select(ask, self.types), self._now())
            return json_response(found, media_type=wish)
        raise BadParameterError("OUTPUTFORMAT", f"the format '{wish}' is not on offer")

    def _stored(self, ask: Ask) -> Response:
        if ask.params["STOREDQUERY_ID"] not in descriptions.BY_ID:
            text = f"there is no stored query '{ask.params['STOREDQUERY_ID']}'"
            raise BadParameterError("STOREDQUERY_ID", text)
        _require_gml(ask)
        item, system = by_id(ask, self.types)
        return _gml(feature(item, system, **SPACES))


def _require_gml(ask: Ask) -> None:
    wish = ask.params.get("OUTPUTFORMAT", about.GML)
    if wish.lower() not in _GML_NAMES:
        raise BadParameterError("OUTPUTFORMAT", f"the format '{wish}' is not on offer")


def _xml(body: Markup) -> Response:
    return Response(200, (("Content-Type", XML),), (DECLARATION + body).encode())


def _gml(body: Markup) -> Response:
    return Response(200, (("Content-Type", about.GML),), (DECLARATION + body).encode())
