"""Operator, connector and registry by path prefix."""

from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.mydata.connector import Connector
from mimtest.sandbox.mydata.operator import Operator, oauth_metadata
from mimtest.sandbox.mydata.parties import CONNECTOR, OPERATOR, REGISTRY
from mimtest.sandbox.mydata.registry import Registry

_METADATA: Final = f"/.well-known/oauth-authorization-server{OPERATOR}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where RFC 8414 has the metadata of an issuer with a path."""

    def handle(self, request: Request) -> Response:
        """The metadata; this path only."""
        if request.path:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        return json_response(oauth_metadata(request))


def services() -> dict[str, Any]:
    """The services by path prefix."""
    operator = Operator()
    return {
        OPERATOR: operator,
        CONNECTOR: Connector(operator),
        REGISTRY: Registry(),
        _METADATA: Metadata(),
    }
