"""Which certificates are believed, and which one is shown: those of the usual authorities, and what the target file names.

`SSL_CERT_FILE` and `SSL_CERT_DIR` are respected, too.
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from mimtest.errors import UsageError
from mimtest.target import Tls

_USUAL: Final = Tls()
_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_MADE: Final[dict[object, ssl.SSLContext]] = {}


def shared_context(tls: Tls = _USUAL, *, anything: bool = False) -> ssl.SSLContext:
    """The one context of the process as `trusting` makes it: making one costs more than a hundred requests."""
    files = (_content("ca", tls.ca), _content("client_certificate", tls.own))
    usual = tuple(os.environ.get(name) for name in _VARIABLES)
    known = (*files, *usual, anything)
    if known not in _MADE:
        _MADE[known] = trusting(tls, anything=anything)
    return _MADE[known]


def _content(key: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    with _explained(key, path, "nothing that can be read"):
        return path.read_bytes()


def trusting(tls: Tls, *, anything: bool = False) -> ssl.SSLContext:
    """A TLS context that believes the usual authorities and those in a file, and shows a certificate if it has one.

    With `anything` it asks for the chain of certificates alone: every version and suite the local library has
    will do, and every name. Raises UsageError for files that do not hold what they are to.
    """
    context = httpx.create_ssl_context(trust_env=True)
    if tls.ca is not None:
        with _explained("ca", tls.ca, "no certificates (PEM)"):
            context.load_verify_locations(tls.ca)
    show(context, tls)
    if anything:
        context.check_hostname = False
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
    return context


def show(context: ssl.SSLContext, tls: Tls) -> None:
    """Have a context show the client's certificate."""
    if tls.own is not None:
        what = "no certificate with its key, not encrypted (PEM)"
        with _explained("client_certificate", tls.own, what):
            context.load_cert_chain(tls.own, password="")


@contextmanager
def _explained(key: str, path: Path, missing: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        why = (
            f"it holds {missing}"
            if isinstance(error, ssl.SSLError | ValueError)
            else "no such file"
        )
        raise UsageError(
            f"{key}: {path}: {why}.", "Name a PEM file beside the target file."
        ) from None
