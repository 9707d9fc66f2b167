"""Members of the ecosystem. Invented; the tokens are of use on this machine only."""

from typing import Final

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

#: The name of each member by its token.
_MEMBERS: Final = {
    "demo-steward-6a1f93d07be84c25": "steward",
    "demo-planner-e07c52b9148d3fa6": "planner",
}
#: The tokens by the environment variables that the demo's target file names.
DEMO_SECRETS: Final = {f"MIMTEST_DEMO_{name.upper()}": token for token, name in _MEMBERS.items()}


def member_of(request: Request) -> str | None:
    """Who asks; None for strangers."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return _MEMBERS.get(token.strip()) if scheme.lower() == "bearer" else None


def may_steward(request: Request, realm: str) -> Response | None:
    """The refusal of whoever is no steward; None for stewards."""
    who = member_of(request)
    if who is None:
        return unknown(request, realm)
    return None if who == "steward" else problem(403, "this is for stewards")


def unknown(request: Request, realm: str) -> Response:
    """The refusal of a stranger (RFC 6750 3)."""
    error = ', error="invalid_token"' if "authorization" in request.headers else ""
    challenge = f'Bearer realm="{realm}"{error}'
    return problem(401, "nobody who is known").with_header("WWW-Authenticate", challenge)
