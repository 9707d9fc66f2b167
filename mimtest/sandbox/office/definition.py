"""The office described in OpenAPI 3.1, with what each operation needs."""

from typing import Any, Final

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.clients import READ, WRITE
from mimtest.sandbox.office.permits import EXAMPLES
from mimtest.sandbox.rest.definition import definition

#: What anyone may read.
PUBLIC: Final = ("/health", "/openapi.json")
#: Who works there and who asked for something: for those who may do everything.
USERS: Final = "/collections/users"
_ITEMS: Final = "/collections/permits/items"
_WANTED: Final = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "status": {"type": "string", "enum": ["asked", "granted", "refused"]},
        "fee": {"type": "number"},
    },
    "additionalProperties": False,
}
_SOME: Final = {**_WANTED, "required": [], "minProperties": 1}
_RECORD: Final = {"$ref": "#/components/schemas/permits"}
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}


def office_definition(request: Request) -> dict[str, Any]:
    """The document."""
    document = definition(EXAMPLES, f"{request.base}/office", "Exampleton permit office")
    for path, operations in document["paths"].items():
        needed = WRITE if path.startswith(USERS) else READ
        operations["get"]["security"] = [] if path in PUBLIC else [{"login": [needed]}]
        if path not in PUBLIC:
            operations["get"]["responses"] |= _refusals()
    paths = document["paths"]
    paths[_ITEMS]["post"] = _writing("Ask for a permit", "201", _WANTED)
    one = paths[f"{_ITEMS}/{{itemId}}"]
    ids = one["get"]["parameters"]
    one["patch"] = {**_writing("Change a permit", "200", _SOME), "parameters": ids}
    one["delete"] = {**_writing("Remove a permit", "204", None), "parameters": ids}
    token_url = f"{request.base}/idp/token"
    flows = {"clientCredentials": {"tokenUrl": token_url, "scopes": {READ: "Read", WRITE: "Write"}}}
    document["components"]["securitySchemes"] = {"login": {"type": "oauth2", "flows": flows}}
    return document


def _writing(summary: str, status: str, schema: dict[str, Any] | None) -> dict[str, Any]:
    done: dict[str, Any] = {"description": summary}
    if status != "204":
        done["content"] = {"application/json": {"schema": _RECORD}}
    answers = {status: done, "400": {"description": "The client's mistake", "content": _PROBLEM}}
    operation: dict[str, Any] = {
        "summary": summary,
        "security": [{"login": [WRITE]}],
        "responses": answers | _refusals(),
    }
    if schema is not None:
        body = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _refusals() -> dict[str, Any]:
    return {
        "401": {"description": "No token, or none that is good", "content": _PROBLEM},
        "403": {"description": "The token does not allow it", "content": _PROBLEM},
    }
