"""Two who own something, what is theirs, and the ways that lead to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.target import Interface
from mimtest.vocabulary.access import Asker, Operation, assert_kept, given_away, settled, succeeded
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ngsild import path_of
from mimtest.vocabulary.rest_records import id_of, json_of, next_of, records_in

#: The parameter for the length of a page, by kind; the documented default is long enough for others.
_LIMITS: Final[Mapping[str, str]] = {
    "ngsi-ld": "limit",
    "sensorthings": "$top",
    "ogc-api-features": "limit",
}
_MANY: Final = "100"
#: What asks for a count, by kind, and where it is told.
_COUNTING: Final[Mapping[str, Mapping[str, str]]] = {
    "ngsi-ld": {"count": "true"},
    "sensorthings": {"$count": "true"},
}
_COUNT_FIELDS: Final = ("ngsild-results-count", "fiware-total-count", "x-total-count")
_COUNT_MEMBERS: Final = ("numberMatched", "@iot.count", "totalCount", "total")
_NEXT_MEMBERS: Final = ("@iot.nextLink", "next")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parties:
    """Two who own something, and how their data are listed."""

    one: Asker
    two: Asker
    listing: Operation

    def of(self, whose: str) -> tuple[Asker, Asker]:
        """Who asks, and whose data are asked for. Raises Inconclusive unless both see their own."""
        asker, owner = (self.one, self.two) if whose == "other" else (self.two, self.one)
        for party in (asker, owner):
            self.listed(party)
        return asker, owner

    def listed(self, party: Asker) -> Answer:
        """What somebody sees. Raises Inconclusive where their own data are not among it."""
        answer = party.ask(self.listing)
        if not succeeded(answer) or not given_away(answer, party.owns):
            status = answer.received.status
            detail = (
                f"{party.name} does not see what the target file says they own (status {status})"
            )
            raise Inconclusive("control_failed", detail)
        return answer

    def uncounted(self, asker: Asker, owner: Asker, kind: str) -> str | None:
        """What a count tells `asker` of what `owner` has, in words; None where it does not, or cannot be told.

        Only lists that fit on one page tell: then whatever is counted beyond them is somebody else's.
        """
        whole = replace(self.listing, params={**self.listing.params, **_COUNTING.get(kind, {})})
        own, others = (_counted(a.ask(whole)) for a in (asker, owner))
        if own is None or others is None:
            return None
        (shown, count), (more, _) = own, others
        return f"{count} for {shown} that are shown" if more and count >= shown + more else None

    def require_separate(self) -> None:
        """Raise Inconclusive where both see the data of both: then the texts tell nobody apart."""
        if all(
            given_away(self.listed(a), b.owns)
            for a, b in ((self.one, self.two), (self.two, self.one))
        ):
            detail = f"{self.one.name} and {self.two.name} see the same data"
            raise Inconclusive("control_failed", detail)


def _counted(answer: Answer) -> tuple[int, int] | None:
    """How many records a page shows, and how many there are said to be; None where it tells neither, or not all."""
    body = json_of(answer)
    found = records_in(body)
    members = body if isinstance(body, Mapping) else {}
    told = [answer.headers.get(f, "") for f in _COUNT_FIELDS]
    told += [str(members.get(m, "")) for m in _COUNT_MEMBERS]
    counts = [n for t in told if (n := whole(t)) is not None]
    goes_on = next_of(answer) is not None or any(members.get(m) for m in _NEXT_MEMBERS)
    if not succeeded(answer) or not found or not counts or goes_on:
        return None
    return len(found[1]), counts[0]


def listing_of(kind: str, door: Operation) -> Operation:
    """How restricted data are asked for, in long pages."""
    name = _LIMITS.get(kind)
    return replace(door, params={**door.params, name: _MANY}) if name else door


def record_of(listing: Operation, owner: Asker, kind: str, other: Asker) -> Record:
    """A record of one with an identifier that the other has no record under. Raises Inconclusive."""
    own, others = (records_in(json_of(a.ask(listing))) or ("", []) for a in (owner, other))
    shared = {id_of(r) for r in others[1] if not any(t in str(r) for t in owner.owns)}
    for record in own[1]:
        if (
            id_of(record)
            and id_of(record) not in shared
            and any(t in str(record) for t in owner.owns)
        ):
            return record
    detail = f"no record with an identifier of its own in {kind} holds what {owner.name} owns"
    raise Inconclusive("no_data", detail)


def item_of(kind: str, listing: Operation, record: Record) -> Operation:
    """How one record is asked for by its identifier."""
    name = id_of(record) or ""
    paths = {
        "ngsi-ld": path_of(name),
        "sensorthings": str(record.get("@iot.selfLink", "")),
    }
    below = f"{listing.path.partition('?')[0].rstrip('/')}/{quote(name, safe=':')}"
    return Operation("GET", paths.get(kind) or below, {}, listing.headers)


def ways_to(interface: Interface, listing: Operation, record: Record) -> list[Operation]:
    """The ways to one record: its address, filters, queries, its past."""
    name = id_of(record) or ""
    item = item_of(interface.kind, listing, record)
    if interface.kind == "ngsi-ld":
        asked = {"type": "Query", "entities": [{"id": name, "type": record.get("type")}]}
        return [
            item,
            replace(listing, params={**listing.params, "id": name}),
            Operation("POST", "/entityOperations/query", {}, listing.headers, asked),
            Operation("GET", f"/temporal{item.path}", {}, listing.headers),
        ]
    if interface.kind == "sensorthings":
        number = record.get("@iot.id")
        wanted = f"id eq {number}" if isinstance(number, int) else f"id eq '{number}'"
        return [item, replace(listing, params={**listing.params, "$filter": wanted})]
    filters = ("id", "q", "ids") if interface.kind == "rest" else ("ids", "filter")
    texts = {"filter": f"id='{name}'"}
    found = [replace(listing, params={**listing.params, f: texts.get(f, name)}) for f in filters]
    return [item, *found]


def holds_record(answer: Answer, record: Record) -> bool:
    """Whether an answer has the record: its identifier, with something more that is the same."""
    return succeeded(answer) and any(_is_same(v, record) for v in _objects(json_of(answer)))


def assert_withheld(
    answer: Answer,
    record: Record,
    who: str,
    what: str,
    *,
    owns: tuple[str, ...] = (),
    way: Any = None,
) -> None:
    """Somebody gets nothing of a record, nor what its owner `owns`, which the `way` there does not name.

    Raises Contradiction.
    """
    __tracebackhide__ = True
    _ = settled(answer)
    named = f"{way} {id_of(record)}"
    assert_kept(answer, [t for t in owns if t not in named], who, what)
    assert_that(
        not holds_record(answer, record),
        f"{who} is given what is not for them: {what}",
        expected=f"nothing of {id_of(record)}",
        received=f"status {answer.status} with it",
    )


def _is_same(value: Record, record: Record) -> bool:
    name = id_of(record)
    more = (k for k, v in record.items() if v != name and not isinstance(v, Mapping | list))
    return id_of(value) == name and any(value.get(k) == record[k] for k in more)


def _objects(value: Any) -> Iterator[Record]:
    if isinstance(value, Mapping):
        yield value
    for part in (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    ):
        yield from _objects(part)
