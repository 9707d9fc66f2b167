"""Answers to questions, compared with what the downloaded features say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, fail, shown
from mimtest.vocabulary.ogcapi_pages import Walk
from mimtest.vocabulary.samples import Judge, Sample, read


def assert_selected(sample: Sample, judge: Judge, **params: Any) -> Walk:
    """The answer to a question holds what `judge` wants and nothing it excludes.

    A difference counts only when it is there a second time and the collection did not change.
    """
    __tracebackhide__ = True
    answer = sample.ask(**params)
    if difference(sample, answer, judge):
        sample.confirm(judge)
        wrong = difference(sample, sample.ask(fresh=True, **params), judge)
        if not wrong:
            raise Inconclusive("unstable", "the second answer to the same question was another one")
        _complain(sample, judge, wrong, params)
    return answer


def assert_refused(sample: Sample, good: Mapping[str, Any], bad: Mapping[str, Any]) -> None:
    """A wrong question gets 400, after its right twin got 200 (17-069r4, 7.15.1 and Table 3)."""
    __tracebackhide__ = True
    control = sample.page(**good)
    if control.status != 200:  # noqa: PLR2004
        msg = (
            f"{_spelled(good)} got {control.status}, so a refusal of {_spelled(bad)} proves nothing"
        )
        raise Inconclusive("control_failed", msg)
    assert_status(sample.page(**bad), 400, what=f"the answer to {_spelled(bad)}")


def _spelled(params: Mapping[str, Any]) -> str:
    named = {name.replace("_", "-"): v for name, v in params.items() if name != "properties"}
    named |= params.get("properties", {})
    return "&".join(f"{name}={value}" for name, value in named.items())


def assert_met_again(sample: Sample, ids: Iterable[str | None]) -> None:
    """Raise Inconclusive when none of the downloaded features is among these."""
    if not sample.known.keys() & set(ids):
        msg = f"none of the features of '{sample.collection.id}' came a second time"
        raise Inconclusive("unstable", msg)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is missing in an answer and what is too many, by feature id."""

    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    is_everything: bool

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)


def difference(sample: Sample, answer: Walk, judge: Judge) -> Difference:
    """Compare an answer with what `judge` says of the features. Raises Inconclusive without ids."""
    if not sample.known:
        raise Inconclusive("precondition_unmet", "the features have no ids of their own")
    there = {f.id: f for f in map(read, answer.features) if f}
    surplus = [i for i, f in there.items() if judge(sample.known.get(i, f)) is False]
    missing = [i for i, f in sample.known.items() if i not in there and judge(f) is True]
    return Difference(
        tuple(missing) if answer.ended else (), tuple(surplus), there.keys() >= sample.known.keys()
    )


def _complain(sample: Sample, judge: Judge, wrong: Difference, params: Mapping[str, Any]) -> None:
    __tracebackhide__ = True
    problems = []
    if wrong.missing:
        problems.append(f"{len(wrong.missing)} missing: {shown(list(wrong.missing[:3]))}")
    if wrong.surplus:
        problems.append(f"{len(wrong.surplus)} too many: {shown(list(wrong.surplus[:3]))}")
    if wrong.surplus and wrong.is_everything:
        problems.append("every feature came, as if the parameter were not there")
    wanted = [i for i, f in sample.known.items() if judge(f) is True]
    fail(
        f"'{sample.collection.id}' with {_spelled(params)}: {'; '.join(problems)}",
        expected=f"{len(wanted)} features: {shown(wanted)}",
        received=f"{len(wanted) - len(wrong.missing)} of them and {len(wrong.surplus)} others",
    )
