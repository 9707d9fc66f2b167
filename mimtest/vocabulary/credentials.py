"""Verifiable credentials as a verifier reads them: SD-JWT (RFC 9901), and JWT (VC-JOSE-COSE, VCDM 1.1)."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.vocabulary.jose import Signed, decode, encode, read

_HASHES: Final = ("sha-256", "sha-384", "sha-512")
#: A status list in memory is no longer than this, however small it came.
_LARGEST: Final = 16 * 1024 * 1024
#: How far clocks may differ, in seconds.
_LEEWAY: Final = 120
_KEYED: Final = 3
#: What tells zlib that it reads gzip.
_GZIP: Final = 31


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential: what was signed, what it says with what is disclosed, and its disclosures."""

    signed: Signed
    claims: Mapping[str, Any]
    disclosures: tuple[str, ...] = ()
    selective: bool = False

    @property
    def issuer(self) -> str:
        """Who issued it; empty where it does not say."""
        issuer = self.claims.get("iss") or self.claims.get("issuer")
        return str(issuer.get("id", "") if isinstance(issuer, dict) else issuer or "")


def read_credential(text: str) -> Credential:
    """Read a credential; what is disclosed is put in its place. Raises ValueError.

    It may come alone, or as the answer of a credential endpoint (OpenID4VCI 8.3).
    """
    text = _alone(text.strip())
    if "~" not in text:
        signed = read(text)
        nested = signed.claims.get("vc")
        return Credential(signed, {**(nested if isinstance(nested, dict) else {}), **signed.claims})
    first, *rest = text.split("~")
    signed, disclosures = read(first), tuple(d for d in rest[:-1])
    return Credential(signed, disclosed(signed.claims, disclosures), disclosures, selective=True)


def _alone(text: str) -> str:
    """The credential in an answer of a credential endpoint, or in a JSON text."""
    if text[:1] not in ("{", '"'):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = "it is neither a signed text nor JSON"
        raise ValueError(msg) from error
    if isinstance(value, dict):
        several = value.get("credentials")
        value = several[0] if isinstance(several, list) and several else value
        value = value.get("credential") if isinstance(value, dict) else value
    if not isinstance(value, str):
        msg = "it is not a credential secured by a JWT"
        raise ValueError(msg)  # noqa: TRY004 (one kind of error for one kind of text)
    return value


def disclosed(claims: Mapping[str, Any], disclosures: tuple[str, ...]) -> dict[str, Any]:
    """The claims with what is disclosed in its place (RFC 9901 7.1). Raises ValueError."""
    algorithm = claims.get("_sd_alg", "sha-256")
    if algorithm not in _HASHES:
        msg = f"the hash {algorithm} is not known"
        raise ValueError(msg)
    known: dict[str, list[Any]] = {}
    for text in disclosures:
        digest = hashlib.new(algorithm.replace("-", ""), text.encode("ascii", "replace")).digest()
        known[encode(digest)] = _parts(text)
    if len(known) < len(disclosures):
        msg = "something is disclosed twice"
        raise ValueError(msg)
    used: list[str] = []
    try:
        found = _resolved({k: v for k, v in claims.items() if k != "_sd_alg"}, known, used)
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error
    if len(set(used)) < len(used):
        msg = "a digest stands in two places"
        raise ValueError(msg)
    if set(known) - set(used):
        msg = f"{len(set(known) - set(used))} disclosures belong to no digest that was signed"
        raise ValueError(msg)
    return dict(found)


def _parts(text: str) -> list[Any]:
    try:
        value = json.loads(decode(text))
    except (ValueError, RecursionError) as error:
        msg = "a disclosure is not JSON in base64url"
        raise ValueError(msg) from error
    if not isinstance(value, list) or len(value) not in (_KEYED - 1, _KEYED):
        msg = "a disclosure is not an array of two or three"
        raise ValueError(msg)
    return value


def _resolved(value: Any, known: Mapping[str, list[Any]], used: list[str]) -> Any:
    if isinstance(value, list):
        return [r for item in value for r in _item(item, known, used)]
    if not isinstance(value, dict):
        return value
    found = {k: _resolved(v, known, used) for k, v in value.items() if k != "_sd"}
    digests = value.get("_sd", [])
    if not isinstance(digests, list) or not all(isinstance(d, str) for d in digests):
        msg = "_sd is not a list of digests"
        raise ValueError(msg)
    for digest in digests:
        used.append(digest)
        parts = known.get(digest)
        if parts is None:
            continue
        named = len(parts) == _KEYED and isinstance(parts[1], str)
        if not named or parts[1] in ("_sd", "...") or parts[1] in found:
            msg = "a disclosure names a claim that cannot stand there"
            raise ValueError(msg)
        found[parts[1]] = _resolved(parts[2], known, used)
    return found


def _item(item: Any, known: Mapping[str, list[Any]], used: list[str]) -> Iterator[Any]:
    if not (isinstance(item, dict) and set(item) == {"..."}):
        yield _resolved(item, known, used)
        return
    digest = str(item["..."])
    used.append(digest)
    parts = known.get(digest)
    if parts is not None:
        if len(parts) == _KEYED:
            msg = "a disclosure for an array names a claim"
            raise ValueError(msg)
        yield _resolved(parts[-1], known, used)


def untimely(claims: Mapping[str, Any], now: float) -> str | None:
    """Why a credential does not hold at a time, or None. Raises ValueError for unreadable times."""
    until = _moment(claims, "exp", "validUntil", "expirationDate")
    since = _moment(claims, "nbf", "validFrom", "issuanceDate")
    if until is not None and until + _LEEWAY < now:
        return f"it held until {_shown(until)}"
    if since is not None and since - _LEEWAY > now:
        return f"it holds from {_shown(since)} only"
    return None


def _shown(moment: float) -> str:
    try:
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return str(moment)


def _moment(claims: Mapping[str, Any], *names: str) -> float | None:
    value = next((claims[n] for n in names if n in claims), None)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return datetime.fromisoformat(str(value)).timestamp()


@dataclass(frozen=True, slots=True)
class Status:
    """Where the status of a credential is kept."""

    uri: str
    index: int
    token: bool

    def value(self, claims: Mapping[str, Any]) -> int:
        """The status in a list that was read; zero is valid. Raises ValueError."""
        return _in_token_list(claims, self.index) if self.token else _in_bits(claims, self.index)


def status_of(claims: Mapping[str, Any]) -> Status | None:
    """Where the status is (Token Status List; Bitstring Status List), if it is anywhere. Raises ValueError."""
    status, entry = claims.get("status"), claims.get("credentialStatus")
    entry = entry[0] if isinstance(entry, list) and entry else entry
    try:
        if isinstance(status, dict) and "status_list" in status:
            named = status["status_list"]
            return Status(str(named["uri"]), int(named["idx"]), token=True)
        if isinstance(entry, dict) and "statusListCredential" in entry:
            uri = str(entry["statusListCredential"])
            return Status(uri, int(entry["statusListIndex"]), token=False)
    except (KeyError, TypeError, ValueError) as error:
        msg = "the status names no address and place in a list"
        raise ValueError(msg) from error
    return None


def _in_token_list(claims: Mapping[str, Any], index: int) -> int:
    try:
        named = claims["status_list"]
        bits, unpacker = int(named["bits"]), zlib.decompressobj()
        raw = unpacker.decompress(decode(named["lst"]), _LARGEST)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        msg = "there is no status list in it"
        raise ValueError(msg) from error
    if bits not in (1, 2, 4, 8) or index * bits // 8 >= len(raw):
        msg = f"the list has no place {index}"
        raise ValueError(msg)
    return raw[index * bits // 8] >> (index * bits % 8) & ((1 << bits) - 1)


def _in_bits(claims: Mapping[str, Any], index: int) -> int:
    credential = claims.get("vc", claims)
    try:
        text = str(credential["credentialSubject"]["encodedList"])
        raw = zlib.decompressobj(_GZIP).decompress(
            decode(text.removeprefix("u").rstrip("=")), _LARGEST
        )
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        msg = "there is no status list in it"
        raise ValueError(msg) from error
    if index // 8 >= len(raw):
        msg = f"the list has no place {index}"
        raise ValueError(msg)
    return raw[index // 8] >> (7 - index % 8) & 1
