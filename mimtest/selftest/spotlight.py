"""On whose behalf requests are sent in a run: a check on an interface, or fixtures that several of them share.

A place is a check on an interface, `PLA-K-01@file-gpkg`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from mimtest.sandbox.http import Request

#: Suites whose checks share what the first of them has read: each answer has its users.
_SHARING: Final = ("CTR-", "PLA-", "MOD-", "SEC-", "TRU-")
#: The check on whose behalf something was asked first, the method, and the path with its query.
Asked = tuple[str, str, str]
#: A fixture, and the interface that it is made for, if it is made anew for each.
Shared = tuple[str, str | None]


class Spotlight:
    """Knows on whose behalf requests are sent: a place, or shared fixtures with all their users."""

    def __init__(self) -> None:
        self.place = ""
        self.suite = ""
        self._preparing: list[Shared] = []
        self._users: dict[Shared, set[str]] = defaultdict(set)
        self.touched: dict[str, set[str]] = defaultdict(set)
        self._remembering: dict[str, set[str]] = defaultdict(set)
        self._shared: dict[str, set[Asked]] = defaultdict(set)
        self._readers: dict[Asked, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which checks use which fixture."""
        for item in session.items:
            if not isinstance(item, pytest.Function):
                continue
            for name in item.fixturenames:
                self._users[_shared(item, name)].add(_place_of(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Point at the check that runs."""
        self.place = _place_of(item)
        self.suite = item.path.parent.name
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        """Point at a fixture that several checks share."""
        shared = fixturedef.scope != "function"
        if shared:
            self._preparing.append(_shared(request._pyfuncitem, fixturedef.argname))  # noqa: SLF001
        try:
            return (yield)
        finally:
            if shared:
                self._preparing.pop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        """Point at nobody: what is asked for in cleaning up changes no outcome."""
        self.place = ""
        return (yield)

    @property
    def is_on(self) -> bool:
        """Whether it points at somebody."""
        return bool(self.place or self._preparing)

    def knows(self, fault: str) -> bool:
        """Whether the fault is known to change something for whoever is pointed at, and nobody else reads it."""
        alone = not self._preparing and not self.place.startswith(_SHARING)
        return alone and self.place in self.touched[fault]

    def note(self, fault: str, request: Request) -> None:
        """The fault changes something for whoever is pointed at."""
        self.touched[fault].add(self.place)
        for shared in self._preparing:
            self.touched[fault] |= self._users[shared]
        if self.place.startswith(_SHARING):
            check = self.place.partition("@")[0]
            self._shared[fault].add((check, request.method, _target(request)))

    def note_memory(self, fault: str) -> None:
        """The fault remembers something of what is asked for whoever is pointed at, and so far changes nothing."""
        self._remembering[fault].add(self.place)

    def learn(self, report: Mapping[str, Any]) -> None:
        """Note which checks read which answer."""
        asked = {x["id"]: x for x in report["exchanges"]}
        for check in report["checks"]:
            for one in (asked[i] for i in check["exchanges"]):
                url = urlsplit(one["request"]["url"])
                target = url.path + (f"?{url.query}" if url.query else "")
                readers = self._readers[one["check"], one["request"]["method"], target]
                readers.add(f"{check['id']}@{check['interface']}")

    def places(self, fault: str) -> frozenset[str]:
        """The places a fault can touch; of one that nobody saw change anything, those where it remembered something."""
        readers = (self._readers[a] for a in self._shared[fault])
        touched = self.touched[fault].union(*readers) or self._remembering[fault]
        return frozenset(touched - {""})


def _target(request: Request) -> str:
    return request.raw_path + (f"?{request.query}" if request.query else "")


def _shared(item: pytest.Function, name: str) -> Shared:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    is_made_anew = "interface" in params and "interface" in _needs(item, name)
    return name, str(params["interface"]) if is_made_anew else None


def _needs(item: pytest.Function, name: str) -> set[str]:
    """A fixture and all that it is made of."""
    known = item._fixtureinfo.name2fixturedefs  # noqa: SLF001
    found: set[str] = set()
    more = {name}
    while more:
        found |= more
        more = {a for n in more for d in known.get(n, ()) for a in d.argnames} - found
    return found


def _place_of(item: pytest.Item) -> str:
    marker = item.get_closest_marker("check")
    if marker is None:
        return ""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return f"{marker.args[0]}@{params.get('interface')}"
