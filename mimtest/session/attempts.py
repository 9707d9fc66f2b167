"""A failure beside which something may have gone wrong on the way is tried again: one that is the product's comes back.

What may have gone wrong: a request without an answer, an error of a server, a page for people, half a body. A
gateway, a network or a service that starts anew makes them now and then, and no clause says anything about that.
"""

import re
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

from mimtest.findings import particulars_removed
from mimtest.network.exchange import Exchange
from mimtest.network.recording import Recorder
from mimtest.session.outcomes import PhaseResult
from mimtest.verdict import Outcome

#: Tries at a check in all. Where one request in ten goes wrong, a check of three fails each time once in 700.
MOST: Final = 5


#: Outcomes of a phase that show something.
_SETTLED: Final = (Outcome.PASSED, Outcome.FAILED, Outcome.NOT_APPLICABLE)
#: A request as it was asked, or without what is particular in it.
Question = tuple[str, ...]


@dataclass(slots=True)
class Attempt:
    """One try: whether it failed, whether it shows anything at all, and which of the exchanges it rests on are doubtful.

    `first` is the place of the first of them among those of the check's own body; `bad` are the questions that had a
    doubtful answer in it, `good` those that had another. `told` is the failure, where the answer that was looked at last
    is not doubtful. One that rests on answers `known` before shows nothing new.
    """

    failed: bool = False
    settled: bool = True
    doubtful: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    first: tuple[int, Question] | None = None
    told: str = ""
    bad: set[Question] = field(default_factory=set)
    good: set[Question] = field(default_factory=set)


#: Failures of the same kind among them that make one certain.
_ENOUGH: Final = 3
#: What tells one thing from others of its kind, and one question from others.
_PARTICULAR: Final = re.compile(r"[0-9:%]")
#: The tries at a check so far.
TRIES: Final = pytest.StashKey[list[Attempt]]()


class Attempts:
    """Tries a doubtful failure again, with everything made anew where it rests on an older answer."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Run a check, and again while nobody can tell whose failure it is."""
        tries = item.stash.setdefault(TRIES, [Attempt()])
        known: frozenset[str] = frozenset()
        done = yield
        while _is_open(tries) and not _strains(item):
            if tries[-1].doubtful <= known:
                _start_anew(item)
            known |= tries[-1].doubtful
            tries.append(Attempt(known=known))
            runtestprotocol(item, nextitem=nextitem)
        self._recorder.attempt = 1
        return done


def _start_anew(item: pytest.Item) -> None:
    """Take everything down that checks share, so that the next try makes it again."""
    with suppress(Exception):  # what cannot be removed is in the ledger
        item.session._setupstate.teardown_exact(None)  # noqa: SLF001 - pytest has no other way


def note(
    item: pytest.Item, when: str, phase: PhaseResult, recorder: Recorder, own: Sequence[Exchange]
) -> tuple[int, bool]:
    """Keep what a phase came to, with its `own` exchanges: the number of the try, and whether its failure is certain."""
    tries = item.stash.setdefault(TRIES, [Attempt()])
    now = tries[-1]
    now.doubtful |= {*(x.id for x in own), *recorder.observed()} & recorder.doubtful
    now.failed |= phase.outcome is Outcome.FAILED
    now.settled &= phase.outcome in _SETTLED
    bad = [(n, x) for n, x in enumerate(own) if x.id in recorder.doubtful]
    now.bad.update(q for _, x in bad for q in _questions(x))
    now.good.update(q for x in own if x.id not in recorder.doubtful for q in _questions(x))
    looked = recorder.observed()
    if phase.outcome is Outcome.FAILED and looked and looked[-1] not in recorder.doubtful:
        now.told = particulars_removed(f"{phase.message} {phase.received}")
    if when == "call" and bad:
        now.first = bad[0][0], _questions(bad[0][1])[1]
    return len(tries), when == "teardown" and (_is_certain(tries) or _strains(item))


def _strains(item: pytest.Item) -> bool:
    """Whether a check asks for more than there may be: errors are its own doing, and what is tried again meets them at once."""
    marker = item.get_closest_marker("check")
    return marker is not None and marker.kwargs.get("level") == "burst"


def _is_open(tries: Sequence[Attempt]) -> bool:
    """Whether a check failed, and nothing since then shows that it does or that it does not."""
    last = tries[-1]
    shows = last.settled and not (last.failed and last.doubtful)
    shows = shows or _is_certain(tries)
    return tries[0].failed and not shows and len(tries) < MOST


def _is_certain(tries: Sequence[Attempt]) -> bool:
    """Whether a check fails: with nothing doubtful about it, or in the same way time after time."""
    failed = [t for t in tries if t.failed and (not t.doubtful or t.doubtful - t.known)]
    if any(t.settled and not t.failed for t in tries):
        return False
    told = [t.told for t in failed if t.told]
    if any(not t.doubtful for t in failed) or len(told) > len({*told}):
        return True
    return len(tries) == MOST and len(failed) >= _ENOUGH and _is_one_failure(failed)


def _is_one_failure(tries: Sequence[Attempt]) -> bool:
    """Whether the same request went wrong each time, or one question never had a good answer."""
    same = len({t.first for t in tries}) == 1
    return same or bool(set.intersection(*(t.bad - t.good for t in tries)))


def _questions(exchange: Exchange) -> tuple[Question, Question]:
    """A request as it was asked, and without what is particular in it."""
    method, url = exchange.request.method or "", exchange.request.url or ""
    path, _, query = url.partition("?")
    names = (pair.partition("=")[0] for pair in query.split("&"))
    parts = (*path.split("/")[3:], "?", *names)
    return (method, url), (method, *("*" if _PARTICULAR.search(p) else p for p in parts))
