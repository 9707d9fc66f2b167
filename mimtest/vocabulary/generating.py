"""Checks on generated examples: chosen by a seed, a small counterexample, few requests.

The same version of hypothesis chooses the same examples for the same seed. Another may choose others: what failed
therefore stands in the message.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.strategies import SearchStrategy

from mimtest.errors import Contradiction, Inconclusive, Unsettled

_MOST: Final = 20
#: How many further examples are tried to make a counterexample small.
_SHRINKING: Final = 12

Judge = Callable[[Any], object]


def for_all(examples: SearchStrategy[Any], judge: Judge, *, seed: int, most: int = _MOST) -> None:
    """Have every generated example judged; raise what the judge says of a small one that fails.

    `judge` raises an AssertionError for an example that fails. Examples are JSON values. The message names
    the example and the seed that generates it again. The judge sees the failing example last, so that its
    exchanges are the evidence. Raises Unsettled as soon as the judge does, Inconclusive (unstable) when the
    example does not fail a second time.
    """
    __tracebackhide__ = True
    search = _Search(judge)
    _examine(examples, search, seed=seed, most=most)
    if search.silence:
        raise search.silence
    if search.smallest is None:
        return
    try:
        judge(search.smallest)
    except AssertionError as error:
        raise _named(error, search.smallest, seed) from None
    code = "unstable"
    raise Inconclusive(code, f"{_text(search.smallest)[:300]} failed once and then did not")


class _Search:
    """Judges examples and remembers the smallest that failed; no example is judged twice."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._failed: dict[str, AssertionError] = {}
        self._left = _SHRINKING
        self.smallest: Any = None
        self.silence: Unsettled | None = None

    def __call__(self, example: Any) -> None:
        text = _text(example)
        if text in self._failed:
            raise self._failed[text]
        if self.silence or (self._failed and not self._left):
            return
        self._left -= bool(self._failed)
        try:
            self._judge(example)
        except AssertionError as error:
            self._failed[text] = error
            if self.smallest is None or len(text) <= len(_text(self.smallest)):
                self.smallest = example
            raise
        except Unsettled as silence:
            self.silence = silence


def _examine(examples: SearchStrategy[Any], search: _Search, *, seed: int, most: int) -> None:
    """Let hypothesis look for an example that fails, and for a smaller one."""

    @settings(
        database=None,
        deadline=None,
        max_examples=most,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @seeded(seed)
    @given(examples)
    def each(example: Any) -> None:
        search(example)

    with _nothing_left_here(), _nothing_from_here(), suppress(AssertionError):
        each()


@contextmanager
def _nothing_left_here() -> Iterator[None]:
    """Hypothesis keeps notes in the folder it is used in; ours go where they are thrown away."""
    home = storage_directory(intent_to_write=False).home_directory
    with TemporaryDirectory(prefix="mimtest-examples-") as elsewhere:
        set_hypothesis_home_dir(elsewhere)
        try:
            yield
        finally:
            set_hypothesis_home_dir(home)


@contextmanager
def _nothing_from_here() -> Iterator[None]:
    """Hypothesis also tries what stands in the source of whoever calls it, which differs by installation."""
    found = providers._get_local_constants  # noqa: SLF001 - no setting switches it off
    providers._get_local_constants = Constants  # noqa: SLF001
    try:
        yield
    finally:
        providers._get_local_constants = found  # noqa: SLF001


def _named(error: AssertionError, example: Any, seed: int) -> Contradiction:
    told = f"{error} (generated with seed {seed}: {_text(example)[:300]})"
    if isinstance(error, Contradiction):
        return Contradiction(told, expected=error.expected, received=error.received)
    return Contradiction(told)


def _text(example: Any) -> str:
    return json.dumps(example, sort_keys=True, default=str)
