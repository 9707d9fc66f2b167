"""When notifications come, by two clocks: ours, and the broker's."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Final, Generic, TypeVar

from mimtest import clock
from mimtest.errors import Contradiction, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.incoming import Asked
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild_notices import Fits, notification_in, tells

#: How far apart clocks may be, in seconds, that count as equal: a Date field is to the second.
_SLACK: Final = 1.5
_TWO: Final = 2
T = TypeVar("T")


class Scene(Generic[T]):
    """What is begun early for one check; what goes wrong with it is that check's matter alone."""

    def __init__(self, begin: Callable[[], T]) -> None:
        self._trouble: Exception | None = None
        self._made: list[T] = []
        try:
            self._made.append(begin())
        except (Contradiction, Unsettled) as trouble:
            self._trouble = trouble

    def get(self) -> T:
        """What was begun. Raises what went wrong."""
        __tracebackhide__ = True
        if self._trouble is not None:
            raise self._trouble
        return self._made[0]


def gaps(messages: Iterable[Asked]) -> list[float]:
    """The seconds between messages that follow each other, by when they came or were sent.

    The longer ones count: what is sent in time may come late, and all at once.
    """
    moments = sorted(map(_moments, messages))
    return [max(b - a for a, b in zip(one, other, strict=True)) for one, other in pairwise(moments)]


def _moments(asked: Asked) -> tuple[float, float]:
    with suppress(Contradiction, Unsettled):
        said = instant(notification_in(asked).get("notifiedAt"))
        return asked.at, said.timestamp() if said else 0.0
    return asked.at, 0.0


def tries(messages: Iterable[Asked], fits: Fits) -> list[float]:
    """The moments at which messages with an entity that fits came, by our clock."""
    return sorted(a.at for a in messages if tells(a, fits))


def is_tried_again(moments: Sequence[float]) -> bool:
    """Whether what came at these moments may come again: the pauses between them may have grown twofold."""
    if len(moments) < _TWO:
        return False
    last, pause = moments[-1], moments[-1] - moments[-2]
    return time.monotonic() - last < _TWO * pause + _SLACK


def moment_in(seconds: float, answer: Answer) -> tuple[str, float]:
    """A DateTime of the broker that far ahead, and the same on our monotonic clock.

    Its clock is known from the Date field of an answer; where that is off, a second is added.
    """
    now = clock.now()
    skew = _ahead(answer, now)
    life = seconds + (1.0 if skew else 0.0)
    moment = now + timedelta(seconds=skew + life)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z", time.monotonic() + life


def _ahead(answer: Answer, now: datetime) -> float:
    with suppress(ValueError, TypeError):
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        ahead = (theirs - now).total_seconds()
        return ahead if abs(ahead) > _SLACK else 0.0
    return 0.0
