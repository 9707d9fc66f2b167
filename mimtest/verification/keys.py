"""Ed25519 keys (RFC 8032) in PEM files: the private one is made once, for its owner's eyes alone."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from mimtest.errors import UsageError, unreadable
from mimtest.report import require_folder

_MAX_BYTES: Final = 16 * 1024
_OWNER: Final = 0o600


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key as `openssl pkey -pubin -outform DER` writes it, in hex."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(der).hexdigest()


def make_keys(private: Path, public: Path, passphrase: str | None = None) -> str:
    """Make a pair of keys in two new files and return the id. Raises UsageError where one is there."""
    for path in (private, public):
        if os.path.lexists(path):
            raise UsageError(
                f"{path}: is there already.", "A key is never overwritten: name another."
            )
    key = Ed25519PrivateKey.generate()
    hidden = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    _write_new(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden), _OWNER)
    shown = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        _write_new(public, shown, 0o644)
    except UsageError:
        private.unlink()
        raise
    return key_id(key.public_key())


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that was not there before, with this mode from its first byte on."""
    require_folder(path.parent)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(
            f"{path}: is there already.", "A key is never overwritten: name another."
        ) from None
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({error.strerror}).", "Name another place with -o."
        ) from None


def load_private(path: Path, passphrase: str | None = None) -> Ed25519PrivateKey:
    """The private key of a PEM file. Raises UsageError, in which nothing of the file is repeated."""
    secret = passphrase.encode() if passphrase else None
    try:
        key = _load(path, lambda pem: load_pem_private_key(pem, secret))
    except TypeError:
        hint = (
            "Take --passphrase-env away." if passphrase else "Name its variable: --passphrase-env."
        )
        told = "is not encrypted" if passphrase else "is encrypted"
        raise UsageError(f"{path}: {told}.", hint) from None
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise _no_key(path, "private")


def load_public(path: Path) -> Ed25519PublicKey:
    """The public key of a PEM file. Raises UsageError."""
    key = _load(path, load_pem_public_key)
    if isinstance(key, Ed25519PublicKey):
        return key
    raise _no_key(path, "public")


def _load(path: Path, parse: Callable[[bytes], object]) -> object:
    """What a file holds; None for what is no key."""
    try:
        with path.open("rb") as file:
            pem = file.read(_MAX_BYTES)
        return parse(pem)
    except OSError as error:
        raise unreadable(path, error, "'mimtest keygen' makes a pair of keys.") from None
    except (ValueError, UnsupportedAlgorithm):
        return None


def _no_key(path: Path, which: str) -> UsageError:
    return UsageError(
        f"{path}: is not a {which} Ed25519 key in PEM, or the passphrase is another.",
        "'mimtest keygen' makes one.",
    )
