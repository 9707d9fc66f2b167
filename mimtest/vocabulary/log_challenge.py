"""Requests that a log has to show, and the lines of it that do (ISO/IEC 27001 A.8.15; W3C Trace Context).

Each request carries a `traceparent` of its own. A log that does not keep it shows the request by time, path and status.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mimtest import clock
from mimtest.errors import Contradiction
from mimtest.network.answer import Answer
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.access import DENIED, Asker, Operation
from mimtest.vocabulary.expect import member, objects
from mimtest.vocabulary.noting import read_note, write_note

#: Clocks of two machines, and a log that writes when the answer is sent.
_APART: Final = timedelta(seconds=60)
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_COMMON: Final = re.compile(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}")
_WORDS: Final = re.compile(r"den(y|ied)|refus|reject|forbidden|unauthori[sz]ed|fail", re.IGNORECASE)
_EPOCH: Final = re.compile(r"(?<![\d.])1[6-9]\d{8}(?:\d{3})?(?:\.\d+)?(?![\d.])")
_MILLISECONDS: Final = 1e11
_REQUESTS: Final = 3
_TEXTS: Final = ("trace", "at", "method", "path")
#: Seconds: no zone is further from UTC, and all differ from it by a multiple of the other.
_FARTHEST: Final = 14 * 3600
_ZONES: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was sent: when, how it was answered, and what tells it from all others."""

    trace: str
    at: str
    method: str
    path: str
    status: int

    @property
    def moment(self) -> datetime:
        """When it was sent."""
        return datetime.fromisoformat(self.at)


def challenge(asker: Asker, door: Operation) -> tuple[Asked, ...]:
    """Ask a few times, each with a traceparent of its own."""
    return tuple(_ask(asker, door) for _ in range(_REQUESTS))


def _ask(asker: Asker, door: Operation) -> Asked:
    trace = token_hex(16)
    answer = asker.ask(door, traceparent=f"00-{trace}-{token_hex(8)}-01")
    at = clock.now().isoformat(timespec="seconds")
    path = unquote(urlsplit(answer.url).path)
    return Asked(trace, at, door.method, path, answer.received.status)


def write_challenge(file: Path, asked: tuple[Asked, ...]) -> None:
    """Note the requests for who looks for them in a log. Raises Inconclusive."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_note(file, {"requests": [asdict(a) for a in asked]})


def read_challenge(file: Path) -> tuple[Asked, ...] | None:
    """The requests that an earlier run noted; None where there are none. Raises Inconclusive."""
    return read_note(file, _noted, "requests")


def _noted(value: Any) -> tuple[Asked, ...]:
    listed = objects(member(value, "requests", list, "the file"), "'requests'")
    return tuple(
        Asked(
            **{n: member(r, n, str, "a request") for n in _TEXTS}, status=member(r, "status", int)
        )
        for r in listed
    )


def lines_of(text: str) -> list[str]:
    """The lines of a log: those of a text, or the entries of a list in JSON."""
    try:
        value = parse_json(text.encode())
    except Contradiction:
        return [line for line in text.splitlines() if line.strip()]
    return [json.dumps(e, ensure_ascii=False) for e in _entries(value)]


def _entries(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        lists = [
            v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], Mapping)
        ]
        return lists[0] if lists else [value]
    return []


def matching(lines: list[str], asked: Asked) -> list[str]:
    """The lines that show a request: by its trace, else by time, path and status."""
    by_trace = [k for k in lines if asked.trace in k]
    if by_trace:
        return by_trace
    end = "/".join(asked.path.split("/")[-2:])  # a proxy may take away how the path begins
    place = re.compile(rf"{re.escape(end)}(?![\w/;%.:-])")
    own = (k for k in lines if place.search(unquote(k)) and _tells(k, asked.status))
    return [k for k in own if is_timely(k, asked)]


def _tells(line: str, status: int) -> bool:
    return bool(re.search(rf"(?<!\d){status}(?!\d)", line))


def tells_result(line: str, asked: Asked) -> bool:
    """Whether a line says that the request was refused: by a status, which a proxy may change, or in words."""
    return any(_tells(line, s) for s in (asked.status, *DENIED)) or bool(_WORDS.search(line))


def is_timely(line: str, asked: Asked) -> bool:
    """Whether one of the moments in a line is about that of the request; one without a zone in any zone."""
    return any(_is_near(moment, asked.moment) for moment in moments_in(line))


def _is_near(moment: datetime, asked: datetime) -> bool:
    if moment.tzinfo:
        return abs(moment - asked) <= _APART
    apart = (moment.replace(tzinfo=UTC) - asked).total_seconds()
    rest = apart % _ZONES
    return abs(apart) <= _FARTHEST + _ZONES and min(rest, _ZONES - rest) <= _APART.total_seconds()


def moments_in(line: str) -> Iterator[datetime]:
    """The moments that stand in a line: ISO 8601, common log format, seconds since 1970."""
    readers: tuple[tuple[re.Pattern[str], Callable[[str], datetime]], ...] = (
        (_ISO, lambda t: datetime.fromisoformat(t.upper().replace(",", "."))),
        (_COMMON, lambda t: datetime.strptime(t, "%d/%b/%Y:%H:%M:%S %z")),
        (_EPOCH, lambda t: _since_1970(float(t))),
    )
    for pattern, read in readers:
        for text in pattern.findall(line):
            with suppress(ValueError):  # digits that are no time
                yield read(text)


def _since_1970(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)


def log_of(answer: Answer) -> list[str]:
    """The lines of a log that was asked for."""
    return lines_of(answer.text())
