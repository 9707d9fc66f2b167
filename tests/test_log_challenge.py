"""Lines of logs of many forms are matched with the requests they show, and with no others."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Inconclusive
from mimtest.vocabulary.log_challenge import (
    Asked,
    is_timely,
    lines_of,
    matching,
    moments_in,
    read_challenge,
    tells_result,
    write_challenge,
)

ASKED = Asked(
    "4bf92f3577b34da6a3ce929d0e0e4736", "2026-11-21T20:00:00+00:00", "GET", "/api/v1/permits", 401
)
NGINX = '10.0.0.1 - - [21/Nov/2026:21:00:07 +0100] "GET /v1/permits HTTP/1.1" 401 153'
ISO = "2026-11-21T20:00:03.120Z WARN gateway GET /api/v1/permits -> 401"
EPOCH = json.dumps({"ts": 1795291205.5, "uri": "/api/v1/permits", "status": 401})
MILLIS = json.dumps({"@timestamp": 1795291205500, "path": "/api/v1/permits", "code": 401})


@pytest.mark.parametrize("line", [NGINX, ISO, EPOCH, MILLIS])
def test_a_line_of_any_form_shows_the_request(line):
    assert matching([line], ASKED) == [line]
    assert is_timely(line, ASKED)
    assert tells_result(line, ASKED)


@pytest.mark.parametrize(
    "line",
    [
        NGINX.replace("401", "200"),
        NGINX.replace("/v1/permits", "/v1/notices"),
        NGINX.replace("21:00:07", "21:05:07"),
        ISO.replace("401", "4010"),
    ],
)
def test_a_line_about_something_else_does_not(line):
    assert matching([line], ASKED) == []


def test_a_line_with_the_trace_is_the_one():
    traced = f"refused 00-{ASKED.trace}-00f067aa0ba902b7-01"
    assert matching([NGINX, traced], ASKED) == [traced]
    assert tells_result(traced, ASKED)
    assert not is_timely(traced, ASKED)


@given(st.integers(-14 * 4, 14 * 4), st.integers(-55, 55))
def test_a_time_without_a_zone_is_taken_in_any_zone(quarters, seconds):
    moment = ASKED.moment + timedelta(minutes=15 * quarters, seconds=seconds)
    assert is_timely(moment.strftime("%Y-%m-%d %H:%M:%S"), ASKED)


@given(st.integers(-55, 55), st.integers(120, 10**6))
def test_a_time_with_a_zone_is_taken_at_its_word(near, far):
    for seconds, timely in ((near, True), (far, False), (-far, False)):
        moment = ASKED.moment + timedelta(seconds=seconds)
        assert is_timely(moment.isoformat(), ASKED) is timely


@given(st.text())
def test_any_text_can_be_read(text):
    assert all(isinstance(m, datetime) for line in lines_of(text) for m in moments_in(line))


@pytest.mark.parametrize(
    "text",
    [
        '{"n": 1}\n{"n": 2}',
        '[{"n": 1}, {"n": 2}]',
        '{"entries": [{"n": 1}, {"n": 2}]}',
        "one\n\ntwo\n",
    ],
)
def test_lists_of_any_form_are_lines(text):
    assert len(lines_of(text)) == 2


def test_what_was_asked_is_noted_and_read_again(tmp_path):
    file = tmp_path / "report" / "log-challenge-office.json"
    assert read_challenge(file) is None
    write_challenge(file, (ASKED, ASKED))
    assert read_challenge(file) == (ASKED, ASKED)
    assert ASKED.moment == datetime(2026, 11, 21, 20, tzinfo=UTC)


def test_another_file_is_no_note(tmp_path):
    file = tmp_path / "log-challenge-office.json"
    file.write_text('{"requests": [{"trace": 1}]}')
    with pytest.raises(Inconclusive):
        read_challenge(file)
