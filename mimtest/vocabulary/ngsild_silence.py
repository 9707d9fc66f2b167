"""What a subscription is not to tell of (GS CIM 009 5.8.6)."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, Unanswered
from mimtest.network.incoming import Asked
from mimtest.vocabulary.expect import assert_equal, assert_status, fail, json_object
from mimtest.vocabulary.ngsild_notices import Entity, entities_told, has_value
from mimtest.vocabulary.ngsild_notifications import Watch
from mimtest.vocabulary.ngsild_subjects import State, Subject
from mimtest.vocabulary.waiting import eventually

_OK: Final = 200
_GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True)
class Silence:
    """What is not to come any more to a subscription: anything but what it may have told before.

    `since` is the moment of the monotonic clock from which on nothing is to be told of nothing either.
    """

    watch: Watch
    what: str
    past: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    since: float = 0.0

    def broken_by(self, asked: Asked) -> bool:
        """Whether a message is not one of what was so before, such as one that came since and is empty."""
        with suppress(Contradiction, Unanswered):
            told = entities_told(asked)
            return not all(map(self._is_past, told)) if told else asked.at >= self.since
        return True

    def _is_past(self, entity: Entity) -> bool:
        known = self.past.get(str(entity.get("id")))
        return known is not None and all(
            any(has_value(entity, n, v) for v in values) for n, values in known.items()
        )


def silence(watch: Watch, what: str, *subjects: Subject) -> Silence:
    """From now on nothing is to come but how the subjects have been up to now."""
    past = {s.id: {n: tuple(values) for n, values in s.past.items()} for s in subjects}
    return Silence(watch, what, past, time.monotonic())


def assert_unheard(silences: Iterable[Silence], control: Watch, state: State) -> None:
    """None of these is broken in a quiet time after the control has been told of something that fits.

    Raises Inconclusive when the control is not, Contradiction for what comes.
    """
    __tracebackhide__ = True
    confirm(control, state)
    assert_no_more(silences, control)


def assert_no_more(silences: Iterable[Silence], control: Watch) -> None:
    """None of these is broken in a quiet time; the control has been told already. Raises Contradiction."""
    __tracebackhide__ = True
    time.sleep(control.box.receiver.quiet)
    for one in silences:
        came = [a for a in one.watch.box.arrived() if one.broken_by(a)]
        if came:
            text = came[0].body[:300].decode("utf-8", errors="replace")
            fail(f"a notification comes {one.what}", expected="none", received=text)


def confirm(control: Watch, state: State, more: float = 0.0) -> Asked:
    """What the control is told. Raises Inconclusive when nothing that fits comes."""
    __tracebackhide__ = True
    try:
        return control.hear(state, "the notification of the control", more)
    except Contradiction as missing:
        raise Inconclusive("control_failed", missing.message) from None


def assert_falls_silent(
    watch: Watch, subject: Subject, control: Watch, what: str, ended: Callable[[], None]
) -> None:
    """A change is not told of any more, at the latest when the broker has settled.

    `ended` looks whether the broker says so itself, when something comes all the same.
    """
    __tracebackhide__ = True
    try:
        _change_unheard(watch, subject, control, what)
    except Contradiction:
        ended()
        time.sleep(watch.broker.client.interface.settles)
        _change_unheard(watch, subject, control, what)


def _change_unheard(watch: Watch, subject: Subject, control: Watch, what: str) -> None:
    __tracebackhide__ = True
    quiet = silence(watch, what, subject)
    subject.change()
    assert_unheard([quiet], control, subject.now)


def require_ended(watch: Watch, state: str) -> None:
    """The broker shows the subscription as deleted, or in that state. Raises Inconclusive (A52)."""

    def look() -> None:
        answer = watch.broker.get(watch.path)
        if state != "deleted" and answer.status == _OK:
            assert_equal(json_object(answer).get("status"), state, "the subscription's status")
        else:
            assert_status(answer, *_GONE, what="the answer for the subscription")

    try:
        eventually(look)
    except Contradiction as unended:
        raise Inconclusive("precondition_unmet", unended.message) from None
