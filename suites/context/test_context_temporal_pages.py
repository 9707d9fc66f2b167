"""Long histories, and histories of many entities, are told in parts (GS CIM 009 5.5.9, 6.3.10, 6.3.13)."""

from datetime import UTC, datetime, timedelta

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.target import Level
from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import next_page, own_id, own_name
from mimtest.vocabulary.ngsild_history import TimeRange, assert_events, moment_text
from mimtest.vocabulary.ngsild_paging import count_of, link_to
from mimtest.vocabulary.ngsild_past import evolutions_in
from mimtest.vocabulary.ngsild_temporal import (
    events_in,
    evolution_in,
    histories_of,
    history_of,
    provide,
    series,
    timelines_of,
)
from mimtest.vocabulary.ngsild_temporal_pages import Tour
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_MANY = 120
_BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_ALL = TimeRange("between", _BEGIN - _MINUTE, _BEGIN + 2 * _MANY * _MINUTE)


@pytest.fixture(scope="module")
def long(client, broker, run_id):
    """A long history of our own: two attributes that changed at different times."""
    if not client.level.allows(Level.WRITES):
        raise Inconclusive("no_data", "a long enough history is made only in a run that may write")
    moments = [moment_text(_BEGIN + n * _MINUTE) for n in range(_MANY + _MANY // 2)]
    sent = {
        "id": own_id("Long", run_id),
        "type": own_name("MtLong", run_id),
        "temp": series([(m, n) for n, m in enumerate(moments[:_MANY])]),
        "level": series([(m.replace(":00Z", ":30Z"), n + 0.5) for n, m in enumerate(moments[40:])]),
    }
    with client.recorder.preparing(client.level):
        assert_status(provide(broker, sent), 201, what="providing a long history")
        eventually(lambda: _assert_last(broker, sent))
    return sent


def _assert_last(broker, sent):
    """The last of the instances is there."""
    expected = events_in(sent["level"][-1:])
    asked = TimeRange("after", expected[0].at - _MINUTE / 2)
    answer = history_of(broker, sent["id"], **asked.params)
    told = timelines_of(evolution_in(answer)).get("level", [])
    assert_events(events_in(told), expected, "the end of the history of 'level'")


@pytest.fixture
def known(long):
    """What happened, by the attributes of the long history."""
    return {name: events_in(timeline) for name, timeline in timelines_of(long).items()}


def _asking(broker, long, **params):
    return lambda asked: history_of(broker, long["id"], **asked.params, **params)


@pytest.mark.check(
    "CTX-TMP-29",
    clause="GS CIM 009 6.3.10",
    since="1.5.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
def test_a_long_history_is_told_whole(broker, long, known, reading):
    """A long history is told at once, or in parts from the oldest on that together are the whole."""
    Tour(_asking(broker, long), known).assert_complete(_ALL, reading)


@pytest.mark.check(
    "CTX-TMP-30",
    clause="GS CIM 009 6.3.10",
    since="1.5.1",
    option="temporal",
    rests_on=("CTX-TMP-01", "CTX-TMP-19"),
)
def test_the_newest_of_a_long_history_come_first(broker, long, known, reading):
    """With lastN a long history is told at once, or in parts from the newest on."""
    size = max(map(len, known.values()))
    tour = Tour(_asking(broker, long, lastN=size), known, size)
    tour.assert_complete(_ALL, reading)


@pytest.fixture
def several(past):
    """The identifiers of entities of one type that have a known history."""
    found = {c.id for c in past.gauges()}
    if len(found) < 2:
        raise Inconclusive("no_data", "there are no two entities of one type with a known history")
    return found


@pytest.fixture
def ask(past):
    """Asks for the histories of the entities of one type."""
    return lambda **params: histories_of(
        past.broker, type=past.gauge.type, **past.whole.params, **params
    )


@pytest.mark.check(
    "CTX-TMP-31",
    clause="GS CIM 009 5.5.9, 6.3.10, 6.3.13",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-16",),
)
@pytest.mark.parametrize("way", ["limit", "next", "offset", "count"])
def test_the_histories_of_many_entities_are_told_page_by_page(past, several, ask, way):
    """The histories of many entities come page by page, each once, and are counted."""
    if way == "limit":
        assert_equal(len(evolutions_in(ask(limit=1))), 1, "the number of entities of a page of one")
    elif way == "next":
        assert_same_set(_followed(past.broker, ask, several), several, "the entities of all pages")
    elif way == "offset":
        first, others = _ids(ask(limit=1)), _ids(_shifted(ask))
        assert_same_set([*first, *others], several, "the first entity and those at an offset of 1")
    else:
        told = count_of(ask(limit=1, count="true"))
        assert_equal(told, len(several), "NGSILD-Results-Count")


def _ids(answer):
    return list(evolutions_in(answer))


def _followed(broker, ask, several):
    """The entities of the pages that `next` leads to."""
    answer, found = ask(limit=1), []
    for _ in range(len(several) + 2):
        found += _ids(answer)
        following = next_page(answer)
        if following is None:
            break
        answer = broker.get(following)
    assert_that(following is None, "the pages do not end", expected="an end", received=following)
    return found


def _shifted(ask):
    """The page that begins at the second entity, of a broker whose pages begin at an offset."""
    first = ask(limit=1)
    answer = ask(limit=20, offset=1)
    link = link_to(first, "next") or {}
    if "offset=" not in link.get("href", "") and set(_ids(first)) <= set(_ids(answer)):
        raise NotApplicable("not_offered", "pages are linked by something else than an offset")
    return answer
