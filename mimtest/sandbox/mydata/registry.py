"""The registry of a trust group: a signed list of operators that anybody may read."""

from typing import Any

from mimtest.sandbox.http import Request, Response, dump, json_response
from mimtest.sandbox.idp.jose import encode
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.mydata.parties import REGISTRY, keys_of, trust_group

GROUPS = "/trustlist-api/groups"


class Registry:
    """The registry; read-only for everybody (5.1.2)."""

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        path = request.path.rstrip("/")
        documents = {"": _landing, GROUPS: signed_group, "/key": _key}
        if path not in documents:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        media_type = "application/jose+json" if path == GROUPS else "application/json"
        return json_response(documents[path](request), media_type=media_type)


def signed_group(request: Request) -> dict[str, Any]:
    """The trust group as a JWS in JSON serialisation (5.1.3, RFC 7515 section 7.2)."""
    key = keys_of("registry").all[0]
    protected = encode(dump({"alg": key.alg, "kid": key.kid}))
    payload = encode(dump(trust_group(request)))
    signature = encode(key.sign(f"{protected}.{payload}".encode()))
    return {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}


def _key(_: Request) -> dict[str, str]:
    return keys_of("registry").all[0].public


def _landing(request: Request) -> dict[str, Any]:
    return {"title": "Operators of personal data", "groups": f"{request.base}{REGISTRY}{GROUPS}"}
