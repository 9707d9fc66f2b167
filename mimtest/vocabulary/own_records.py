"""Things of our own in an interface that is guarded: created by who may, tried by who may not, and removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.access import DENIED, Asker, Operation, settled, succeeded
from mimtest.vocabulary.expect import assert_that, excerpt
from mimtest.vocabulary.ngsild import own_id, own_name, path_of
from mimtest.vocabulary.operations import example_of, is_absent, posting
from mimtest.vocabulary.rest import Api
from mimtest.vocabulary.rest_records import json_of, records_in

#: Also for who may not: there is no such method for them.
_REFUSED: Final = (*DENIED, 405)
_GEOJSON: Final = "application/geo+json"
#: The body of a new thing, and where it will be; None where only the answer tells.
Draft = Callable[[int], tuple[Any, str | None]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where things of our own are put; `owner` is who removes them: the interface's own credentials."""

    client: Client
    path: str
    draft: Draft
    owner: Asker
    numbers: "count[int]"
    headers: Mapping[str, str]

    def put(self, asker: Asker) -> str:
        """Where a new thing is. Raises Inconclusive where it is not taken."""
        answer, address = self._send(asker)
        if not succeeded(answer):
            if is_absent(answer.received.status):
                raise NotApplicable("not_offered", f"POST {self.path} is not offered")
            detail = f"{asker.name} gets {answer.received.status}: {excerpt(answer)}"
            raise Inconclusive("control_failed", detail)
        if address is None:
            raise Inconclusive("precondition_unmet", "what was created is not told where it is")
        return address

    def _send(self, asker: Asker) -> tuple[Answer, str | None]:
        """Try to create something, which is removed afterwards."""
        body, undo = self.draft(next(self.numbers))
        content: dict[str, Any] = {
            "json": body,
            "headers": {**self.headers, **asker.fields},
            "auth": asker.known,
        }
        if undo:
            return self.client.create(self.path, undo=undo, **content), undo
        answer = self.client.post(self.path, **content)
        address = answer.location
        if succeeded(answer) and address:
            self.client.note_created(address)
        return answer, address

    def assert_guarded(self, asker: Asker, thing: str, way: str) -> None:
        """Somebody can neither create something nor remove a thing. Raises Contradiction."""
        __tracebackhide__ = True
        if way == "create":
            answer, _ = self._send(asker)
        else:
            answer = self.client.delete(thing, headers=dict(asker.fields), auth=asker.known)
        status = settled(answer).status
        assert_that(
            not answer.ok,
            f"{asker.name} is let {way} something at {urlsplit(self.path).path}",
            expected="status 401, 403 or 404",
            received=f"status {status}",
        )
        kept = self.client.get(thing, headers=dict(self.owner.fields), auth=self.owner.known)
        assert_that(
            kept.status not in (404, 410),
            f"{asker.name} was answered {status}, but what there was is gone",
            expected="status 200 for who may read it",
            received=f"status {kept.status}",
        )
        if status not in _REFUSED:
            detail = f"{asker.name} is answered {status} to {way} something, which is no refusal"
            raise Inconclusive("control_failed", detail)


def shelf_of(client: Client, api: Api | None, door: Operation, run_id: str) -> Shelf:
    """Where a kind of interface takes new things. Raises NotApplicable where none is known."""
    owner = Asker(client, "who has the interface's credentials", known=True)
    makers: Mapping[str, Callable[[], tuple[str, Draft, Mapping[str, str]]]] = {
        "ngsi-ld": lambda: ("/entities", _entity(run_id), {}),
        "sensorthings": lambda: ("/Things", _thing(run_id), {}),
        "ogc-api-features": lambda: _feature(owner, door),
        "rest": lambda: _record(api, run_id),
    }
    path, draft, headers = makers[client.interface.kind]()
    return Shelf(client, path, draft, owner, count(), headers)


def _entity(run_id: str) -> Draft:
    def draft(number: int) -> tuple[Any, str | None]:
        named = own_id(f"Guarded{number}", run_id)
        label = {"type": "Property", "value": "mimtest"}
        return {"id": named, "type": own_name("Guarded", run_id), "label": label}, path_of(named)

    return draft


def _thing(run_id: str) -> Draft:
    text = "made by mimtest and removed again"
    return lambda n: ({"name": f"mimtest {run_id} guarded {n}", "description": text}, None)


def _feature(owner: Asker, door: Operation) -> tuple[str, Draft, Mapping[str, str]]:
    """A copy of a feature that is there, since nobody else knows what a collection takes."""
    found = records_in(json_of(owner.ask(door)))
    if not found or not found[1] or "geometry" not in found[1][0]:
        raise NotApplicable("not_offered", f"{door.name} gives no features to copy")
    copied = {k: v for k, v in found[1][0].items() if k not in ("id", "links")}
    return door.path, lambda _: (copied, None), {"Content-Type": _GEOJSON}


def _record(api: Api | None, run_id: str) -> tuple[str, Draft, Mapping[str, str]]:
    known = list(posting(api)) if api else []
    if api is None or not known:
        detail = "the description names nothing that can be created and deleted"
        raise NotApplicable("not_offered", detail)
    path, schema = known[0]
    document = api.document
    return (
        f"{api.base}{path}",
        lambda n: (example_of(document, schema, f"mimtest {run_id} {n}"), None),
        {},
    )
