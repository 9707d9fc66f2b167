"""Which checks a fault can touch at all: those that meet an answer, or send a request, that it changes.

One run without faults is watched. At each request every fault is asked what it would do; where it leaves request
and answer as they are, the check sees the same as without it. So only the checks it touches have to run with it.
Of requests that are much alike, a quick look asks only the first few about every fault, and the others about those
faults that changed something there, or nowhere yet.
"""

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mimtest.sandbox.faults.registry import Fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.sending import SEND_SECONDS
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.selftest.disposable import Disposable
from mimtest.selftest.spotlight import Spotlight
from mimtest.session.launch import Order, launch

#: Of requests that are alike, so many are asked about every fault in a quick look.
ENOUGH = 3


class Touched(Exception):  # noqa: N818 - an event, not an error
    """A fault did something other than handing on."""


class _Guard:
    """Stands for the platform: a fault that looks at it may do anything. It has no token, as in the demo.

    With a memory, a fault may remember: it is taken to do what it would do with all that it was asked about.
    """

    token = None

    def __init__(self, memory: dict[str, Any] | None) -> None:
        self._memory = memory
        self.was_asked = False

    @property
    def memory(self) -> dict[str, Any]:
        if self._memory is None:
            raise Touched
        self.was_asked = True
        return self._memory

    def __getattr__(self, name: str) -> object:
        raise Touched


class _Watched(Platform):
    """The platform without a fault, every fault asked at every request."""

    def __init__(self, faults: Iterable[Fault], spotlight: Spotlight, *, quick: bool) -> None:
        super().__init__()
        self._faults = tuple(faults)
        self._spotlight = spotlight
        self._quick = quick
        memories = {f.id: dict[str, Any]() for f in self._faults}
        self._memories = memories if quick else dict[str, dict[str, Any]]()
        self._asked: dict[object, int] = defaultdict(int)
        self._changed: dict[object, dict[str, Fault]] = defaultdict(dict)
        self._left: dict[str, dict[str, Fault]] = defaultdict(dict)
        for fault in self._faults:
            self._left[fault.suite][fault.id] = fault

    def handle(self, request: Request) -> Response:
        """The clean answer."""
        response = super().handle(request)
        self._ask(request, response, outgoing=False)
        return response

    def send(self, request: Request, seconds: float = SEND_SECONDS) -> Response:
        """The clean answer to what the platform sends."""
        response = super().send(request, seconds)
        self._ask(request, response, outgoing=True)
        return response

    def _ask(self, request: Request, response: Response, *, outgoing: bool) -> None:
        if not self._spotlight.is_on:
            return
        kind = (outgoing, shape_of(request, response)) if self._quick else None
        self._asked[kind] += 1
        known = self._quick and self._asked[kind] > ENOUGH
        asked = {**self._unseen(), **self._changed[kind]}.values() if known else self._faults
        unknown = [
            f
            for f in asked
            if (f.outgoing if outgoing else f.incoming) and not self._spotlight.knows(f.id)
        ]
        for fault in self._touching(unknown, request, response):
            self._changed[kind][fault.id] = fault
            self._spotlight.note(fault.id, request)

    def _touching(
        self, faults: Iterable[Fault], request: Request, response: Response
    ) -> Iterator[Fault]:
        """Those of the faults that would change the request or its answer. They are many, and asked often."""

        def proceed(asked: Request) -> Response:
            if asked is not request and asked != request:
                raise Touched
            return response

        _asking.now = True
        try:
            for fault in faults:
                guard: Any = _Guard(self._memories.get(fault.id))
                try:
                    answer = fault.act(request, guard, proceed)
                except Exception:  # noqa: BLE001 - whatever it is, it is not handing on
                    yield fault
                    continue
                if answer is not response and answer != response:
                    yield fault
                elif guard.was_asked:
                    self._spotlight.note_memory(fault.id)
        finally:
            _asking.now = False

    def _unseen(self) -> dict[str, Fault]:
        """The faults of the suite under test that nothing has met yet."""
        suite = self._spotlight.suite
        seen = self._spotlight.touched
        self._left[suite] = {n: f for n, f in self._left[suite].items() if n not in seen}
        return self._left[suite]


_OWN = re.compile(r"\d{2}|[:%]")
_WORD = re.compile(r"[\w.:%-]+")


def shape_of(request: Request, response: Response) -> object:
    """What requests have in common that are alike: all but ids, names of a check's own, and values."""
    path = tuple("*" if _OWN.search(part) else part for part in request.path.split("/"))
    asked = frozenset((k, _WORD.sub("w", v)[:80]) for k, v in request.param_pairs)
    return (
        request.method,
        path,
        asked,
        frozenset(request.headers),
        _names(request.body),
        response.status,
        response.header("content-type"),
    )


def _names(body: bytes) -> frozenset[str]:
    """The names in JSON with the kinds of their values, and the types of entities and attributes."""
    try:
        value = json.loads(body) if body else None
    except ValueError:
        return frozenset(("no JSON",))
    return frozenset(_names_in(value))


def _names_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{'' if _OWN.search(name) else name} {type(inner).__name__}"
            if name == "type" and isinstance(inner, str) and not _OWN.search(inner):
                yield f"type {inner}"
            yield from _names_in(inner)
    elif isinstance(value, list):
        yield "one" if len(value) == 1 else "many"
        for inner in value[:5]:
            yield from _names_in(inner)


_asking = threading.local()
_sleep = time.sleep


def _wide_awake(seconds: float) -> None:
    """Sleep, unless a fault is asked what it would do: it would make somebody wait."""
    if getattr(_asking, "now", False):
        raise Touched
    _sleep(seconds)


@contextmanager
def _watched(faults: Iterable[Fault], spotlight: Spotlight, *, quick: bool) -> Iterator[str]:
    with serve(_Watched(faults, spotlight, quick=quick)) as base:
        yield base


def find_impact(
    faults: Iterable[Fault], folder: Path, checks: tuple[str, ...] = (), *, quick: bool = False
) -> tuple[Spotlight, Mapping[str, Any]]:
    """One watched run of the checks, whose target file and report go to a folder; a quick look may overlook something.

    A run of all checks, when none are named, is as a user's: it removes what it made, and has pages.
    """
    spotlight = Spotlight()
    target = folder / "mimtest.toml"
    whole = not checks
    watchers = (spotlight,) if whole else (Disposable(), spotlight)
    with _watched(faults, spotlight, quick=quick) as base:
        target.write_text(target_text(base), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(time, "sleep", _wide_awake)
            output = folder / "mimtest-report"
            report = launch(
                Order(target=target, output=output, checks=checks, pages=whole), watchers
            )
    spotlight.learn(report)
    return spotlight, report
