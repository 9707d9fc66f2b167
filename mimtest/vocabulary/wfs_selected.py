"""What a question to a Web Feature Service selects, and whether an id names the same feature in every answer."""

from collections.abc import Callable
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import fail, shown
from mimtest.vocabulary.geo import close
from mimtest.vocabulary.wfs_features import MOST_FEATURES, Feature, Page, Sample, take
from mimtest.vocabulary.wfs_gml import Place

#: Whether a feature belongs in an answer; None where it may or may not.
Judge = Callable[[Feature], bool | None]
_SAME: Final = 1e-9


def assert_selected(sample: Sample, judge: Judge, **wishes: Any) -> None:
    """The answer to a question holds what `judge` wants and nothing it excludes."""
    __tracebackhide__ = True
    what = sample.told(wishes)
    assert_answered(
        sample, judge, lambda fresh: sample.page(fresh=fresh, count=MOST_FEATURES, **wishes), what
    )


def assert_answered(sample: Sample, judge: Judge, ask: Callable[[bool], Page], what: str) -> None:
    """What is asked holds what `judge` wants and nothing it excludes; `ask` is told whether to ask afresh.

    A difference counts only when it is there a second time and the data did not change.
    """
    __tracebackhide__ = True
    if not sample.known:
        raise Inconclusive("precondition_unmet", "the features have no ids of their own")
    if not _difference(sample, judge, ask(False)):  # noqa: FBT003
        return
    now = take(sample.wfs, sample.kind, fresh=True)
    if now is None or _views(now) != _views(sample):
        raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")
    wrong = _difference(sample, judge, ask(True))  # noqa: FBT003
    if not wrong:
        raise Inconclusive("unstable", "the second answer to the same question was another one")
    missing, surplus = wrong
    wanted = [i for i, f in sample.known.items() if judge(f) is True]
    parts = [f"{len(missing)} missing: {shown(missing[:3])}"] if missing else []
    parts += [f"{len(surplus)} too many: {shown(surplus[:3])}"] if surplus else []
    fail(
        f"{what}: {'; '.join(parts)}",
        expected=f"{len(wanted)} features: {shown(wanted)}",
        received=f"{len(wanted) - len(missing)} of them and {len(surplus)} others",
    )


def _views(sample: Sample) -> dict[str, object]:
    return {i: (f.values, f.places) for i, f in sample.known.items()}


def _difference(sample: Sample, judge: Judge, page: Page) -> tuple[list[str], list[str]] | None:
    there = {f.id: f for f in page.features if f.id}
    missing = [i for i, f in sample.known.items() if i not in there and judge(f) is True]
    surplus = [i for i, f in there.items() if judge(sample.known.get(i, f)) is False]
    if not is_whole(sample, page):
        missing = []
    return (missing, surplus) if missing or surplus else None


def is_whole(sample: Sample, page: Page) -> bool:
    """Whether an answer has no further page, as far as can be seen.

    A number of matches that is greater than what came speaks for a limit of the server's own only where
    as much came as the server has given at once before.
    """
    if page.next:
        return False
    if page.matched is not None and page.matched <= len(page.features):
        return True
    return len(page.features) < len(sample.pages[0].features)


def assert_same_features(sample: Sample, page: Page, *, moved: bool = False) -> None:
    """The ids in an answer name the features they named before: at the same place, with the same values.

    Places are not compared where they are `moved` to another reference system. Raises Contradiction;
    Inconclusive when the features changed meanwhile.
    """
    __tracebackhide__ = True
    found = {f.id: f for f in page.features if f.id in sample.known}
    suspects = {i: f for i, f in found.items() if i and _differences(sample.known[i], f, moved)}
    if not suspects:
        return
    now = take(sample.wfs, sample.kind, fresh=True)
    for name, feature in suspects.items():
        again = now.known.get(name) if now else None
        if again is None:
            raise Inconclusive("unstable", f"{sample.kind.name} changed while it was read")
        passing = _differences(sample.known[name], again, moved=False)
        wrong = _differences(sample.known[name], feature, moved) - passing
        if wrong:
            fail(
                f"'{name}' names another feature of {sample.kind.name} when it is asked otherwise",
                expected=f"the same {' and '.join(sorted(wrong)[:3])}",
                received=[feature.values.get(n, "another place") for n in sorted(wrong)[:3]],
            )


def _differences(one: Feature, other: Feature, moved: bool) -> set[str]:  # noqa: FBT001
    """The properties, and the place, in which two features differ that have both."""
    wrong = {n for n, v in one.values.items() if other.values.get(n, v) != v}
    apart = not moved and one.place and other.place and not _is_same(one.place, other.place)
    return wrong | ({"place"} if apart else set())


def _is_same(one: Place, other: Place) -> bool:
    """Whether two places are the same, as far as both are read and in one reference system."""
    if not one.shape or not other.shape or one.system != other.system:
        return True
    return close(one.shape.positions, other.shape.positions, _SAME)
