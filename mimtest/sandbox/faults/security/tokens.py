"""Ways to take a token that is no good, one flaw each: what the flaw lets in is treated as the clerk's."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.idp.clients import OFFICE_TOKEN
from mimtest.sandbox.idp.jose import BadTokenError, decode, made_keys

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PREFIX: Final = "/office/"
_PARTS: Final = 3
_SEEN: Final = "signatures that fitted"


@dataclass(frozen=True, slots=True)
class _Shown:
    """A token that a request to the office shows: its parts, and what they hold."""

    parts: tuple[str, str, str]
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def is_sound(self) -> bool:
        """Whether one of the login's keys signed it."""
        try:
            made_keys().read(".".join(self.parts))
        except BadTokenError:
            return False
        return True


def _text(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    at_office = request.path.startswith(_PREFIX) and scheme.lower() == "bearer"
    return text.strip() if at_office else ""


def _shown(request: Request) -> _Shown | None:
    parts = _text(request).split(".")
    if len(parts) != _PARTS:
        return None
    try:
        header, claims = (json.loads(decode(p)) for p in parts[:2])
    except (BadTokenError, ValueError):
        return None
    return _Shown((parts[0], parts[1], parts[2]), header, claims)


def _let_in(request: Request) -> Request:
    return request.with_header("authorization", f"Bearer {OFFICE_TOKEN}")


def _own_issuer(request: Request, shown: _Shown) -> bool:
    return bool(shown.claims.get("iss") == f"{request.base}/idp")


@fault("sec-tok-any-issuer", kills=("SEC-TOK-07",))
def trusts_any_issuer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token of an issuer that nobody knows is taken."""
    shown = _shown(request)
    taken = shown is not None and not _own_issuer(request, shown)
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-alg-none", kills=("SEC-TOK-08",))
def takes_unsigned_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token with alg none and no signature is taken."""
    shown = _shown(request)
    taken = shown is not None and shown.header.get("alg") == "none" and not shown.parts[2]
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-alg-none-spelt", kills=("SEC-TOK-08",))
def takes_other_spellings_of_none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The algorithm none is refused in lower case only."""
    shown = _shown(request)
    alg = str(shown.header.get("alg")) if shown else ""
    return proceed(_let_in(request) if alg.lower() == "none" != alg else request)


@fault(
    "sec-tok-unverified",
    kills=(
        "SEC-TOK-08",
        "SEC-TOK-09",
        "SEC-TOK-10",
        "SEC-TOK-11",
        "SEC-TOK-12",
        "SEC-TOK-13",
        "SEC-TOK-14",
    ),
)
def looks_at_claims_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a token says is believed, whoever signed it."""
    shown = _shown(request)
    if shown is None or not _own_issuer(request, shown) or shown.is_sound:
        return proceed(request)
    fits = shown.claims.get("aud") == f"{request.base}/office"
    return proceed(_let_in(request) if fits else request)


@fault("sec-tok-no-signature", kills=("SEC-TOK-09",))
def misses_no_signature(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token without its signature is taken, if its algorithm is a real one."""
    shown = _shown(request)
    taken = shown is not None and not shown.parts[2] and shown.header.get("alg") == "ES256"
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-two-parts", kills=("SEC-TOK-09",))
def takes_two_parts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token of two parts is taken."""
    taken = _text(request).count(".") == 1
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-half-signature", kills=("SEC-TOK-09",))
def compares_half_a_signature(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A signature whose beginning fitted once is taken to fit."""
    shown = _shown(request)
    if shown is None:
        return proceed(request)
    seen = platform.memory.setdefault(_SEEN, set())
    known = (shown.parts[0], shown.parts[1], shown.parts[2][:20])
    if shown.is_sound:
        seen.add(known)
    damaged = bool(shown.parts[2]) and known in seen and not shown.is_sound
    return proceed(_let_in(request) if damaged else request)


@fault("sec-tok-altered", kills=("SEC-TOK-10",))
def caches_by_signature(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A token whose signature fitted another one is taken."""
    shown = _shown(request)
    if shown is None or shown.header.get("alg") != "ES256":
        return proceed(request)
    seen = platform.memory.setdefault(_SEEN, set())
    if shown.is_sound:
        seen.add(shown.parts[2])
    taken = shown.parts[2] in seen and not shown.is_sound
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-unknown-key", kills=("SEC-TOK-11",))
def trusts_unknown_keys(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The signature of a token whose key is not known is not looked at."""
    shown = _shown(request)
    known = [k.kid for k in made_keys().all]
    taken = shown is not None and _own_issuer(request, shown)
    if shown is None or not taken or shown.header.get("kid") in known:
        return proceed(request)
    return proceed(_let_in(request))


@fault("sec-tok-own-key", kills=("SEC-TOK-12",))
def trusts_keys_in_the_header(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The key in a token's header is trusted."""
    shown = _shown(request)
    return proceed(_let_in(request) if shown and "jwk" in shown.header else request)


@fault("sec-tok-key-elsewhere", kills=("SEC-TOK-13",))
def trusts_keys_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The key that a token's header points to is trusted."""
    shown = _shown(request)
    return proceed(_let_in(request) if shown and "jku" in shown.header else request)


@fault("sec-tok-certificate-elsewhere", kills=("SEC-TOK-13",))
def trusts_certificates_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The certificate that a token's header points to is trusted."""
    shown = _shown(request)
    return proceed(_let_in(request) if shown and "x5u" in shown.header else request)


@fault("sec-tok-confused", kills=("SEC-TOK-14",))
def takes_the_public_key_as_a_secret(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """With HS256 the issuer's public key is taken as the secret."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        PublicFormat,
    )

    shown = _shown(request)
    if shown is None or shown.header.get("alg") != "HS256":
        return proceed(request)
    key = next(k for k in made_keys().all if k.alg == "ES256").private.public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = ".".join(shown.parts[:2]).encode()
    fits = hmac.compare_digest(hmac.digest(pem, text, hashlib.sha256), decode(shown.parts[2]))
    return proceed(_let_in(request) if fits else request)


@fault("sec-tok-expired", kills=("SEC-TOK-05",))
def never_looks_at_the_clock(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The end of a token does not matter."""
    shown = _shown(request)
    ended = shown is not None and shown.claims.get("client_id") == "yesterday" and shown.is_sound
    return proceed(_let_in(request) if ended else request)


@fault("sec-tok-any-audience", kills=("SEC-TOK-06",))
def ignores_the_audience(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whom a token is for does not matter."""
    shown = _shown(request)
    other = shown is not None and shown.claims.get("client_id") == "elsewhere" and shown.is_sound
    return proceed(_let_in(request) if other else request)


@fault("sec-tok-id-token", kills=("SEC-TOK-15",))
def takes_id_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An ID token is taken as an access token."""
    shown = _shown(request)
    other = shown is not None and "typ" not in shown.header and shown.is_sound
    return proceed(_let_in(request) if other else request)


@fault("sec-tok-early", kills=("SEC-TOK-22",))
def ignores_the_beginning(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token that is not valid yet is taken."""
    shown = _shown(request)
    early = shown is not None and "nbf" in shown.claims and shown.is_sound
    return proceed(_let_in(request) if early else request)


@fault("sec-tok-revoked", kills=("SEC-TOK-23",), beside=("SEC-AS-10",))
def forgets_what_was_taken_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token that was taken back is taken."""
    shown = _shown(request)
    back = shown is not None and shown.claims.get("client_id") == "returned" and shown.is_sound
    return proceed(_let_in(request) if back else request)


@fault("sec-office-key")
def takes_keys(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A key in a field of its own is taken as a token is."""
    known = request.path.startswith(_PREFIX) and request.headers.get("x-key") == OFFICE_TOKEN
    return proceed(_let_in(request) if known else request)
