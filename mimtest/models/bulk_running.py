"""A bulk run: its inputs one after the other, block by block, in one process or several, to be taken up again.

Outcomes are taken in the order of the records, so that a run that was stopped goes on where it was.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from mimtest.errors import Inconclusive, MimtestError
from mimtest.models.bulk import Judge, Specification
from mimtest.models.bulk_inputs import Input
from mimtest.models.bulk_outcome import Outcome
from mimtest.models.bulk_records import Block, Place

#: Judges blocks; the outcomes come in the order of the blocks.
Judging = Callable[[Iterable[Block]], Iterator[tuple[Block, Outcome]]]


@dataclass(frozen=True, slots=True)
class Part:
    """An input that is through. `reason` says why it was not read to its end."""

    name: str
    entities: int
    reason: str | None = None


@dataclass(slots=True)
class State:
    """How far a run is: inputs that are through, the place in the present one, what came of all, bytes of lines written."""

    parts: list[Part] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    outcome: Outcome = field(default_factory=Outcome)
    written: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain builtins, of which `of_dict` makes the state again."""
        return {
            "parts": [asdict(p) for p in self.parts],
            "place": asdict(self.place),
            "outcome": self.outcome.as_dict(),
            "written": self.written,
        }

    @classmethod
    def of_dict(cls, data: Mapping[str, Any]) -> Self:
        """The state that `as_dict` described."""
        return cls(
            [Part(**p) for p in data["parts"]],
            Place(**data["place"]),
            Outcome.of_dict(data["outcome"]),
            data["written"],
        )


def run(
    inputs: Sequence[Input],
    state: State,
    judging: Judging,
    *,
    write: Callable[[bytes], object],
    moved: Callable[[], object],
    rested: Callable[[], object],
) -> None:
    """Judge what the inputs hold from a state on.

    `write` takes lines of NDJSON; `moved` is called after each block, `rested` where the run can be taken up from the state.
    """
    for input_ in inputs[len(state.parts) :]:
        before = sum(p.entities for p in state.parts)
        reason = None
        try:
            for block, outcome in judging(input_.blocks(state.place)):
                _take(state, outcome, write)
                moved()
                if block.end is not None:
                    state.place = block.end
                    rested()
        except Inconclusive as why:
            reason = why.detail
        state.parts.append(Part(input_.name, state.outcome.entities - before, reason))
        state.place = Place()
        rested()


def _take(state: State, outcome: Outcome, write: Callable[[bytes], object]) -> None:
    if outcome.lines:
        lines = b"\n".join(outcome.lines) + b"\n"
        write(lines)
        state.written += len(lines)
    state.outcome.add(outcome)


@contextmanager
def judging_with(specification: Specification, processes: int = 1) -> Iterator[Judging]:
    """Judge in this process, or in several others."""
    if processes == 1:
        judge = Judge(specification).judge
        yield lambda blocks: ((block, judge(block)) for block in blocks)
        return
    with ExitStack() as stack:
        pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), _begin, (specification,)
        )
        stack.callback(pool.shutdown, cancel_futures=True)
        yield lambda blocks: _spread(blocks, pool, 2 * processes + 1)


def _spread(
    blocks: Iterable[Block], pool: ProcessPoolExecutor, most: int
) -> Iterator[tuple[Block, Outcome]]:
    """The outcomes of blocks judged elsewhere, at most so many at a time."""
    waiting: deque[tuple[Block, Future[Outcome]]] = deque()
    source = _Source(blocks)
    try:
        while True:
            while len(waiting) < most and (block := source.next()):
                waiting.append((_without_records(block), pool.submit(_judge, block)))
            if not waiting:
                break
            done, future = waiting.popleft()
            yield done, future.result()
    except BrokenProcessPool:
        msg = "A process ended without an answer."
        raise MimtestError(msg, "Was there too little memory? Try a smaller -n.") from None
    if source.reason is not None:
        raise source.reason


class _Source:
    """Blocks, and why they end early: what came before is taken first."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = iter(blocks)
        self.reason: Inconclusive | None = None

    def next(self) -> Block | None:
        """The next block; None after the last."""
        if self.reason is None:
            try:
                return next(self._blocks, None)
            except Inconclusive as reason:
                self.reason = reason
        return None


def _without_records(block: Block) -> Block:
    return Block(block.source, block.first, end=block.end)


_JUDGES: list[Judge] = []


def _begin(specification: Specification) -> None:
    """Prepare a process. Interrupts are for the one that hands out the blocks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _JUDGES[:] = [Judge(specification)]


def _judge(block: Block) -> Outcome:
    return _JUDGES[0].judge(block)
