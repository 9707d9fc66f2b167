"""What to change when a TLS handshake fails: the key of the target file, and a sentence."""

from typing import Final

_TRUST: Final = (
    "ca",
    "Have the chain mended, or name the authority's certificate as 'ca'.",
)
_TIME: Final = ("url", "Have the certificate renewed, or set the clock of this machine.")
_REMEDIES: Final = {
    "self-signed": _TRUST,
    "unknown issuer": _TRUST,
    "incomplete chain": _TRUST,
    "expired": _TIME,
    "not yet valid": _TIME,
    "name mismatch": ("url", "Write the host name that the certificate is for, or have it mended."),
    "protocol (the port does not speak TLS)": (
        "url",
        "Write http://, or the port that speaks TLS.",
    ),
}


def tls_remedy(reason: str) -> tuple[str, str]:
    """The key of the interface to change, and what to do, for a reason of `TlsFailed`."""
    return _REMEDIES.get(reason, ("url", "Check whether the port speaks TLS, and which."))
