"""Words of the MIM4 connectivity specification of May 2021: descriptions, trust groups and request tickets.

The draft's own examples leave out the scheme of an address and the hyphens of a UUID: both are accepted.
"""

import json
import re
import uuid
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest import clock
from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_that, fail, member, of_type, shown

OPERATOR_PATH: Final = "/.well-known/mydataoperator-config"
CONNECTOR_PATH: Final = "/.well-known/connector-config"
GROUPS_PATH: Final = "/trustlist-api/groups"
OPERATOR_MEMBERS: Final = (
    "operator_uuid",
    "name",
    "vendor",
    "operator_base_url",
    "introspection_url",
    "api_guide",
)
CONNECTOR_MEMBERS: Final = (
    "connector_uuid",
    "name",
    "description",
    "api_guide",
    "connector_base_url",
)
TICKET_TEXTS: Final = ("iss", "sub", "jti")
TICKET_TIMES: Final = ("exp", "iat")
#: Members that make a JSON Web Key a private or a secret one (RFC 7518 sections 6.2.2, 6.3.2, 6.4).
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
#: Asymmetric signatures of RFC 7518, RFC 8037 and RFC 9864.
SIGNATURES: Final = (
    "ES256",
    "ES384",
    "ES512",
    "PS256",
    "PS384",
    "PS512",
    "RS256",
    "RS384",
    "RS512",
    "EdDSA",
    "Ed25519",
)
_PARTS: Final = 3
_VERSION: Final = 4


def assert_uuid4(text: Any, what: str) -> None:
    """`what` is a version 4 UUID (RFC 9562 section 5.4), with hyphens or without."""
    __tracebackhide__ = True
    plain = isinstance(text, str) and re.fullmatch(r"[0-9a-fA-F-]+", text)
    try:
        made = uuid.UUID(str(text)) if plain else None
    except ValueError:
        made = None
    assert_that(
        made is not None and made.version == _VERSION,
        f"{what} is not a version 4 UUID",
        expected="such as f240fcf4-d0bb-4b3a-8779-e7099e68d104",
        received=shown(text),
    )


def same_uuid(one: Any, other: Any) -> bool:
    """Whether two texts are the same UUID."""
    return _bare(one) == _bare(other)


def _bare(text: Any) -> str:
    return str(text).replace("-", "").lower()


def assert_texts(described: Mapping[str, Any], names: tuple[str, ...], what: str) -> None:
    """The members are there, and texts that are not empty."""
    __tracebackhide__ = True
    for name in names:
        text = member(described, name, str, what)
        assert_that(text.strip(), f"'{name}' of {what} is empty", expected="a text", received='""')


def assert_public_key(key: Any, what: str) -> None:
    """A JSON Web Key with `kid` and without a private part (RFC 7517 section 4)."""
    __tracebackhide__ = True
    member(key, "kty", str, what)
    assert_that(member(key, "kid", str, what), f"'kid' of {what} is empty", expected="a text")
    private = [name for name in _PRIVATE if name in key]
    if private:
        fail(
            f"{what} shows its private part", expected="public members", received=", ".join(private)
        )
    try:
        imported(key)
    except ValueError as error:
        fail(f"{what} is no key that can be read", expected="a JSON Web Key", received=str(error))


def imported(key: Mapping[str, Any]) -> Any:
    """The key, ready for use. Raises ValueError."""
    from joserfc import errors, jwk  # noqa: PLC0415 (slow to start, and seldom needed)

    try:
        with warnings.catch_warnings(action="ignore"):  # that a key is weak is told elsewhere
            return jwk.import_key(dict(key))
    except (errors.JoseError, ValueError, TypeError, KeyError) as error:
        msg = f"{type(error).__name__}: {error}"
        raise ValueError(msg) from None


def keys_in(document: Any) -> list[Mapping[str, Any]]:
    """The keys of a JWK, of a JWK set or of an operator's description."""
    if not isinstance(document, Mapping):
        return []
    if isinstance(document.get("keys"), list):
        return [k for k in document["keys"] if isinstance(k, Mapping)]
    inner = document.get("operator_key")
    return [inner] if isinstance(inner, Mapping) else [document] if "kty" in document else []


def address(text: str, beside: str) -> str:
    """An address as the draft writes them; one without a scheme has that of `beside`."""
    if "://" in text:
        return text
    return f"{urlsplit(beside).scheme}://{text.lstrip('/')}"


def introspection_address(described: Mapping[str, Any], beside: str) -> str:
    """Where the operator is asked about a ticket: a relative one is appended to the base URL (5.7)."""
    text = member(described, "introspection_url", str, "the operator's description")
    if "://" in text:
        return str(text)
    base = member(described, "operator_base_url", str, "the operator's description")
    return f"{address(base, beside).rstrip('/')}/{text.lstrip('/')}"


def shared_connectors(described: Mapping[str, Any]) -> Iterator[Any]:
    """The entries of the connectors that an operator shares: the draft has an array and an object of them."""
    groups = described.get("shared_connectors", [])
    for group in groups if isinstance(groups, list) else [groups]:
        entries = group.get("connectors", [group]) if isinstance(group, Mapping) else [group]
        yield from entries if isinstance(entries, list) else [entries]


def verified_group(document: Any, keys: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The payload of a JWS in JSON serialisation that one of the keys signed.

    Raises Contradiction for another form or signature, Inconclusive where no key can be used.
    """
    __tracebackhide__ = True
    from joserfc import errors, jws  # noqa: PLC0415 (slow to start, and seldom needed)

    of_type(document, dict, "the answer")
    member(document, "payload", str, "the JWS")
    if "signature" not in document:
        member(document, "signatures", list, "the JWS")
    usable = [k for k in map(_usable, keys) if k is not None]
    if not usable:
        raise Inconclusive("no_data", "no public key of the registry was found to verify with")
    problem = ""
    for key in usable:
        try:
            with warnings.catch_warnings(action="ignore"):  # of names that RFC 9864 calls old
                held = jws.deserialize_json(document, key, algorithms=list(SIGNATURES))
            return of_type(json.loads(held.payload), dict, "the signed payload")  # type: ignore[no-any-return]
        except (errors.JoseError, ValueError, TypeError, KeyError) as error:
            problem = f"{type(error).__name__}: {error}"
    msg = "the trust group is not signed with the registry's key"
    raise Contradiction(msg, expected="a signature that the key verifies", received=problem)


def _usable(key: Mapping[str, Any]) -> Any:
    try:
        return imported(key)
    except ValueError:
        return None


def group_in(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The trust group of a payload."""
    __tracebackhide__ = True
    found = payload.get("trust_group", payload)
    return of_type(found, dict, "the trust group")  # type: ignore[no-any-return]


def group_id(group: Mapping[str, Any]) -> Any:
    """The identifier of a trust group; the draft writes its name with a capital once."""
    return group.get("trust_group_uuid", group.get("Trust_group_uuid"))


def members_of(group: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The operators of a trust group."""
    __tracebackhide__ = True
    listed = member(group, "members", list, "the trust group")
    return [
        of_type(m.get("operatorDescription", m), dict, "a member")
        for m in (of_type(m, dict, "a member") for m in listed)
    ]


def parts_of(ticket: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a request ticket, nothing verified. Raises Contradiction when it is no JWT."""
    __tracebackhide__ = True
    from joserfc.util import urlsafe_b64decode  # noqa: PLC0415 (slow to start, and seldom needed)

    parts = ticket.split(".")
    try:
        read = [json.loads(urlsafe_b64decode(p.encode())) for p in parts[:2]]
    except ValueError:
        read = []
    if len(parts) != _PARTS or not all(isinstance(r, dict) for r in read) or not read:
        fail("the request ticket is no signed JWT", expected="three parts in base64url")
    return read[0], read[1]


def is_signed_by(ticket: str, keys: list[Mapping[str, Any]]) -> bool:
    """Whether one of the keys verifies the ticket."""
    from joserfc import errors, jws  # noqa: PLC0415 (slow to start, and seldom needed)

    for key in (k for k in map(_usable, keys) if k is not None):
        try:
            with warnings.catch_warnings(action="ignore"):  # of names that RFC 9864 calls old
                jws.deserialize_compact(ticket, key, algorithms=list(SIGNATURES))
        except (errors.JoseError, ValueError, TypeError, KeyError):
            continue
        return True
    return False


def stranger_ticket(audience: str, subject: str) -> str:
    """A ticket that is sound but for its issuer, an operator that nobody knows; signed with a fresh key."""
    from joserfc import jwk, jwt  # noqa: PLC0415 (slow to start, and seldom needed)

    now = int(clock.now().timestamp())
    key = jwk.ECKey.generate_key("P-256", {"kid": str(uuid.uuid4())})
    claims = {
        "iss": str(uuid.uuid4()),
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
    }
    return str(jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key))
