"""Web addresses as targets write them: what is none speaks against the sender."""

from typing import NoReturn
from urllib.parse import SplitResult, urljoin, urlsplit

from mimtest.errors import Contradiction

_SHOWN = 200


def address_parts(address: str) -> SplitResult:
    """The parts of an address. Raises Contradiction for a text that has none."""
    __tracebackhide__ = True
    try:
        return urlsplit(address)
    except ValueError:
        _refuse(address)


def joined(base: str, reference: str) -> str:
    """A reference as an absolute address. Raises Contradiction for a text that is none."""
    __tracebackhide__ = True
    try:
        return urljoin(base, reference)
    except ValueError:
        _refuse(reference)


def _refuse(text: str) -> NoReturn:
    __tracebackhide__ = True
    shown = text[:_SHOWN]
    raise Contradiction(
        f"'{shown}' is not a web address", expected="a URI reference", received=shown
    )
