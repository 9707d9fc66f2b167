"""What operator and connector tell developers: OpenAPI descriptions."""

from typing import Any

from mimtest.sandbox.http import Request
from mimtest.sandbox.mydata.parties import CONNECTOR, DATA, OPERATOR

_OK: dict[str, Any] = {"200": {"description": "as asked for"}}
_REFUSED: dict[str, Any] = {"401": {"description": "no valid ticket"}}
_FORBIDDEN: dict[str, Any] = {"403": {"description": "the person has not permitted this"}}
_TICKET: dict[str, Any] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def operator_guide(request: Request) -> dict[str, Any]:
    """The operator's description: tickets, introspection and the trail."""
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    paths = {
        "/token": {
            "post": {
                "operationId": "getTicket",
                "summary": "A request ticket, by the client credentials grant",
                "requestBody": {"content": form},
                "responses": _OK,
            }
        },
        "/introspect": {
            "post": {
                "operationId": "introspect",
                "summary": "Whether the ticket in 'token' lets its bearer have data",
                "requestBody": {"content": form},
                "responses": _OK,
            }
        },
        "/log": {
            "get": {
                "operationId": "getLog",
                "summary": "What was asked with the bearer's tickets",
                "security": [{"ticket": []}],
                "responses": _OK | _REFUSED,
            }
        },
    }
    return _description("Exampleton personal data", f"{request.base}{OPERATOR}", paths)


def connector_guide(request: Request) -> dict[str, Any]:
    """The connector's description: the person's trips."""
    operation = {
        "operationId": "getTrips",
        "summary": "Trips of the person that the ticket is about",
        "security": [{"ticket": []}],
        "responses": _OK | _REFUSED | _FORBIDDEN,
    }
    base = f"{request.base}{CONNECTOR}"
    return _description("Exampleton trips", base, {DATA: {"get": operation}})


def _description(title: str, server: str, paths: dict[str, Any]) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"securitySchemes": {"ticket": _TICKET}},
    }
