"""Who asks the office, and what they may (RFC 6750, RFC 9068, RFC 9110 section 11)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.idp.clients import READ, WRITE
from mimtest.sandbox.idp.jose import BadTokenError
from mimtest.sandbox.idp.service import RESOURCE_METADATA
from mimtest.sandbox.idp.state import Idp
from mimtest.sandbox.manners import problem
from mimtest.sandbox.office.definition import USERS
from mimtest.sandbox.office.rights import PLACE

_NEEDED: Final = {"GET": READ, "POST": WRITE, "PATCH": WRITE, "DELETE": WRITE}
#: What needs more than its method says.
_FOR_FEW: Final = ("/log", PLACE, USERS)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: what the token says of them."""

    client: str
    tenant: str
    scopes: frozenset[str]
    person: bool

    @property
    def owner(self) -> str | None:
        """Whose permits they see; None for all of the tenant's."""
        return self.client if self.person else None


class DeniedError(Exception):
    """A refusal, as an answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def asker(idp: Idp, request: Request) -> Asker:
    """Who sent the request. Raises DeniedError where no good token says so."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise DeniedError(_challenged(request, 401, "a bearer token is needed"))
    try:
        claims = idp.claims(request, token.strip())
        _require_audience(claims, f"{request.base}/office")
    except BadTokenError as mistake:
        raise DeniedError(_challenged(request, 401, str(mistake), error="invalid_token")) from None
    client = idp.clients.get(claims["client_id"])
    scopes = frozenset(str(claims.get("scope", "")).split())
    return Asker(claims["sub"], claims["tenant"], scopes, bool(client and client.person))


def require_rights(request: Request, who: Asker, withdrawn: Collection[str] = ()) -> None:
    """Raise DeniedError unless they may do this in the tenant that they name."""
    if who.client in withdrawn:
        raise DeniedError(problem(403, "there are no such rights any more"))
    needed = WRITE if request.path.startswith(_FOR_FEW) else _NEEDED.get(request.method, READ)
    if needed not in who.scopes:
        detail = f"the token lacks the scope {needed}"
        raise DeniedError(
            _challenged(request, 403, detail, error="insufficient_scope", scope=needed)
        )
    if request.headers.get("ngsild-tenant", who.tenant) != who.tenant:
        raise DeniedError(problem(403, "the token is for another tenant"))


def _require_audience(claims: dict[str, Any], own: str) -> None:
    named = claims.get("aud")
    if own not in (named if isinstance(named, list) else [named]):
        raise BadTokenError("the token is for another audience")


def _challenged(request: Request, status: int, detail: str, **told: str) -> Response:
    parts = {"realm": "office", **told, "resource_metadata": f"{request.base}{RESOURCE_METADATA}/office"}  # fmt: skip
    challenge = "Bearer " + ", ".join(f'{k}="{v}"' for k, v in parts.items())
    return problem(status, detail).with_header("WWW-Authenticate", challenge)
