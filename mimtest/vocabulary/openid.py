"""What an OpenID provider says of itself: where, and what has to be in it.

OpenID Connect Discovery 1.0, RFC 8414 (metadata of authorisation servers).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.network.permission import is_loopback

#: Where the metadata of a provider is, below its issuer identifier (OpenID Connect Discovery 4).
WELL_KNOWN: Final = "/.well-known/openid-configuration"
#: What the metadata of every provider names (OpenID Connect Discovery 3).
REQUIRED: Final = (
    "issuer",
    "authorization_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
#: Members that are lists of texts wherever they are there.
_LISTS: Final = frozenset(
    (
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "scopes_supported",
        "response_modes_supported",
        "grant_types_supported",
        "claims_supported",
        "acr_values_supported",
        "token_endpoint_auth_methods_supported",
        "code_challenge_methods_supported",
        "dpop_signing_alg_values_supported",
    )
)
#: The kinds of grant of a provider that names none (OpenID Connect Discovery 3).
_GRANTS: Final = ("authorization_code", "implicit")


def addresses(metadata: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members that name where the provider itself is: issuer, keys and every endpoint; null names nothing.

    Those for clients that use certificates (RFC 8705 5) are among them.
    """
    for name, value in metadata.items():
        if value is not None and (name in ("issuer", "jwks_uri") or name.endswith("_endpoint")):
            yield name, value
    aliases = metadata.get("mtls_endpoint_aliases")
    if isinstance(aliases, dict):
        yield from ((f"mtls_endpoint_aliases.{n}", v) for n, v in aliases.items())


def unsound_address(value: Any) -> str | None:
    """What is wrong with the address of an endpoint; None for https, or loopback without it."""
    if not isinstance(value, str):
        return "is not a text"
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return "is not an address"
    if not host:
        return "is not an absolute address"
    if "#" in value:
        return "has a fragment"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return None
    return f"is {parts.scheme}, not https"


def is_same_issuer(published: Any, declared: str) -> bool:
    """Whether two issuer identifiers are the same, character by character."""
    return isinstance(published, str) and published == declared


def differ_by_slash(published: Any, declared: str) -> bool:
    """Whether only a slash at the end makes two issuer identifiers differ."""
    same = isinstance(published, str) and published.rstrip("/") == declared.rstrip("/")
    return same and published != declared


def texts(metadata: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A member that lists texts; empty where it is not there or something else."""
    value = metadata.get(name)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def malformed(metadata: Mapping[str, Any]) -> Iterator[str]:
    """The members that have to be lists of texts and are not, or are empty (RFC 8414 3.2)."""
    for name in sorted(_LISTS & metadata.keys()):
        value = metadata[name]
        if not (isinstance(value, list) and value and all(isinstance(v, str) for v in value)):
            yield name


def grant_types(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of grant, said or implied."""
    return (
        texts(metadata, "grant_types_supported") if "grant_types_supported" in metadata else _GRANTS
    )


def is_implicit_only(metadata: Mapping[str, Any]) -> bool:
    """Whether no response type gives a code, so that there is nothing to exchange for a token."""
    responses = texts(metadata, "response_types_supported")
    return bool(responses) and not any("code" in r.split() for r in responses)


def tokens_by_redirect(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The response types by which access tokens come in an address (RFC 9700 2.1.2)."""
    responses = texts(metadata, "response_types_supported")
    return tuple(r for r in responses if "token" in r.split())


def id_tokens_by_redirect(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The response types by which identity tokens come in an address."""
    responses = texts(metadata, "response_types_supported")
    return tuple(r for r in responses if "id_token" in r.split())
