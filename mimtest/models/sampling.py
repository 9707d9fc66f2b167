"""How much a sample says: what was drawn of what, and how many more of the kind there can be."""

from dataclasses import dataclass
from math import exp, lgamma
from typing import Final, Literal

#: Everything there is; the first ones the product gives; some drawn at random, each as likely as any other.
Method = Literal["all", "first", "random"]
_DOUBT: Final = 0.05
_ROUNDING: Final = 1e-9
_METHODS: Final = {"first": "the first ones given", "random": "drawn at random"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What was looked at: `drawn` things of a kind, of `population` that there are, None where nobody says."""

    of: str
    drawn: int
    population: int | None
    method: Method
    seed: int | None = None

    def at_most(self, wrong: int) -> int | None:
        """How many of all are wrong at most, with 95 % confidence, when so many drawn ones are.

        None unless they were drawn at random: the first ones show nothing of the others.
        """
        if self.method == "all":
            return wrong
        if self.method != "random" or self.population is None:
            return None
        return most_wrong(self.population, self.drawn, wrong)

    def bound(self, wrong: int) -> str:
        """What follows for all of them, as a clause of a sentence; empty where nothing does."""
        most = self.at_most(wrong)
        if self.method != "random" or most is None:
            return ""
        return f"with 95 % confidence at most {most} of the {self.population} are wrong"

    def told(self) -> str:
        """The whole statement: what was looked at, and what follows if nothing is wrong with it."""
        bound = self.bound(0)
        return f"{self}; if none of these is wrong, {bound}" if bound else str(self)

    def __str__(self) -> str:
        if self.method == "all":
            return f"{self.drawn} {self.of}, which are all"
        there = "an unknown number" if self.population is None else str(self.population)
        seed = f", seed {self.seed}" if self.method == "random" else ""
        return f"{self.drawn} sampled of {there} {self.of} ({_METHODS[self.method]}{seed})"


def most_wrong(population: int, drawn: int, wrong: int) -> int:
    """The most wrong ones among all with which so few wrong ones are drawn in at least 1 of 20 draws.

    The upper end of the exact one-sided 95 % interval of the hypergeometric distribution.
    """
    low, high = wrong, population - (drawn - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        if _chance(population, middle, drawn, wrong) > _DOUBT - _ROUNDING:
            low = middle
        else:
            high = middle - 1
    return low


def _chance(population: int, bad: int, drawn: int, wrong: int) -> float:
    """How likely at most so many wrong ones are drawn, without putting any back."""
    least = max(0, drawn - (population - bad))
    whole = _log_comb(population, drawn)
    return sum(
        exp(_log_comb(bad, k) + _log_comb(population - bad, drawn - k) - whole)
        for k in range(least, min(wrong, bad, drawn) + 1)
    )


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
