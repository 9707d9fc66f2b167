"""What an issuer of credentials says of itself (OpenID for Verifiable Credential Issuance 1.0, 12.2.4)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.vocabulary.oauth_tokens import inserted
from mimtest.vocabulary.openid import unsound_address

_NAME: Final = "openid-credential-issuer"
#: What a configuration has to name besides its format, by that format (OpenID4VCI appendix A).
_NEEDED: Final[Mapping[str, str]] = {
    "dc+sd-jwt": "vct",
    "vc+sd-jwt": "vct",
    "mso_mdoc": "doctype",
    "jwt_vc_json": "credential_definition",
    "jwt_vc_json-ld": "credential_definition",
    "ldp_vc": "credential_definition",
}


def metadata_addresses(issuer: str) -> tuple[str, str]:
    """Where the metadata belong: between host and path; and where drafts had them: at the end."""
    return inserted(issuer, _NAME), f"{issuer.rstrip('/')}/.well-known/{_NAME}"


def wrong_members(metadata: Mapping[str, Any]) -> Iterator[str]:
    """What is missing in the metadata or not as it has to be."""
    for name, value in metadata.items():
        why = unsound_address(value) if name.endswith("_endpoint") else None
        if why:
            yield f"{name} {why}"
    if "credential_endpoint" not in metadata:
        yield "credential_endpoint is missing"
    offered = metadata.get("credential_configurations_supported")
    if not isinstance(offered, dict) or not offered:
        yield "credential_configurations_supported is no object with something in it"
        return
    for name, value in offered.items():
        why = _wrong_configuration(value)
        if why:
            yield f"the configuration {name} {why}"


def _wrong_configuration(value: Any) -> str | None:
    if not isinstance(value, dict) or not isinstance(value.get("format"), str):
        return "names no format"
    needed = _NEEDED.get(value["format"])
    # Drafts and private formats tell what a credential is in other members.
    if needed and value["format"] != "vc+sd-jwt" and not value.get(needed):
        return f"is of the format {value['format']} and names no {needed}"
    return None


def servers(metadata: Mapping[str, Any], issuer: str) -> tuple[str, ...]:
    """The authorisation servers; where none is named, the issuer itself is one."""
    named = metadata.get("authorization_servers", [issuer])
    return tuple(str(s) for s in named) if isinstance(named, list) else ()
