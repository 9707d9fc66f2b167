"""Features of our own in a collection that can be changed (OGC 20-002, OGC API - Features - Part 4, draft).

They are copies of a feature that is there, since nobody else knows what a collection takes, with one property
and the place changed. What is created is removed afterwards by its address.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt, fail, member, same
from mimtest.vocabulary.geo import close
from mimtest.vocabulary.geojson import Point, Shape
from mimtest.vocabulary.ogcapi import FEATURES, GEOJSON, Collection, Service, document
from mimtest.vocabulary.ogcapi_pages import features_of
from mimtest.vocabulary.samples import identifier, place_of

MERGE_PATCH: Final = "application/merge-patch+json"
#: Degrees; a metre.
ROUNDING: Final = 1e-5
#: Degrees a copy is moved by, so that it can be told from its original; about thirty metres.
STEP: Final = 0.0003
_REFUSED: Final = (400, 403, 409, 422)
_QUEUED: Final = 202
_CREATED: Final = 201
_ERRORS: Final = 400


@dataclass(frozen=True, slots=True)
class Workshop:
    """A collection that features can be added to, a feature of it, and the property that is changed."""

    service: Service
    collection: Collection
    model: Mapping[str, Any]
    name: str

    @property
    def client(self) -> Client:
        """What requests are sent with."""
        return self.service.client

    @property
    def items(self) -> str:
        """Where features are added, without what chooses a format."""
        return self.collection.items.partition("?")[0]

    def draft(self, mark: str, steps: int = 1) -> dict[str, Any]:
        """A feature to send: the model without its id, marked, and moved by so many steps."""
        properties = copy.deepcopy(dict(self.model["properties"]))
        properties[self.name] = marked(properties[self.name], mark)
        geometry = copy.deepcopy(self.model["geometry"])
        geometry["coordinates"] = _moved(geometry["coordinates"], steps * STEP)
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    def send(self, feature: Any, **headers: str) -> Answer:
        """POST a feature; what comes of it is removed afterwards."""
        fields = {"Content-Type": GEOJSON, "Accept": FEATURES}
        fields |= {k.replace("_", "-"): v for k, v in headers.items()}
        answer = self.client.post(self.items, json=feature, headers=fields)
        if answer.received.status < _ERRORS:
            for address in self._made(answer, feature):
                self.client.note_created(address)
        return answer

    def _made(self, answer: Answer, feature: Any) -> Iterable[str]:
        """Where a new feature is: where the answer says, else where it is found by its mark."""
        if answer.location:
            return [answer.location]
        mark = feature["properties"][self.name] if isinstance(feature, Mapping) else None
        page = self.service.features(self.items, fresh=True, limit=1000)
        found = [f for f in features_of(page) if (f.get("properties") or {}).get(self.name) == mark]
        return [self.collection.item(i) for i in map(identifier, found) if i]

    def add(self, mark: str, steps: int = 1) -> "Own":
        """A feature of our own. Raises Contradiction, and Inconclusive where a copy is refused or queued."""
        __tracebackhide__ = True
        sent = self.draft(mark, steps)
        answer = self.send(sent)
        if answer.status in _REFUSED:
            detail = f"a copy of a feature of '{self.collection.id}' gets {answer.status}"
            raise Inconclusive("request_refused", f"{detail}: {excerpt(answer)}")
        if answer.status == _QUEUED:
            raise Inconclusive("precondition_unmet", "new features are put in a queue (202)")
        assert_status(answer, _CREATED, what="the answer to a new feature")
        if answer.location is None:
            fail("a new feature is not told where it is", expected="Location", received="none")
        return Own(self, str(answer.location), sent)

    def change(self, method: str, address: str, body: Any = None, **headers: str) -> Answer:
        """PUT, PATCH or DELETE of something of our own."""
        kind = MERGE_PATCH if method == "PATCH" else GEOJSON
        fields = {} if body is None else {"Content-Type": kind}
        fields |= {k.replace("_", "-"): v for k, v in headers.items()}
        content = {} if body is None else {"json": body}
        return self.client.request(method, address, headers=fields, **content)


@dataclass(frozen=True, slots=True)
class Own:
    """A feature of our own: where it is, and how it was sent."""

    workshop: Workshop
    address: str
    sent: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its id, as it stands in its document."""
        return identifier(self.read()) or ""

    def get(self) -> Answer:
        """Ask for it now."""
        return self.workshop.service.get(self.address, accept=FEATURES, fresh=True)

    def read(self) -> dict[str, Any]:
        """What it is now. Raises Contradiction."""
        __tracebackhide__ = True
        return document(self.get())


def marked(value: Any, mark: str) -> Any:
    """Another value of the same type."""
    return f"{value} {mark}" if isinstance(value, str) else value + 1


def _moved(node: Any, by: float) -> Any:
    if isinstance(node[0], int | float):
        return [round(node[0] + by, 7), *node[1:]]
    return [_moved(child, by) for child in node]


def assert_holds(given: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """A feature has the place and the properties that were sent; it may have more. Raises Contradiction."""
    __tracebackhide__ = True
    properties = member(given, "properties", dict, "the feature")
    wanted = {k: v for k, v in sent["properties"].items() if v is not None}
    wrong = [k for k, v in wanted.items() if not same(properties.get(k), v)]
    assert_that(
        not wrong,
        "properties differ from those sent",
        expected={k: wanted[k] for k in wrong},
        received={k: properties.get(k) for k in wrong},
    )
    assert_at(given, place_of(sent))


def assert_at(given: Mapping[str, Any], wanted: Shape | None) -> None:
    """A feature lies where it was put. Raises Contradiction."""
    __tracebackhide__ = True
    here, there = (s.positions if s else () for s in (place_of(given), wanted))
    assert_that(
        bool(here) == bool(there) and (not here or close(here, there, ROUNDING)),
        "the place differs from the one sent",
        expected=there[:3],
        received=here[:3],
    )


def around(place: Point) -> str:
    """A small box around a position, as a `bbox`."""
    x, y = place
    return f"{x - STEP / 4:.6f},{y - STEP / 4:.6f},{x + STEP / 4:.6f},{y + STEP / 4:.6f}"


def allowed(service: Service, address: str) -> set[str]:
    """The methods that OPTIONS names at an address; empty where it does not answer."""
    answer = service.client.options(address.partition("?")[0])
    named = answer.headers.get("allow") or "" if answer.ok else ""
    return {m.strip().upper() for m in named.split(",") if m.strip()}


def find_workshop(service: Service, collections: Iterable[Collection]) -> Workshop:
    """The first collection that takes new features and has one to copy. Raises Inconclusive."""
    reasons = []
    for collection in collections:
        if "POST" not in allowed(service, collection.items):
            continue
        try:
            found = features_of(service.features(collection.items, fresh=True, limit=10))
        except Contradiction as problem:
            reasons.append(str(problem))
            continue
        for feature in found:
            name = _changeable(feature)
            if name and place_of(feature):
                return Workshop(service, collection, feature, name)
        reasons.append(f"'{collection.id}' has no feature that could be copied")
    detail = reasons[0] if reasons else "no collection names POST as allowed (OPTIONS, Allow)"
    raise Inconclusive("no_data" if reasons else "precondition_unmet", detail)


def _changeable(feature: Mapping[str, Any]) -> str | None:
    """The property to change: the longest text, else a number."""
    properties = feature.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    texts = [k for k, v in known.items() if isinstance(v, str) and " " in v.strip()]
    texts = texts or [k for k, v in known.items() if isinstance(v, str) and v.isalpha()]
    numbers = [k for k, v in known.items() if isinstance(v, int) and not isinstance(v, bool)]
    return max(texts, key=lambda k: len(known[k])) if texts else next(iter(numbers), None)
