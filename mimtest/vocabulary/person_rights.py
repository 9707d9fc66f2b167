"""Rights that change something: data corrected, erased, and brought back (GDPR 16, 17, 20)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimtest.errors import Contradiction
from mimtest.network.answer import Answer
from mimtest.network.journal import Entry
from mimtest.vocabulary.access import given_away, settled, succeeded
from mimtest.vocabulary.loose_names import local_name, values_of
from mimtest.vocabulary.personal_data import Account, Asks, Way, looked_until
from mimtest.vocabulary.rest_records import json_of

#: After any other answer something may have been changed.
_REFUSED = range(300, 500)
_NAMES = ("id", "type", "context", "sub", "subject", "created", "modified", "updated")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction: the text that was sent under a name, its answer, and the data afterwards."""

    name: str
    text: str
    answer: Answer
    after: Answer

    @property
    def is_seen(self) -> bool:
        """Whether the data has the text that was sent."""
        return self.text in values_of(json_of(self.after), self.name)


def correct(account: Account, person: Asks, text: str) -> Corrected | None:
    """Change a text among a person's data, look, and put it back; None where no text can be changed."""
    before = account.read("access", person)
    way = account.way("rectify")
    name = _changeable(way, json_of(before), person) if succeeded(before) else None
    if name is None:
        return None
    old = values_of(json_of(before), name)[0]
    written = account.client.will_change(
        account.where("rectify", person),
        f"{name} of {person.identity.name} was changed to '{text}': have her correct it again",
    )
    answer = account.act("rectify", person, _changed(way, name, text))

    def read() -> Answer:
        return account.read("access", person)

    try:
        after = looked_until(read, lambda a: text in values_of(json_of(a), name))
    finally:
        refused = answer.received.status in _REFUSED
        if refused or succeeded(account.act("rectify", person, _changed(way, name, old))):
            account.client.taken_back(written)
    return Corrected(name, text, answer, after)


def _changeable(way: Way, data: Any, person: Asks) -> str | None:
    """The name of a text that the description's example changes, else of one that is no canary."""
    offered = way.body if isinstance(way.body, Mapping) and way.body else data
    for name, value in offered.items() if isinstance(offered, Mapping) else ():
        plain = isinstance(value, str) and local_name(name) not in _NAMES
        kept = values_of(data, name) if plain else []
        if kept and not any(own in kept[0] for own in person.identity.owns):
            return str(name)
    return None


def _changed(way: Way, name: str, text: str) -> dict[str, Any]:
    """The body of a correction: the description's example with this text, else this text alone."""
    example = way.body if isinstance(way.body, Mapping) else {}
    return {**example, name: text}


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure: the data before, the answer, and the data afterwards; then brought back, where that is offered."""

    owns: tuple[str, ...]
    before: Answer
    answer: Answer
    after: Answer
    taken: Answer | None = None
    brought: Answer | None = None
    again: Answer | None = None

    @property
    def was_there(self) -> bool:
        """Whether there was something to erase."""
        return succeeded(self.before) and bool(given_away(self.before, self.owns))

    @property
    def left(self) -> list[str]:
        """What of it is given out afterwards."""
        return given_away(settled(self.after), self.owns)


def erase(account: Account, person: Asks) -> Erased:
    """Have a person made for the test erased, after taking her data along; and bring it back."""
    owns = person.identity.owns
    before = account.read("access", person)
    if not (succeeded(before) and given_away(before, owns)):
        return Erased(owns, before, before, before)
    taken = _export(account, person) if account.offers("export", "import") else None
    written = _written(account, person, taken)
    answer = account.act("erase", person)
    if written and answer.received.status in _REFUSED:
        account.client.taken_back(written)

    def read() -> Answer:
        return account.read("access", person)

    after = looked_until(read, lambda a: not given_away(a, owns))
    if taken is None or not succeeded(taken) or not succeeded(answer):
        return Erased(owns, before, answer, after, taken)
    try:
        document = taken.json()
    except Contradiction:
        return Erased(owns, before, answer, after, taken)
    usual = account.way("import")
    way = Way(usual.method, taken.media_type or usual.media_type)
    brought = account.act("import", person, document, way=way)
    if written and succeeded(brought):
        account.client.taken_back(written)
    again = _export(account, person) if succeeded(brought) else None
    return Erased(owns, before, answer, after, taken, brought, again)


def _written(account: Account, person: Asks, taken: Answer | None) -> Entry | None:
    """The note of an erasure that is taken back; none where the target file offers no way to do that."""
    if taken is None or not succeeded(taken):
        return None
    place = account.client.url(account.where("import", person))
    told = f"the data of {person.identity.name} was erased and not brought back: {place} takes it"
    return account.client.will_change(account.where("erase", person), told)


def _export(account: Account, person: Asks) -> Answer | None:
    return account.read("export", person) if account.way("export").method == "GET" else None
