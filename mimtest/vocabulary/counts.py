"""Whole numbers as texts, from senders that may write anything."""

from typing import Final

_DIGITS: Final = 20


def whole(text: str) -> int | None:
    """The number that digits say; None for anything else, and for more digits than 64 bits fill."""
    digits = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if digits else None
