"""Generated examples: the seed decides them, a failing one is small, seen last, and named."""

import pytest
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive, Unanswered
from mimtest.vocabulary.generating import for_all
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild_generated import defects, id_tails, moments, texts, values


def seen(examples, seed):
    judged = []
    for_all(examples, judged.append, seed=seed)
    return judged


@pytest.mark.parametrize("examples", [values, texts, id_tails, moments, defects])
def test_the_seed_decides_the_examples(examples):
    assert seen(examples, 7) == seen(examples, 7) != seen(examples, 8)


def test_every_example_passing_is_silent():
    assert for_all(st.integers(), lambda _: None, seed=0) is None


def test_a_failure_is_small_named_and_seen_last():
    judged = []

    def judge(number):
        judged.append(number)
        if number > 9:
            raise Contradiction("too large", expected="9 at most", received=number)

    with pytest.raises(
        Contradiction, match=r"too large \(generated with seed 3: (\d+)\)"
    ) as caught:
        for_all(st.integers(0, 10_000), judge, seed=3)
    smallest = min(n for n in judged if n > 9)
    assert judged[-1] == smallest
    assert caught.value.received == str(smallest)


def test_a_failure_that_does_not_come_again_is_unstable():
    failed = []

    def judge(number):
        if not failed:
            failed.append(number)
            raise Contradiction("once")

    with pytest.raises(Inconclusive) as caught:
        for_all(st.integers(), judge, seed=0)
    assert caught.value.code == "unstable"


def test_silence_of_the_target_ends_the_search():
    judged = []

    def judge(number):
        judged.append(number)
        code = "timeout"
        raise Unanswered(code, "no answer")

    with pytest.raises(Unanswered):
        for_all(st.integers(), judge, seed=0)
    assert len(judged) == 1


def test_nothing_is_left_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for_all(values, lambda _: None, seed=0)
    assert not list(tmp_path.iterdir())


def test_identifiers_and_moments_are_legal():
    assert all(is_uri(f"urn:ngsi-ld:Room:mt:{tail}") for tail in seen(id_tails, 1))
    assert all(instant(moment) for moment in seen(moments, 1))
