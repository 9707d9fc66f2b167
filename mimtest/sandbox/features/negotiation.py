"""Choice of a media type by the Accept header (RFC 9110, 12.5.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from mimtest.sandbox.features.errors import RefusedError

_EVERYTHING: Final = "*/*"


@dataclass(frozen=True, slots=True)
class Offer:
    """A media type that can be asked for, and the one sent for it where that is another."""

    asked: str
    sent: str | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type of the answer."""
        return self.sent or self.asked


def choose(accept: str | None, offers: Sequence[Offer]) -> str:
    """The Content-Type to answer with: the offer liked best, the first of equals. Raises RefusedError (406)."""
    if accept is None or not accept.strip():
        return offers[0].content_type
    ranges = dict(_ranges(accept))
    best = max(offers, key=lambda offer: _liking(offer.asked, ranges))
    if _liking(best.asked, ranges) <= 0:
        listed = ", ".join(dict.fromkeys(o.content_type for o in offers))
        raise RefusedError(HTTPStatus.NOT_ACCEPTABLE, f"on offer here: {listed}")
    return best.content_type


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """The media ranges and their weights; other parameters are not looked at."""
    for part in accept.lower().split(","):
        name, *parameters = (p.strip() for p in part.split(";"))
        weights = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        yield name, _weight(weights[0]) if weights else 1.0


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _liking(media_type: str, ranges: dict[str, float]) -> float:
    """The weight of the most specific range that covers a media type; 0 if none does."""
    bare = media_type.partition(";")[0]
    for name in (bare, f"{bare.partition('/')[0]}/*", _EVERYTHING):
        if name in ranges:
            return ranges[name]
    return 0.0
