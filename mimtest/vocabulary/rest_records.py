"""Lists of records as HTTP interfaces give them: where the records are, what identifies them, what follows."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_status, fail
from mimtest.vocabulary.web_addresses import joined

_LISTS: Final = (
    "items",
    "features",
    "data",
    "value",
    "results",
    "member",
    "hydra:member",
    "@graph",
)
_IDS: Final = ("id", "@id", "identifier", "uuid", "@iot.id")
_NEXT: Final = ("next", "@iot.nextLink", "@odata.nextLink", "nextLink", "hydra:next")


def json_of(answer: Answer) -> Any:
    """The body as JSON, None where it is none."""
    try:
        return answer.json()
    except (Contradiction, Inconclusive):
        return None


def links_of(body: Any) -> list[Mapping[str, Any]]:
    """The links in a body, in the form of OGC API."""
    links = body.get("links") if isinstance(body, Mapping) else None
    return [k for k in links if isinstance(k, Mapping)] if isinstance(links, list) else []


def records_in(body: Any) -> tuple[str, list[Mapping[str, Any]]] | None:
    """The records of a page and the member they stand in; None when it is no list of objects."""
    if isinstance(body, list):
        return ("", body) if all(isinstance(r, Mapping) for r in body) else None
    if not isinstance(body, Mapping):
        return None
    lists = {
        k: v for k, v in body.items()
        if k != "links" and isinstance(v, list) and all(isinstance(r, Mapping) for r in v)
    }  # fmt: skip
    name = next((n for n in _LISTS if n in lists), None) or next(iter(lists), None)
    return None if name is None or (len(lists) > 1 and name not in _LISTS) else (name, lists[name])


def records_of(answer: Answer) -> list[Mapping[str, Any]]:
    """The records a 200 answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    found = records_in(assert_status(answer, 200).json())
    if found is None:
        fail("the answer is no list of records", expected="records")
        return []
    return found[1]


def ids_of(answer: Answer) -> list[str | None]:
    """What identifies the records of a 200 answer. Raises Contradiction."""
    __tracebackhide__ = True
    return [id_of(r) for r in records_of(answer)]


def id_of(record: Mapping[str, Any]) -> str | None:
    """What identifies a record: the value of the usual member, as text."""
    value = next((record[n] for n in _IDS if n in record), None)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole or isinstance(value, str) else None


def next_of(answer: Answer) -> str | None:
    """The address of the following page, from the Link header, the links or a `next` member."""
    body = json_of(answer)
    links = [*answer.links, *links_of(body)]
    href = next((k.get("href") for k in links if "next" in str(k.get("rel", "")).split()), None)
    for where in (body, _member(body, "links"), _member(body, "_links")):
        if href is None and isinstance(where, Mapping):
            href = next((where[k] for k in _NEXT if k in where), None)
    href = _member(href, "href") or href
    if not isinstance(href, str) or not href.startswith(("http", "/", "?", ".")):  # but a cursor
        return None
    return joined(answer.url, href)


def holds(body: Any, key: str) -> bool:
    """Whether it is the record with that identifier, by itself or in an envelope."""
    inside = (
        [*body.values()] if isinstance(body, Mapping) else body if isinstance(body, list) else []
    )
    found = [body, *inside, *(i[0] for i in inside if isinstance(i, list) and len(i) == 1)]
    return any(isinstance(r, Mapping) and id_of(r) == key for r in found)


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None
