"""DSSE envelopes (secure-systems-lab/dsse, protocol 1.0.2): a payload and who signed it.

An envelope has one byte form here, so that no byte of its file can be changed without a trace.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mimtest.report import canonical
from mimtest.verification.keys import key_id

#: The payload's type that in-toto gives its statements.
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


class EnvelopeError(ValueError):
    """What was read is no envelope; the text says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and the id of the key that is said to have made it."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload of in-toto's type with its signatures."""

    payload: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def signed(self) -> bytes:
        """What is signed: DSSE's pre-authentication encoding of type and payload."""
        kind = PAYLOAD_TYPE.encode()
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)

    def sign(self, key: Ed25519PrivateKey) -> "Envelope":
        """The envelope with a signature by `key`, the same one where it has signed before."""
        own = Signature(key_id(key.public_key()), key.sign(self.signed))
        others = [s for s in self.signatures if s.keyid != own.keyid]
        return Envelope(self.payload, (*others, own))

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether one of the signatures is the key's, and says so."""
        return any(self._holds(s, key) for s in self.signatures if s.keyid == key_id(key))

    def _holds(self, signature: Signature, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(signature.sig, self.signed)
        except InvalidSignature:
            return False
        return True

    def signers_other_than(self, keys: Iterable[Ed25519PublicKey]) -> list[str]:
        """Ids of keys that are named, too, but were not given."""
        given = {key_id(k) for k in keys}
        return [s.keyid for s in self.signatures if s.keyid not in given]

    def as_bytes(self) -> bytes:
        """The one form of its file."""
        return canonical(
            {
                "payload": base64.b64encode(self.payload).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [
                    {"keyid": s.keyid, "sig": base64.b64encode(s.sig).decode()}
                    for s in self.signatures
                ],
            }
        )


def read_envelope(content: bytes) -> Envelope:
    """The envelope of a file. Raises EnvelopeError for anything but the one form."""
    try:
        data = json.loads(content)
        found = Envelope(
            base64.b64decode(data["payload"], validate=True),
            tuple(
                Signature(s["keyid"], base64.b64decode(s["sig"], validate=True))
                for s in data["signatures"]
            ),
        )
        whole = found.as_bytes() == content
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise EnvelopeError("it is not a DSSE envelope") from None
    if not whole:
        raise EnvelopeError("it is not in the form in which mimtest writes an envelope")
    return found
