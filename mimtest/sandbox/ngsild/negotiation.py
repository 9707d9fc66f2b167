"""Media types: what a client wants and what it sends (6.3.4)."""

from collections.abc import Mapping
from typing import Final

from mimtest.sandbox.ngsild.errors import NgsiError

JSON: Final = "application/json"
LD_JSON: Final = "application/ld+json"
GEO_JSON: Final = "application/geo+json"
MERGE_PATCH: Final = "application/merge-patch+json"


def accepted(header: str | None, offered: tuple[str, ...]) -> str:
    """The offered media type the client wants most; of equals the first offered.

    Raises NgsiError (406) when it wants none of them.
    """
    if not header or not header.strip():
        return offered[0]
    wanted = [_range(part) for part in header.split(",") if part.strip()]
    weights = {o: _weight(o, wanted) for o in offered}
    best = max(offered, key=lambda o: weights[o])
    if weights[best] > 0:
        return best
    raise NgsiError("", f"available are {', '.join(offered)}", 406)


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (p.strip().lower() for p in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, _number(value)
    return name, 1.0


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(offer: str, wanted: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that fits (RFC 9110 section 12.5.1)."""
    family = f"{offer.partition('/')[0]}/*"
    for name in (offer, family, "*/*"):
        weights = [w for n, w in wanted if n == name]
        if weights:
            return max(weights)
    return 0.0


def content_type(headers: Mapping[str, str], *, patch: bool) -> str:
    """The media type of the body. Raises NgsiError (415) for one the broker does not read."""
    name = headers.get("content-type", "").partition(";")[0].strip().lower()
    if name == MERGE_PATCH and patch:
        return JSON
    if name in (JSON, LD_JSON):
        return name
    raise NgsiError("", f"a body is {JSON} or {LD_JSON}, not '{name[:80]}'", 415)
