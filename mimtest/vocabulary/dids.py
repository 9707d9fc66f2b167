"""Decentralized identifiers: where their documents are, and what keys these name (W3C DID Core 1.0).

Of the methods, did:key and did:jwk hold their document in themselves; did:web names an address.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from mimtest.network.permission import is_loopback
from mimtest.vocabulary.jose import decode, encode

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: Kinds of keys by their number in the multicodec table: type, curve, and bytes of a coordinate.
_OKP: Final = {0xED: "Ed25519"}
_EC: Final = {0xE7: "secp256k1", 0x1200: "P-256", 0x1201: "P-384", 0x1202: "P-521"}
_JWK: Final = 0xEB51
_RELATIONS: Final = ("authentication", "assertionMethod", "keyAgreement", "capabilityInvocation")


def web_did(address: str) -> str:
    """The did:web whose document is at an address. Raises ValueError where there can be none.

    A stand on this machine may be asked without TLS.
    """
    parts = urlsplit(address)
    path = parts.path
    ends = "/.well-known/did.json" if path == "/.well-known/did.json" else "/did.json"
    safe = parts.scheme == "https" or is_loopback(parts.hostname or "")
    if not safe or not path.endswith(ends) or parts.query:
        msg = "it is not an https address that ends in /did.json"
        raise ValueError(msg)
    names = [n for n in path.removesuffix(ends).split("/") if n]
    return ":".join(("did:web", quote(parts.netloc, safe=""), *names))


def web_address(did: str) -> str:
    """Where the document of a did:web is. Raises ValueError."""
    method, _, rest = did.removeprefix("did:").partition(":")
    host, *path = [unquote(p) for p in rest.split(":")]
    if method != "web" or not host or "/" in host:
        msg = f"{did[:200]} is no did:web"
        raise ValueError(msg)
    return f"https://{host}/{'/'.join(path) if path else '.well-known'}/did.json"


def place_of(did: str, known: Iterable[str]) -> str:
    """Where the document of a did:web is: one of the known addresses, where it is that one's. Raises ValueError."""
    for address in known:
        with suppress(ValueError):
            if web_did(address) == did:
                return address
    return web_address(did)


def own_document(did: str) -> dict[str, Any] | None:
    """The document of a did:key or did:jwk; None for other methods. Raises ValueError."""
    method, _, rest = did.removeprefix("did:").partition(":")
    if method == "jwk":
        return _document(did, f"{did}#0", _jwk_in(decode(rest)))
    if method == "key":
        return _document(did, f"{did}#{rest}", jwk_of_multibase(rest))
    return None


def _document(did: str, name: str, jwk: dict[str, Any]) -> dict[str, Any]:
    method = {"id": name, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
    signing = {relation: [name] for relation in ("authentication", "assertionMethod")}
    return {"id": did, "verificationMethod": [method], **signing}


def _jwk_in(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        msg = "the identifier holds no JSON"
        raise ValueError(msg) from error
    if not isinstance(value, dict):
        msg = "the identifier holds no key"
        raise ValueError(msg)  # noqa: TRY004 (one kind of error for one kind of text)
    return value


def jwk_of_multibase(text: str) -> dict[str, Any]:
    """A public key in base58btc with its kind in front as a JWK. Raises ValueError."""
    if not text.startswith("z"):
        msg = "the key is not in base58btc"
        raise ValueError(msg)
    code, raw = _varint(_base58(text[1:]))
    if code in _OKP:
        return {"kty": "OKP", "crv": _OKP[code], "x": encode(raw)}
    if code in _EC:
        return _point(_EC[code], raw)
    if code == _JWK:
        return _jwk_in(raw)
    msg = f"keys of the kind {code:#x} are not known"
    raise ValueError(msg)


def _point(curve: str, raw: bytes) -> dict[str, Any]:
    """A compressed point of a curve as a JWK."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (slow to import)

    kinds = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    kind: ec.EllipticCurve = kinds.get(curve) or ec.SECP256K1()
    numbers = ec.EllipticCurvePublicKey.from_encoded_point(kind, raw).public_numbers()
    size = (kind.key_size + 7) // 8
    x, y = (encode(n.to_bytes(size)) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": curve, "x": x, "y": y}


def _base58(text: str) -> bytes:
    number = 0
    for character in text:
        place = _BASE58.find(character)
        if place < 0:
            msg = "the key is not in base58btc"
            raise ValueError(msg)
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def _varint(raw: bytes) -> tuple[int, bytes]:
    """The number at the beginning (LEB128) and the rest."""
    number = 0
    for place, byte in enumerate(raw):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 (the last byte of a number)
            return number, raw[place + 1 :]
    msg = "the key ends too soon"
    raise ValueError(msg)


def methods_for(document: Mapping[str, Any], relation: str) -> Iterator[Mapping[str, Any]]:
    """The verification methods of a relation, such as assertionMethod: embedded, or named there."""
    named = document.get(relation)
    listed = document.get("verificationMethod")
    known = [m for m in listed if isinstance(m, dict)] if isinstance(listed, list) else []
    for item in named if isinstance(named, list) else []:
        if isinstance(item, dict):
            yield item
        else:
            wanted = absolute(document, item)
            yield from (m for m in known if absolute(document, m.get("id")) == wanted)


def absolute(document: Mapping[str, Any], name: Any) -> str:
    """The name of a verification method with the identifier in front."""
    text = str(name)
    return f"{document.get('id')}{text}" if text.startswith("#") else text


def dangling(document: Mapping[str, Any]) -> Iterator[str]:
    """Names in relations that no verification method of the document has."""
    did = str(document.get("id"))
    for relation in _RELATIONS:
        named = document.get(relation)
        for item in named if isinstance(named, list) else []:
            own = isinstance(item, str) and absolute(document, item).startswith(f"{did}#")
            if own and not any(methods_for({**document, "only": [item]}, "only")):
                yield f"{relation}: {item}"


def jwk_of(method: Mapping[str, Any]) -> dict[str, Any]:
    """The public key of a verification method. Raises ValueError."""
    jwk = method.get("publicKeyJwk")
    if isinstance(jwk, dict):
        return jwk
    if isinstance(method.get("publicKeyMultibase"), str):
        return jwk_of_multibase(method["publicKeyMultibase"])
    msg = f"the verification method {method.get('id')} holds no key that can be read"
    raise ValueError(msg)


def keys_for(document: Mapping[str, Any], relation: str) -> list[dict[str, Any]]:
    """The public keys of a relation, as far as they can be read; of every method for an empty one."""
    listed = document.get("verificationMethod")
    every = listed if isinstance(listed, list) else []
    found = methods_for(document, relation) if relation else every
    keys = []
    for method in found:
        with suppress(ValueError):
            keys += [jwk_of(method)] if isinstance(method, dict) else []
    return keys
