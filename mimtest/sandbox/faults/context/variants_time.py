"""Permitted ways to differ in when a write shows, and for how long what is gone is listed."""

import time
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from mimtest.sandbox.faults.context.messages import API, changed
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.ngsild.router import Broker
    from mimtest.sandbox.platform import Platform

_LATE: Final = 0.12
_LISTS: Final = {f"{API}/types": "typeList", f"{API}/attributes": "attributeList"}
_QUERIES: Final = (f"{API}/entityOperations/query", f"{API}/temporal/entityOperations/query")
_LOCK: Final = Lock()


class _History:
    """The broker as it was after each write, back to the state that is shown now."""

    def __init__(self, broker: "Broker") -> None:
        self._broker = broker
        self._states = [(0.0, self._copy())]
        self._lock = Lock()

    def _copy(self) -> "Broker":
        return replace(self._broker, tenants=self._broker.tenants.copy())

    def note(self) -> None:
        """Remember the state after a write."""
        with self._lock:
            self._states.append((time.monotonic(), self._copy()))

    def shown(self) -> "Broker":
        """The broker as it was a while ago."""
        with self._lock:
            until = time.monotonic() - _LATE
            old = [s for s in self._states if s[0] <= until]
            self._states = self._states[len(old) - 1 :] if old else self._states
            return self._states[0][1]


@fault("ctx-variant-seen-later")
def _seen_later(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What is written is seen by readers 120 ms later."""
    if not request.path.startswith(API):
        return proceed(request)
    with _LOCK:
        broker = cast("Broker", platform.services[API])
        history = platform.memory.setdefault("history", None) or _History(broker)
        platform.memory["history"] = history
    is_query = request.path in _QUERIES
    if request.method in ("GET", "HEAD") or is_query:
        services = platform.services | {API: history.shown()}
        return type(platform)(services=services, token=platform.token).handle(request)
    response = proceed(request)
    history.note()
    return response


@fault("ctx-variant-listed-longer")
def _listed_longer(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Types and attributes are listed after the last entity that had them is gone."""
    response = proceed(request)
    member = _LISTS.get(request.path.rstrip("/"))
    if member is None or request.params.get("details") == "true":
        return response
    headers = request.headers
    key = f"{member} {headers.get('link')} {headers.get('ngsild-tenant')} {request.query}"
    listed: set[str] = platform.memory.setdefault(key, set())

    def longer(body: Any) -> Any:
        listed.update(body[member])
        return body | {member: sorted(listed)}

    return changed(response, longer)
