"""Asking an authorisation server for a token by the client credentials grant (RFC 6749 4.4)."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit, urlunsplit

OPENID: Final = "openid-configuration"
OAUTH: Final = "oauth-authorization-server"


def metadata_addresses(issuer: str, *, openid: bool) -> tuple[str, ...]:
    """Where an issuer's metadata may be, the place its kind prescribes first.

    OpenID Connect Discovery 1.0, 4: the well-known path comes last; RFC 8414 3: it comes between
    host and path, and 5 lets servers keep to the former.
    """
    base = issuer.rstrip("/")
    appended = f"{base}/.well-known/{OPENID}"
    oauth = inserted(base, OAUTH)
    return (appended, oauth) if openid else (oauth, inserted(base, OPENID), appended)


def inserted(issuer: str, suffix: str) -> str:
    """The well-known address of an issuer as RFC 8414 3.1 forms it."""
    parts = urlsplit(issuer.rstrip("/"))
    return urlunsplit(parts._replace(path=f"/.well-known/{suffix}{parts.path}"))


def client_fields(
    client_id: str, secret: str | None, metadata: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """How a client says who it is at the token endpoint: header fields, and form fields (RFC 6749 2.3.1).

    HTTP Basic, which every server takes, unless the metadata name other ways and not this one.
    """
    if secret is None:
        return {}, {"client_id": client_id}
    ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" not in ways and "client_secret_post" in ways:
        return {}, {"client_id": client_id, "client_secret": secret}
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, {}


def client_credentials_form(scope: str | None, audience: str | None) -> Iterator[tuple[str, str]]:
    """The request's own fields; the audience is sent as resource (RFC 8707 2)."""
    yield "grant_type", "client_credentials"
    if scope:
        yield "scope", scope
    if audience:
        yield "resource", audience


def form(fields: Iterator[tuple[str, str]] | Mapping[str, str]) -> str:
    """Fields as application/x-www-form-urlencoded."""
    return urlencode(list(fields.items()) if isinstance(fields, Mapping) else list(fields))
