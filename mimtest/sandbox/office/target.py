"""The part of the demo city's target file that is about the login and the office."""

import json
from typing import Final

from mimtest.sandbox.idp.clients import CLIENTS, ELSEWHERE, FULL, READ, Client
from mimtest.sandbox.office.permits import owned

_INTERFACES: Final = """
[interfaces.login]
kind = "oidc"
url = "{base}/idp"
paths = {{ callback = "{base}/signed-in" }}

[interfaces.office]
kind = "rest"
url = "{base}/office"
auth = {{ kind = "bearer", token_env = "MIMTEST_DEMO_OFFICE_TOKEN" }}
issuer = "login"
audience = "{base}/office"
types = ["Permit"]
protected = "/collections/permits/items"
public = ["/health", "/openapi.json"]
paths = {{ log = "/log", rights = "/rights/{{identity}}", upstream = "{base}/office-inside" }}
"""
_RIGHTS: Final = {
    "visitor": "none",
    "anna": "subject",
    "ben": "subject",
    "yesterday": "expired",
    "elsewhere": "other-audience",
    "tomorrow": "not-yet-valid",
    "returned": "revoked",
    "badge": "id-token",
    "seasonal": "revocable",
    "hasty": "limited",
}
_OWNERS: Final = ("clerk", "gardener")


def office_interfaces(base: str) -> str:
    """The interfaces."""
    return _INTERFACES.format(base=base)


def office_identities(base: str) -> str:
    """Who asks there."""
    return "".join(_identity(c, base) for c in CLIENTS)


def _identity(client: Client, base: str) -> str:
    usual = "full" if client.scope == FULL else "read" if client.scope == READ else "none"
    lines = {
        "rights": _RIGHTS.get(client.id, usual),
        "client_id": client.id,
        "client_secret_env": f"MIMTEST_DEMO_{client.id.upper()}",
        "issuer": "login",
        "audience": ELSEWHERE if ELSEWHERE in client.audiences else f"{base}/office",
        "tenant": client.tenant,
        "owns": list(_owned(client)),
    }
    kept = (f"{name} = {json.dumps(value)}" for name, value in lines.items() if value)
    return "\n".join((f"\n[identities.{client.id}]", *kept, ""))


def _owned(client: Client) -> tuple[str, ...]:
    if client.person:
        return owned(owner=client.id)
    return owned(tenant=client.tenant) if client.id in _OWNERS else ()
