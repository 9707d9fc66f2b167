"""Waiting for what was written: as long as declared, and less once it has been in vain too often."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.waiting import (
    Experience,
    at_rest,
    eventually,
    experience,
    patience,
    waiting_for,
)


@pytest.fixture
def learned():
    known = Experience()
    tokens = patience.set(0.3), experience.set(known)
    yield known
    patience.reset(tokens[0])
    experience.reset(tokens[1])


def failing(times):
    looks = []

    def look():
        looks.append(1)
        assert len(looks) > times
        return len(looks)

    return look


def test_it_looks_again_until_it_holds(learned):
    assert eventually(failing(2)) == 3
    assert learned.in_vain == 0
    assert learned.slowest > 0


def test_it_gives_up_after_the_declared_time(learned):
    with pytest.raises(AssertionError):
        eventually(failing(10_000))
    assert learned.in_vain == 1


def test_after_many_waits_in_vain_it_waits_less_but_as_long_as_was_ever_needed():
    assert Experience(in_vain=4).limit(2.0) == 2.0
    assert Experience(in_vain=5).limit(2.0) == 0.5
    assert Experience(in_vain=10).limit(2.0) == 0.125
    assert Experience(in_vain=500).limit(2.0) == 0.1
    assert Experience(in_vain=5, slowest=0.4).limit(2.0) == 1.6
    assert Experience(in_vain=5, slowest=9.0).limit(2.0) == 2.0


def test_nothing_fails_for_less_than_the_declared_time(learned):
    learned.in_vain = 1000
    learned.slowest = 0.001
    assert eventually(failing(2)) == 3
    learned.slowest = 0.001
    with pytest.raises(AssertionError):
        eventually(failing(10_000))
    assert learned.spare < Experience().spare
    learned.spare = 0.0
    with pytest.raises(Inconclusive, match="budget"):
        eventually(failing(10_000))
    assert learned.in_vain == 1002


def test_where_nothing_was_ever_seen_the_first_waits_stand_for_all(learned):
    learned.in_vain = 1000
    with pytest.raises(AssertionError):
        eventually(failing(10_000))
    assert learned.spare == Experience().spare


def test_some_things_are_waited_for_longer(learned):
    with waiting_for(0.1):
        assert patience.get() == 0.3
    with waiting_for(0.5):
        assert patience.get() == 0.5
    assert patience.get() == 0.3


def test_live_data_is_looked_at_twice():
    assert at_rest(failing(1)) == 2
    with pytest.raises(AssertionError):
        at_rest(failing(2))
