"""Samples: which entities are drawn, and what is said of the others."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.sampling import Statement, most_wrong
from mimtest.vocabulary.populations import FIRST, MOST, Page, draw


@dataclass
class FakeAnswer:
    """An answer of which only the address matters."""

    url: str


@dataclass
class Things:
    """A population in memory; `counted`, `cut` and `random` say what its interface can do."""

    size: int
    counted: bool = True
    cut: bool = True
    most: int = 1000
    form: str = "plain"
    asked: list = field(default_factory=list)

    def first(self, count):
        return self._page(0, count)

    def after(self, page):
        start = page.start + len(page.items)
        return self._page(start, self.most) if start < self.size else None

    def part(self, start, count):
        return self._page(start, count) if self.cut else None

    def _page(self, start, count):
        self.asked.append((start, count))
        items = [{"id": n} for n in range(start, min(self.size, start + min(count, self.most)))]
        total = self.size if self.counted else None
        return Page(FakeAnswer(f"?start={start}&count={count}"), tuple(items), total, start)


def ids(drawn):
    return [item["id"] for item in drawn.items]


@pytest.mark.parametrize(
    ("size", "counted", "method"),
    [(5, True, "all"), (5, False, "all"), (50, True, "first"), (50, False, "first")],
)
def test_the_default_is_the_first_page(size, counted, method):
    things = Things(size, counted=counted, most=30)
    drawn = draw(things, FIRST, 0)
    assert ids(drawn) == list(range(min(size, FIRST)))
    assert drawn.method == method
    assert drawn.population == (size if counted or method == "all" else None)


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("size", [7, 100, 555])
def test_all_are_all(size, counted):
    drawn = draw(Things(size, counted=counted, most=30), None, 0)
    assert ids(drawn) == list(range(size))
    assert (drawn.method, drawn.population) == ("all", size)


def test_all_ends_where_it_is_too_much_and_says_so():
    drawn = draw(Things(MOST + 500), None, 0)
    assert len(drawn.items) == MOST
    assert (drawn.method, drawn.population) == ("first", MOST + 500)


@pytest.mark.parametrize(
    "things",
    [
        {"size": 300},
        {"size": 300, "counted": False, "cut": False, "most": 40},
        {"size": 5000},
        {"size": 5000, "cut": False},
    ],
    ids=["few", "few, uncounted", "many", "many, without offsets"],
)
def test_a_random_draw_depends_on_the_seed_alone(things):
    one, again, other = (draw(Things(**things), 50, seed) for seed in (1, 1, 2))
    assert ids(one) == ids(again) != ids(other)
    assert one.method == "random"
    assert one.population == things["size"]
    assert len(set(ids(one))) == 50


def test_what_can_be_cut_is_not_read_whole():
    things = Things(100_000)
    draw(things, 50, 1)
    assert len(things.asked) <= 53


def test_without_offsets_too_many_are_not_drawn_from():
    drawn = draw(Things(MOST * 2, cut=False), 50, 1)
    assert ids(drawn) == list(range(50))
    assert drawn.method == "first"


def test_fewer_than_asked_for_are_all():
    drawn = draw(Things(30), 50, 1)
    assert (drawn.method, len(drawn.items)) == ("all", 30)


@pytest.mark.parametrize("size", [200, 2000])
def test_every_entity_is_as_likely_as_any_other(size):
    counted = Counter(i for seed in range(400) for i in ids(draw(Things(size), 40, seed)))
    expected = 400 * 40 / size
    quarters = [sum(counted[i] for i in range(k, size, 4)) for k in range(4)]
    halves = [sum(counted[i] for i in range(size // 2)), sum(counted.values()) // 2]
    assert len(counted) > size * 0.9
    assert max(counted.values()) < expected * 4 + 10
    assert all(abs(q - 4000) < 400 for q in quarters)
    assert abs(halves[0] - halves[1]) < 400


# What is said


def chance(population, bad, drawn, wrong):
    """How likely at most so many wrong ones are drawn, by counting."""
    good = sum(
        comb(bad, k) * comb(population - bad, drawn - k)
        for k in range(min(wrong, bad, drawn) + 1)
        if drawn - k <= population - bad
    )
    return good / comb(population, drawn)


@given(st.integers(1, 40), st.data())
def test_the_bound_is_the_exact_one(population, data):
    drawn = data.draw(st.integers(1, population))
    wrong = data.draw(st.integers(0, drawn))
    most = most_wrong(population, drawn, wrong)
    assert wrong <= most <= population - (drawn - wrong)
    if most > wrong:
        assert chance(population, most, drawn, wrong) > 0.05 - 1e-8
    if most < population - (drawn - wrong):
        assert chance(population, most + 1, drawn, wrong) <= 0.05 + 1e-8


def test_the_bound_holds_in_19_of_20_draws():
    population, bad, drawn = 12, 3, 5
    found = [
        most_wrong(population, drawn, sum(i < bad for i in chosen))
        for chosen in combinations(range(population), drawn)
    ]
    assert sum(m >= bad for m in found) / len(found) >= 0.95


def test_the_rule_of_three_is_near():
    assert 2.8 < most_wrong(1_000_000, 1000, 0) / 1000 < 3.1


def test_a_statement_says_what_was_done():
    assert str(Statement("Lamp", 20, 1203, "first")) == (
        "20 sampled of 1203 Lamp (the first ones given)"
    )
    assert str(Statement("Lamp", 12, 12, "all")) == "12 Lamp, which are all"
    assert str(Statement("Lamp", 50, 1203, "random", 7)) == (
        "50 sampled of 1203 Lamp (drawn at random, seed 7)"
    )
    assert "an unknown number" in str(Statement("Lamp", 20, None, "first"))


def test_only_a_random_draw_says_something_of_the_others():
    assert Statement("Lamp", 20, 1203, "first").bound(0) == ""
    assert Statement("Lamp", 12, 12, "all").bound(0) == ""
    assert Statement("Lamp", 50, 1203, "random", 7).bound(0) == (
        "with 95 % confidence at most 68 of the 1203 are wrong"
    )
    assert Statement("Lamp", 12, 12, "all").at_most(3) == 3
