"""Finding what a run left that nobody was told the address of: whatever carries the run's id.

Only what shows the mark when it is read counts, and only what lies where the run posted to: in a SensorThings service
one request makes things in several sets, so all of them are looked through.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.posted import Asking
from mimtest.vocabulary.readiness_sensorthings import JSON, root_path
from mimtest.vocabulary.rest_records import links_of, records_in
from mimtest.vocabulary.sensorthings import ID, NEXT, key_of, literal, spelled

_MOST_PAGES: Final = 50
_PAGE: Final = 1000
#: Those without a name of their own go with what they belong to.
_NAMELESS: Final = ("Observations", "HistoricalLocations")


def leftovers(client: Asking, url: str, fields: Mapping[str, str], mark: str) -> Iterable[str]:
    """The addresses of what carries a mark. Raises Inconclusive where that cannot be known."""
    try:
        if client.interface.kind == "sensorthings":
            return list(_in_sets(client, mark))
        return list(_in_list(client, url, fields, mark))
    except Contradiction as strange:
        raise Inconclusive("not_recognised", f"{url}: {strange.message}") from None


def _in_sets(client: Asking, mark: str) -> Iterator[str]:
    """Entities of every set whose name has the mark."""
    root = client.get(root_path(client.get), headers=JSON)
    _require_good(root)
    for entry in _value(root.json()):
        if not isinstance(entry, Mapping):
            continue
        name, address = entry.get("name"), root.resolve(str(entry.get("url", "")))
        if name in _NAMELESS or not isinstance(name, str):
            continue
        asked = spelled(address, {"filter": f"substringof({literal(mark)},name)"})
        for item in _items(client, asked, dict(JSON), _value):
            if isinstance(item, Mapping) and ID in item and mark in _whole(item):
                yield f"{address.partition('?')[0].rstrip('/')}({key_of(item[ID])})"


def _in_list(client: Asking, url: str, fields: Mapping[str, str], mark: str) -> Iterator[str]:
    """Members of a collection that is read where it is written to; of bare addresses each is read."""
    for asked in _questions(client, url, dict(fields)):
        for item in _items(client, asked, dict(fields), _members):
            is_whole = isinstance(item, Mapping)
            own = item.get("id") or item.get("@id") if is_whole else _last(item)
            place = f"{url.rstrip('/')}/{quote(str(own), safe=':')}"
            if own and mark in (_whole(item) if is_whole else _text(client, place, fields)):
                yield place


def _questions(client: Asking, url: str, fields: dict[str, str]) -> list[str]:
    """What to ask for all that is in a collection: NGSI-LD gives entities only by their types."""
    if client.interface.kind != "ngsi-ld" or url != client.url("/entities"):
        return [url]
    answer = client.get("/types", headers=fields)
    _require_good(answer)
    types = _known(_listed(answer.json(), "typeList"))
    return [f"{url}?type={quote(t, safe='')}" for t in types if isinstance(t, str)]


def _last(item: Any) -> str:
    """The last part of an address."""
    return unquote(item.rstrip("/").rpartition("/")[2]) if isinstance(item, str) else ""


def _whole(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, default=str)


def _text(client: Asking, place: str, fields: Mapping[str, str]) -> str:
    answer = client.get(place, headers=dict(fields))
    return answer.text() if answer.ok else ""


def _items(
    client: Asking, url: str, fields: dict[str, str], members: Callable[[Any], list[Any]]
) -> Iterator[Any]:
    """The members of a list, page by page. Raises Inconclusive for one without an end, or that is none."""
    long = client.get(url, params={"limit": _PAGE}, headers=fields)
    answer = long if long.ok else client.get(url, headers=fields)  # not every list has pages
    for _ in range(_MOST_PAGES):
        _require_good(answer)
        document = answer.json()
        yield from members(document)
        following = _next(answer, document)
        if following is None:
            return
        answer = client.get(following, headers=fields)
    raise Inconclusive("budget", f"{url} has more than {_MOST_PAGES} pages")


def _next(answer: Answer, document: Any) -> str | None:
    """Where the next page is."""
    links = [*answer.links, *links_of(document)] if isinstance(document, Mapping) else answer.links
    told = [k.get("href") for k in links if isinstance(k, Mapping) and k.get("rel") == "next"]
    told += [document.get(NEXT)] if isinstance(document, Mapping) else []
    return next((answer.resolve(t) for t in told if isinstance(t, str)), None)


def _require_good(answer: Answer) -> None:
    """Raise Inconclusive for an answer that does not show what there is."""
    if not answer.ok:
        told = f"{answer.url} answers {answer.status}: what came of a request cannot be looked for"
        raise Inconclusive("precondition_unmet", told)


def _value(document: Any) -> list[Any]:
    """What a page of a SensorThings service lists. Raises Inconclusive."""
    return _known(_listed(document, "value"))


def _members(document: Any) -> list[Any]:
    """What a page of any other list has: objects or addresses, by themselves or in a member. Raises Inconclusive."""
    found = _listed(document, "features")
    if found is None and (records := records_in(document)):
        found = [*records[1]]
    return _known(found)


def _known(found: list[Any] | None) -> list[Any]:
    """A list that is there. Raises Inconclusive."""
    if found is None:
        told = "where something was written there is no list: what came of it cannot be looked for"
        raise Inconclusive("not_recognised", told)
    return found


def _listed(document: Any, member: str) -> list[Any] | None:
    """The items of a list, or of the list in a member."""
    found = document.get(member) if isinstance(document, Mapping) else document
    return found if isinstance(found, list) else None
