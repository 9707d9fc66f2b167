"""Is a market place with TM Forum Open APIs there? One look at a list of the first API that is named."""

from collections.abc import Callable

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.tmforum import GIVEN, LISTED, parts_of


def probe_market(client: Client, require: Callable[[Answer], object]) -> None:
    """The list of an API, one that anyone may read before others. Raises Contradiction for what is none."""
    parts = parts_of(client.interface)
    if not parts:
        detail = "the target file names none of catalog, ordering, agreement and party in its paths"
        raise Inconclusive("wrong_path", detail)
    part = next(p for p in LISTED if p in parts)
    answer = client.get(f"{parts[part]}{LISTED[part]}", params={"limit": "1"})
    if answer.status not in GIVEN:
        require(answer)
    if not isinstance(answer.json(), list):
        raise Contradiction("what it lists is not a JSON array")
