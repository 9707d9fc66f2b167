"""What is downloaded of a SensorThings service before questions are asked: sets, and series of observations."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_that, fail, member, shown
from mimtest.vocabulary.parts import Some, chosen
from mimtest.vocabulary.sensorthings import (
    ID,
    Document,
    Sensing,
    Walk,
    id_literals,
    ids_of,
    walk,
)
from mimtest.vocabulary.sensorthings_times import read_instant

#: Entities asked for at once, the most of a set that are read, and series and streams looked at.
PAGE: Final = 100
MOST: Final = 400
_MOST_SERIES: Final = 3
_MOST_STREAMS: Final = 12
_LEAST: Final = 4
_LEAST_VALUES: Final = 3

#: Whether an entity is selected; None where that is open.
Judge = Callable[[Document], bool | None]


@dataclass(slots=True)
class Sample:
    """The entities at an address, downloaded without any filter; `name` says what they are."""

    sensing: Sensing
    address: str
    name: str
    walked: Walk

    @property
    def entities(self) -> tuple[dict[str, Any], ...]:
        """The entities."""
        return self.walked.entities

    @property
    def whole(self) -> bool:
        """Whether all of them are there."""
        return self.walked.ended

    @property
    def told(self) -> tuple[str, ...]:
        """What of more it is, in words; nothing where it is all."""
        return () if self.whole else (f"{self.name}: the first {len(self.walked.found)}",)

    def again(self) -> None:
        """Download them once more: they may have changed."""
        self.walked = walk(self.sensing, self.address, MOST, fresh=True, top=PAGE)

    def require_whole(self) -> None:
        """Raise Inconclusive for more entities than are read."""
        if not self.whole:
            raise Inconclusive("no_data", f"{self.name}: too many to read all of them")


def take(sensing: Sensing, address: str, name: str) -> Sample:
    """A sample of what is at an address. Raises Contradiction."""
    return Sample(sensing, address, name, walk(sensing, address, MOST, top=PAGE))


def assert_selected(sample: Sample, text: str, judge: Judge, *, option: str = "filter") -> None:
    """A filter selects what `judge` says of the downloaded entities; asked again if they changed meanwhile."""
    __tracebackhide__ = True
    wrong = _difference(sample, text, judge, option)
    if wrong:
        sample.again()
        wrong = _difference(sample, text, judge, option)
    if wrong:
        missing, surplus, everything = wrong
        hint = "; all of them came, as if it were not there" if everything else ""
        wanted = ids_of([e for e in sample.entities if judge(e) is True])
        fail(
            f"{sample.name} with ${option}={text}: {len(missing)} missing, {len(surplus)} too many{hint}",
            expected=f"{len(wanted)} entities: {', '.join(wanted[:5])}",
            received=f"missing {', '.join(missing[:5]) or 'none'}; too many {', '.join(surplus[:5]) or 'none'}",
        )


def assert_selected_by_id(sample: Sample, path: str, id: Any, judge: Judge) -> None:
    """A filter with the id of a related entity selects what `judge` says, in one of the ways to spell it."""
    __tracebackhide__ = True
    first, *others = [f"{path} eq {text}" for text in id_literals(id)]
    try:
        assert_selected(sample, first, judge)
    except Contradiction:
        for text in others:
            assert_selected(sample, text, judge)
        if not others:
            raise


def _difference(
    sample: Sample, text: str, judge: Judge, option: str
) -> tuple[list[str], list[str], bool] | None:
    """What is missing, what is too many and whether everything came; None if all is well."""
    known = dict(zip(ids_of(sample.entities), map(judge, sample.entities), strict=True))
    if len({v for v in known.values() if v is not None}) < 2 and sample.whole:  # noqa: PLR2004
        raise Inconclusive("no_data", f"{sample.name}: nothing to tell {text} from no filter")
    answer = walk(sample.sensing, sample.address, MOST, fresh=True, **{option: text}, top=PAGE)
    came = {shown(e.get(ID)): e for e in answer.entities}
    surplus = [i for i, e in came.items() if known.get(i, judge(e)) is False]
    lost = [i for i, chosen in known.items() if chosen is True and i not in came]
    missing = lost if answer.ended else []
    if not sample.whole and lost and not came:
        missing = lost
    if not missing and not surplus:
        return None
    return missing, surplus, set(came) >= set(known)


def result_of(observation: Document) -> float:
    """The number that an observation has as its result. Raises Contradiction."""
    __tracebackhide__ = True
    number: float = member(observation, "result", float, "an Observation")
    return number


@dataclass(slots=True)
class Series(Sample):
    """The observations of one Datastream, all with numbers as results at instants."""

    stream: Document

    @property
    def results(self) -> list[float]:
        """The results in ascending order."""
        return sorted(map(result_of, self.entities))

    @property
    def whole_numbers(self) -> bool:
        """Whether all results are whole numbers that are not negative."""
        return all(float(r).is_integer() and r >= 0 for r in self.results)

    def gap(self, share: float = 0.5) -> float:
        """A number between two results, of which about that share is smaller. Raises Inconclusive."""
        return gap_of(self.results, share)


def gap_of(numbers: Sequence[float], share: float = 0.5) -> float:
    """The middle between two neighbours in a list, near that share of it: nothing is near it by rounding."""
    ordered = sorted(set(numbers))
    pairs = [(a, b) for a, b in pairwise(ordered) if b - a > 1e-6 * max(1.0, abs(a), abs(b))]
    if not pairs:
        raise Inconclusive("no_data", "the values are all the same")
    low, high = pairs[min(int(len(pairs) * share), len(pairs) - 1)]
    return round((low + high) / 2, 9)


def series_of(sensing: Sensing, streams: Sequence[Document]) -> Some[Series]:
    """Up to three Datastreams with numbers, whole numbers among them if there are. Raises Inconclusive."""
    found = list(_series(sensing, streams))
    if not found:
        detail = f"no Datastream among the first {_MOST_STREAMS} has observations of numbers"
        raise Inconclusive("no_data", detail)
    counted = [s for s in found if s.whole_numbers][:1]
    others = [s for s in found if s not in counted]
    taken = [*others[: _MOST_SERIES - len(counted)], *counted]
    told = chosen(taken, len(streams), "Datastreams")
    return Some(taken, told + [part for s in taken for part in s.told])


def _series(sensing: Sensing, streams: Sequence[Document]) -> Iterator[Series]:
    for stream in _spread(streams):
        address = sensing.place("Datastreams", stream[ID], "Observations")
        name = f"Observations of Datastream {shown(stream[ID])}"
        try:
            sample = take(sensing, address, name)
        except (Contradiction, Inconclusive):
            continue
        if _tells(sample.entities):
            yield Series(sensing, address, name, sample.walked, stream)


def _spread(streams: Sequence[Document]) -> list[Document]:
    """Those whose type promises numbers first, and of them one of each type and unit, for variety."""
    first: dict[str, Document] = {}
    for stream in streams:
        first.setdefault(
            shown((stream.get("observationType"), stream.get("unitOfMeasurement"))), stream
        )
    rest = [s for s in streams if s not in first.values()]
    return sorted([*first.values(), *rest], key=_promise)[:_MOST_STREAMS]


def _promise(stream: Document) -> int:
    """How little hope for numbers the type of a Datastream gives."""
    kind = str(stream.get("observationType")).rpartition("/")[2]
    return {"OM_Measurement": 0, "OM_CountObservation": 0, "OM_Observation": 1}.get(kind, 2)


def _tells(observations: Sequence[Document]) -> bool:
    """Whether there are enough numbers at instants."""
    results = [o.get("result") for o in observations]
    numbers = {r for r in results if isinstance(r, int | float) and not isinstance(r, bool)}
    at = [read_instant(o.get("phenomenonTime")) for o in observations]
    enough = len(results) >= _LEAST and len(numbers) >= _LEAST_VALUES
    plain = all(isinstance(r, int | float) and not isinstance(r, bool) for r in results)
    return enough and plain and all(at)


def assert_sorted(values: Sequence[Any], what: str, *, down: bool = False) -> None:
    """Values come in ascending, or descending, order."""
    __tracebackhide__ = True
    wrong = [(a, b) for a, b in pairwise(values) if (a < b if down else a > b)]
    order = "descending" if down else "ascending"
    assert_that(
        not wrong,
        f"{what} is not in {order} order",
        expected=f"{order} order",
        received=[str(v) for pair in wrong[:2] for v in pair],
    )
