"""Times: written as RFC 3339 and ISO 8601 have them, in an order that can be, and not made up."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mimtest.models.facts import ModelFacts
from mimtest.models.formats import is_date, is_date_time, is_time
from mimtest.models.reading import Place, Reading
from mimtest.models.representations import untyped
from mimtest.models.rule import Objection, rule

_NAMED: Final = re.compile(r"(?:date|time)(?:[A-Z]\w*)?|\w+(?:Date|DateTime|Timestamp)|timestamp")
_PARTLY: Final = re.compile(r"\d{4}(?:-\d\d)?|\d{4}-?W\d\d(?:-?\d)?|--\d\d-\d\d")
_DURATION: Final = re.compile(
    r"-?P(?=[\dT])(?:\d+(?:[.,]\d+)?W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?"
    r"(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?)"
)
_LIKE_A_TIME: Final = re.compile(r"\d{4}-\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{8}T\d")
_CLOCK: Final = re.compile(r"\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?")
#: Moments that software writes where it knows none.
_NO_TIMES: Final = ("0001-01-01", "1900-01-01", "1970-01-01T00:00:00", "1969-12-31", "9999-12-31")
#: Attributes of which the first is not after the second.
_ORDERED: Final = (
    ("dateObservedFrom", "dateObservedTo"),
    ("startDate", "endDate"),
    ("startsAt", "endsAt"),
    ("startTime", "endTime"),
    ("startDateTime", "endDateTime"),
    ("validFrom", "validTo"),
    ("validFrom", "validUntil"),
    ("dateValidFrom", "dateValidTo"),
    ("calculationPeriodFrom", "calculationPeriodTo"),
    ("openingDate", "closingDate"),
    ("createdAt", "modifiedAt"),
    ("dateCreated", "dateModified"),
)
_SEEN: Final = frozenset(("observedAt", "createdAt", "modifiedAt"))
_PAST: Final = frozenset(("dateObserved", "dateObservedFrom", "dateModified", "dateCreated"))
#: How far a clock may be wrong, or a period of observation not be over yet.
_GRACE: Final = timedelta(days=1)


def instant(value: Any) -> datetime | None:
    """The moment that a date-time with its zone names, None for anything else."""
    if not isinstance(value, str) or not is_date_time(value):
        return None
    text = value.upper().replace(",", ".").replace(":60", ":59")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_duration(text: str) -> bool:
    """Whether text is a duration of ISO 8601."""
    return _DURATION.fullmatch(text) is not None


def is_interval(text: str) -> bool:
    """Whether text is an interval of ISO 8601: two moments, or one with a duration."""
    parts = text.split("/")
    if len(parts) != 2 or not any(map(_is_moment, parts)):  # noqa: PLR2004
        return False
    return all(_is_moment(p) or is_duration(p) or p in ("", "..") for p in parts)


def _is_moment(text: str) -> bool:
    return is_date_time(text) or is_date(text)


@rule(
    "moment-malformed",
    clause="RFC 3339 5.6; GS CIM 009 4.6.3, 4.8",
    of=lambda r, _: r.moments,
    normalized=True,
)
def _malformed(moment: Place, _: ModelFacts) -> Objection | None:
    """Every moment that NGSI-LD knows of is a date and time with its zone."""
    if isinstance(moment.value, str) and is_date_time(moment.value):
        return None
    return Objection(
        f"a moment of {moment.name or 'the entity'} is no date and time with its zone",
        "a time such as 2026-03-14T13:00:00Z",
        repr(moment.value),
    )


def _formatted(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    """Texts of attributes that the model gives a format of time."""
    known = {"date-time", "date", "time", "duration"}
    for place in reading.texts:
        formats = facts.formats.get(place.name, frozenset())
        if formats and formats <= known and place.value is untyped(place.instance.get("value")):
            yield place


_FORMATS: Final = {
    "date-time": is_date_time,
    "date": is_date,
    "time": is_time,
    "duration": is_duration,
}


@rule("time-of-another-format", clause="JSON Schema 2020-12 validation 7.3.1", of=_formatted)
def _other_format(place: Place, facts: ModelFacts) -> Objection | None:
    """Dates and times have the format that the model gives them."""
    formats = sorted(facts.formats[place.name])
    if any(_FORMATS[f](place.value) for f in formats):
        return None
    return Objection(f"{place.name} has another format", " or ".join(formats), repr(place.value))


def _named(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    """Texts that by name and look are times."""
    for place in reading.texts:
        if (
            _NAMED.fullmatch(place.name)
            and place.value is untyped(place.instance.get("value"))
            and (_LIKE_A_TIME.match(place.value) or _CLOCK.match(place.value))
        ):
            yield place


@rule("time-unclear", clause="MIMs Plus 9.0 MIM2 R1.1; ISO 8601", kind="suspect", of=_named)
def _unclear(place: Place, facts: ModelFacts) -> Objection | None:
    """Dates and times that no schema describes are ISO 8601, and times have their zone."""
    text = place.value
    if place.name in facts.formats:
        return None
    readers = (is_date_time, is_date, is_time, is_duration, is_interval)
    if any(holds(text) for holds in readers) or _PARTLY.fullmatch(text) or _CLOCK.fullmatch(text):
        return None
    return Objection(
        f"{place.name} can be read in more than one way",
        "a time such as 2026-03-14T13:00:00Z, or a date such as 2026-03-14",
        repr(text),
    )


def _times(reading: Reading, facts: ModelFacts) -> tuple[Place, ...]:
    """Whatever says when: moments, and texts that the model or their look makes times."""
    return reading.once("times", lambda: _all_times(reading, facts))


def _all_times(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    seen = set()
    for place in (*reading.moments, *_formatted(reading, facts), *_named(reading, facts)):
        if place.pointer not in seen and isinstance(place.value, str):
            seen.add(place.pointer)
            yield place


@rule("time-made-up", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_times)
def _made_up(place: Place, _: ModelFacts) -> Objection | None:
    """No time is one that software writes where it knows none, such as the start of 1970."""
    if not place.value.startswith(_NO_TIMES):
        return None
    return Objection(
        f"a time of {place.name or 'the entity'} looks made up", "a time that was", place.value
    )


def _past(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    for place in _times(reading, facts):
        last = place.pointer.rpartition("/")[2]
        if (last in _SEEN or place.name in _PAST) and instant(place.value):
            yield place


@rule("observed-in-the-future", clause="GS CIM 009 4.8", kind="suspect", of=_past)
def _future(place: Place, facts: ModelFacts) -> Objection | None:
    """What was observed or changed was so before now."""
    seen, now = instant(place.value), facts.now or datetime.now(UTC)
    if seen is None or seen <= now + _GRACE:
        return None
    return Objection(
        f"{place.name or 'the entity'} was observed in the future",
        f"a time before {now:%Y-%m-%dT%H:%M:%SZ}",
        place.value,
    )


def _pairs(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    """The later of two times whose order is known, with the earlier one."""
    for first, last in _ORDERED:
        if first not in reading.entity or last not in reading.entity:
            continue
        early, late = _bare(reading.entity.get(first)), _bare(reading.entity.get(last))
        if early is not None and late is not None:
            pair = (first, early, late)
            yield Place(f"/{last}", last, pair, {})


def _bare(attribute: Any) -> datetime | None:
    value = attribute.get("value") if isinstance(attribute, Mapping) else attribute
    return instant(untyped(value))


@rule("times-in-wrong-order", clause="MIMs Plus 9.0 MIM2 R1.1", of=_pairs)
def _wrong_order(place: Place, _: ModelFacts) -> Objection | None:
    """What begins does not end before."""
    first, early, late = place.value
    if early <= late:
        return None
    return Objection(
        f"{place.name} is before {first}", f"a time from {early.isoformat()} on", late.isoformat()
    )


def _intervals(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    return (p for p in reading.texts if p.value.count("/") == 1 and is_interval(p.value))


@rule("interval-backwards", clause="ISO 8601", of=_intervals)
def _backwards(place: Place, _: ModelFacts) -> Objection | None:
    """An interval does not end before it begins."""
    early, late = map(instant, place.value.split("/"))
    if early is None or late is None or early <= late:
        return None
    return Objection(f"{place.name} ends before it begins", "the earlier time first", place.value)
