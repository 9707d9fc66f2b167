"""The description of the account in OpenAPI 3.1."""

from typing import Any, Final

from mimtest.sandbox.my.consents import PURPOSES, SHAREABLE

_ID: Final = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_JSON: Final = "application/json"


def definition(base: str) -> dict[str, Any]:
    """The paths of the account, and who may use them."""
    shared = {"type": "array", "items": {"enum": list(SHAREABLE)}, "minItems": 1}
    asked = {
        "type": "object",
        "required": ["purpose", "data"],
        "properties": {"purpose": {"enum": list(PURPOSES)}, "data": shared},
    }
    example = {"purpose": "library-card", "data": ["email", "phone"]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Account of residents", "version": "1.0.0"},
        "servers": [{"url": base}],
        "security": [{"bearer": []}],
        "paths": {
            "/notice": {"get": _operation("What residents are told", public=True)},
            "/rights": {"get": _operation("Rights, and where they are used", public=True)},
            "/keys": {"get": _operation("Keys of signed receipts", public=True)},
            "/consents": {
                "get": _operation("Records of my consents"),
                "post": _operation("Give consent", body=asked, example=example, status="201"),
            },
            "/consents/{id}": {"get": _operation("One record"), "parameters": [_ID]},
            "/consents/{id}/withdrawal": {
                "post": _operation("Withdraw a consent"),
                "parameters": [_ID],
            },
            "/data": {"get": _operation("What residents share with the service that asks")},
            "/me": {
                "get": _operation("What is kept of me"),
                "patch": _operation(
                    "Correct what is kept of me",
                    body={"type": "object", "properties": {"nickname": {"type": "string"}}},
                    example={"nickname": "Hanni"},
                ),
                "delete": _operation("Erase what is kept of me", status="204"),
            },
            "/log": {"get": _operation("Who looked at my data")},
            "/export": {"get": _operation("Take my data with me")},
            "/import": {"post": _operation("Bring my data", body={"type": "object"})},
        },
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(
    summary: str,
    *,
    public: bool = False,
    body: dict[str, Any] | None = None,
    example: Any = None,
    status: str = "200",
) -> dict[str, Any]:
    told: dict[str, Any] = {"summary": summary, "responses": {status: {"description": summary}}}
    if public:
        told["security"] = []
    if body is not None:
        content = {"schema": body} if example is None else {"schema": body, "example": example}
        told["requestBody"] = {"required": True, "content": {_JSON: content}}
    return told
