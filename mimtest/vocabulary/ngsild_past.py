"""The past that checks of reading are tried on: entities whose evolution the tester knows.

A run that may write makes them itself. A run that only reads takes one found under the types of the target
file, of which then only what lies between its first and last known event is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.models.representations import VALUE_MEMBERS
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_array,
    member,
    objects,
    of_type,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, instant
from mimtest.vocabulary.ngsild import Broker, short_named
from mimtest.vocabulary.ngsild_entities import Note, assert_bad_request
from mimtest.vocabulary.ngsild_history import Event, Events, TimeRange, assert_events, moment_of
from mimtest.vocabulary.ngsild_temporal import evolution_in, histories_of, history_of

_PARTIAL: Final = 206
_LEAST_GAP: Final = timedelta(seconds=2)
_PAIR: Final = 2
#: For a query that has to say when.
EVER: Final = TimeRange("after", moment_of("1970-01-01T00:00:00Z"))


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What is known of the past of one entity: the events of its attributes by their names."""

    id: str
    type: str
    events: Mapping[str, Events]


@dataclass(frozen=True, slots=True)
class Past:
    """Known chronicles by what they are good for, and the names of attributes by theirs.

    There always is a `gauge`, which has a `number`; `own` says that all of them are ours. `scopes` are
    those of our scoped entities.
    """

    broker: Broker
    chronicles: Mapping[str, Chronicle]
    names: Mapping[str, str]
    own: bool
    scopes: Mapping[str, str] = field(default_factory=dict)

    @property
    def gauge(self) -> Chronicle:
        """The entity whose number changed most often."""
        return self.chronicles["gauge"]

    @property
    def numbers(self) -> Events:
        """What is known of that number."""
        return self.gauge.events[self.names["number"]]

    @property
    def whole(self) -> TimeRange:
        """From the day of the gauge's first known event to that after the last."""
        moments = [e.at for events in self.gauge.events.values() for e in events]
        return TimeRange("between", day_of(min(moments)), day_of(max(moments)) + timedelta(days=1))

    @property
    def settled(self) -> TimeRange:
        """As `whole`, but of what is not ours without the last number, after which more may come."""
        if self.own:
            return self.whole
        return TimeRange("between", self.whole.at, max(e.at for e in self.numbers))

    def chronicle(self, role: str) -> Chronicle:
        """One of our own chronicles. Raises Inconclusive where there is none."""
        if not self.own:
            raise Inconclusive("no_data", "the past of a sampled entity is not known well enough")
        if role not in self.chronicles:
            raise Inconclusive("precondition_unmet", f"the entity was not accepted: {role}")
        return self.chronicles[role]

    def name(self, role: str) -> str:
        """The name of an attribute. Raises Inconclusive where there is none."""
        if role not in self.names:
            raise Inconclusive("no_data", "the sampled entity has no attribute of that kind")
        return self.names[role]

    def retrieve(
        self, asked: TimeRange | None = None, role: str = "gauge", **params: Any
    ) -> Answer:
        """Retrieve Temporal Evolution of an Entity (5.7.3)."""
        times = asked.params if asked else {}
        return history_of(self.broker, self.chronicles[role].id, **times, **params)

    def query(self, asked: TimeRange | None = None, **params: Any) -> Answer:
        """Query Temporal Evolution of Entities (5.7.4) of the type of the gauge."""
        of = {"type": self.gauge.type} | ({} if self.own else {"id": self.gauge.id})
        times = asked.params if asked else {}
        return histories_of(self.broker, **{**of, **times, **params})

    def told(
        self, operation: str, asked: TimeRange | None = None, role: str = "gauge", **params: Any
    ) -> tuple[Answer, dict[str, Any]]:
        """A known entity's evolution as it is retrieved, or as a query for it tells it, and the answer."""
        __tracebackhide__ = True
        if operation == "retrieve":
            answer = self.retrieve(asked, role, **params)
            return answer, evolution_in(answer)
        known, times = self.chronicles[role], (asked or EVER).params
        answer = histories_of(self.broker, type=known.type, id=known.id, **times, **params)
        return answer, evolutions_in(answer).get(known.id, {})

    def gauges(self) -> list[Chronicle]:
        """The known entities of the type of the gauge."""
        return [c for c in self.chronicles.values() if c.type == self.gauge.type]

    def assert_told(self, answer: Answer, found: Events, expected: Events, what: str) -> None:
        """An answer tells of the expected events, as far as the past is known.

        Raises Inconclusive where it says that it is only a part, and it is one.
        """
        __tracebackhide__ = True
        until = max(e.at for events in self.gauge.events.values() for e in events)
        known = [e for e in found if self.own or e.at <= until]
        if answer.status == _PARTIAL and len(known) < len(expected):
            detail = f"{what}: the broker gives {len(known)} of {len(expected)} instances at a time"
            raise Inconclusive("precondition_unmet", detail)
        assert_events(known, expected, what)


def day_of(moment: datetime) -> datetime:
    """The begin of a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def assert_refused(answer: Answer, control: Answer, reading: Note) -> None:
    """A wrong request is refused, while the control, the same made right, is answered."""
    __tracebackhide__ = True
    assert_answered(control)
    assert_bad_request(answer, reading)


def assert_answered(control: Answer) -> None:
    """A request that is right was answered. Raises Inconclusive otherwise: nothing follows from others."""
    if control.status not in (200, _PARTIAL):
        detail = f"a right request is answered with {control.status}"
        raise Inconclusive("control_failed", detail)


def evolutions_in(answer: Answer) -> dict[str, dict[str, Any]]:
    """The evolutions an answer to a query holds, by the entities' ids. Raises Contradiction."""
    __tracebackhide__ = True
    body = json_array(assert_status(answer, 200, _PARTIAL), "the answer to a query")
    found = [short_named(e) for e in objects(body, "the answer to a query")]
    return {member(e, "id", str, "an evolution"): e for e in found}


def instances_in(evolution: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The instances of an attribute; one may stand alone. Raises Contradiction."""
    __tracebackhide__ = True
    held = evolution.get(name, [])
    return objects(held if isinstance(held, list) else [held], f"'{name}'")


def normalized_in(evolution: Mapping[str, Any], name: str) -> list[Event]:
    """The instances of an attribute in a normalized evolution (4.5.7). Raises Contradiction."""
    __tracebackhide__ = True
    return [_event(i, name) for i in instances_in(evolution, name)]


def _event(instance: Mapping[str, Any], name: str) -> Event:
    __tracebackhide__ = True
    what = f"an instance of '{name}'"
    kind = member(instance, "type", str, what)
    value = member(instance, VALUE_MEMBERS.get(kind, "value"), None, what)
    return Event(_moment(member(instance, "observedAt", str, what), what), _plain(value))


def simplified_in(evolution: Mapping[str, Any], name: str, kind: str) -> list[Event]:
    """The values of an attribute and their times in a simplified evolution (4.5.9).

    Raises Contradiction for another kind of attribute, too.
    """
    __tracebackhide__ = True
    found = []
    for series in instances_in(evolution, name):
        assert_equal(member(series, "type", str, f"'{name}'"), kind, f"the type of '{name}'")
        pairs = member(series, f"{VALUE_MEMBERS[kind]}s", list, f"'{name}'")
        found += [_paired(p, name) for p in pairs]
    return found


def _paired(pair: Any, name: str) -> Event:
    __tracebackhide__ = True
    what = f"a value of '{name}'"
    listed = of_type(pair, list, what)
    assert_equal(len(listed), _PAIR, f"the length of {what} with its time")
    return Event(_moment(of_type(listed[1], str, f"the time of {what}"), what), _plain(listed[0]))


def _moment(text: str, what: str) -> datetime:
    __tracebackhide__ = True
    moment = instant(text)
    assert_that(moment, f"the time of {what} is none", expected="a DateTime", received=text)
    assert moment is not None
    return moment


def _plain(value: Any) -> Any:
    """A value, also a wrapped one, with a word of the default vocabulary in its short form."""
    if isinstance(value, dict):
        return {k: _short(v) for k, v in value.items()}
    return _short(value)


def _short(value: Any) -> Any:
    return value.removeprefix(DEFAULT_VOCABULARY) if isinstance(value, str) else value


def splits(events: Events) -> list[datetime]:
    """Moments, in whole seconds, between events that lie apart."""
    moments = sorted({e.at for e in events})
    middles = [a + (b - a) / 2 for a, b in pairwise(moments) if b - a >= _LEAST_GAP]
    return [m.replace(microsecond=0) for m in middles]


def ranges(events: Events) -> dict[str, TimeRange]:
    """A range for each relation, no event at its bounds. Raises Inconclusive for too few events."""
    cuts = splits(events)
    if len(cuts) < _PAIR:
        raise Inconclusive("no_data", "there are too few observations to tell apart")
    one, other = cuts[len(cuts) // 3], cuts[-1 - len(cuts) // 3]
    one, other = (one, other) if one < other else (cuts[0], cuts[-1])
    return {
        "before": TimeRange("before", other),
        "after": TimeRange("after", one),
        "between": TimeRange("between", one, other),
    }
