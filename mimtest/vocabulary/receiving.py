"""Where mimtest is told of things: a mailbox for each subscription, and waiting for what comes or does not."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Client
from mimtest.network.hosting import Hosting
from mimtest.network.incoming import Asked, Reply
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.waiting import Experience

#: The shortest and the longest quiet time, in seconds, before something is said not to come.
SHORTEST_QUIET: Final = 0.25
LONGEST_QUIET: Final = 2.0
#: What is waited for at least, in seconds, however much was waited for in vain before.
SHORTEST_WAIT: Final = 1.0
_TIMES: Final = 4
OK: Final = Reply(200)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Makes mailboxes that the product behind `client` reaches under `address`."""

    client: Client
    hosting: Hosting
    address: str
    experience: Experience = field(default_factory=Experience)

    def mailbox(self, reply: Reply | Callable[[Asked], Reply] = OK) -> "Mailbox":
        """A new address to send to; what comes there is evidence of the check that runs."""
        path = f"/{token_hex(8)}/notify"
        owner = self.client.recorder.check_id
        self.hosting.put(path, reply, methods=("POST",), noted=True, owner=owner)
        return Mailbox(self, path)

    @property
    def declared(self) -> float:
        """Seconds until what has not come is missing, as the target file says."""
        return self.client.interface.notifies

    @property
    def limit(self) -> float:
        """Seconds to wait at first: as the target file says, less after long experience."""
        return max(self.experience.limit(self.declared), min(self.declared, SHORTEST_WAIT))

    @property
    def quiet(self) -> float:
        """Seconds after a control has arrived until what has not come does not come."""
        return min(LONGEST_QUIET, max(SHORTEST_QUIET, _TIMES * self.experience.slowest))


def receiver_for(client: Client, hosting: Hosting) -> Receiver:
    """What the product behind a client can reach. Raises Inconclusive where that is nothing."""
    address = hosting.address_for(client.interface)
    if address is None:
        detail = "the product is on another machine; scope.callback is not set"
        raise Inconclusive("no_way_back", detail)
    return Receiver(client, hosting, address.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address at which the product is to deliver, and what came there."""

    receiver: Receiver
    path: str

    @property
    def url(self) -> str:
        """The address for the product."""
        return f"{self.receiver.address}{self.path}"

    def answer(self, reply: Reply | Callable[[Asked], Reply]) -> None:
        """Answer differently from now on; what came before is forgotten."""
        owner = self.receiver.client.recorder.check_id
        self.receiver.hosting.put(self.path, reply, methods=("POST",), noted=True, owner=owner)

    def arrived(self) -> list[Asked]:
        """What has come so far, oldest first."""
        return self._seen(self.receiver.hosting.asked(self.path))

    def wait(
        self,
        number: int = 1,
        *,
        where: Callable[[Asked], bool] = lambda _: True,
        what: str = "a notification",
        more: float = 0.0,
    ) -> list[Asked]:
        """So many messages of a kind, as soon as they are there.

        Waits as long as the target file says notifying takes, and `more` seconds. Raises Contradiction,
        Inconclusive when the run has waited too long in vain to wait that long again.
        """
        __tracebackhide__ = True
        known, start = self.receiver.experience, time.monotonic()
        limit, declared = self.receiver.limit, self.receiver.declared

        def enough(asked: Sequence[Asked]) -> bool:
            return sum(map(where, asked)) >= number

        came = self.receiver.hosting.wait(self.path, enough, start + limit + more)
        if known.falls_short(limit, declared) and not enough(came):
            known.extend(limit, declared)
            limit = declared
            came = self.receiver.hosting.wait(self.path, enough, start + limit + more)
        fitting = [a for a in self._seen(came) if where(a)]
        if len(fitting) < number:
            known.in_vain += 1
            raise Contradiction(
                f"{what} has not come within {limit + more:.1f} s",
                expected=f"at least {number}",
                received=f"{len(fitting)}, and {_shown(came, len(fitting))}",
            )
        known.slowest = max(known.slowest, fitting[number - 1].at - start - more)
        return fitting

    def _seen(self, came: Sequence[Asked]) -> list[Asked]:
        for asked in came:
            if asked.exchange:
                self.receiver.client.recorder.witness(asked.exchange)
        return list(came)


def _shown(came: Sequence[Asked], fitting: int) -> str:
    """How many others came, and what the last message says."""
    if not came:
        return "nothing else"
    text = came[-1].body[:300].decode("utf-8", errors="replace")
    return f"{len(came) - fitting} others; the last message: {text}"


def assert_silent(
    silent: Sequence[Mailbox], control: Mailbox, what: str = "a notification"
) -> None:
    """Nothing comes to these mailboxes in a quiet time after something has come to the control.

    Raises Inconclusive when the control stays empty, Contradiction when something comes.
    """
    __tracebackhide__ = True
    try:
        control.wait(what="the notification of the control")
    except Contradiction as missing:
        raise Inconclusive("control_failed", missing.message) from None
    time.sleep(control.receiver.quiet)
    for box in silent:
        came = box.arrived()
        if came:
            text = came[0].body[:500].decode("utf-8", errors="replace")
            raise Contradiction(f"{what} came", expected="none", received=text)


def json_in(asked: Asked) -> Any:
    """The JSON in the body of a message. Raises Contradiction when it is none."""
    __tracebackhide__ = True
    return parse_json(asked.body)
