"""Giving consent and withdrawing it again, and what a service sees of a person meanwhile."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.journal import Entry
from mimtest.vocabulary.access import given_away, settled, succeeded
from mimtest.vocabulary.consent_records import identifier_of, records_in
from mimtest.vocabulary.expect import excerpt
from mimtest.vocabulary.personal_data import Account, Asks, looked_until
from mimtest.vocabulary.rest_records import json_of

#: After any other answer a consent may have been given.
_REFUSED: Final = range(300, 500)


@dataclass(slots=True)
class Given:
    """A consent that is given for as long as one looks, and withdrawn whatever happens.

    `body` is what is agreed to, None for the example of the description.
    """

    account: Account
    person: Asks
    body: Any = None
    _answers: list[Answer] = field(default_factory=list)
    _record: str | None = None
    _written: Entry | None = None

    def __enter__(self) -> Self:
        known = self._ids()
        client = self.account.client
        self._written = client.will_change(
            self.account.where("grant", self.person), self._how_back()
        )
        self._answers.append(self.account.act("grant", self.person, self.body))
        if self.answer.received.status in _REFUSED:
            client.taken_back(self._written)
        told = json_of(self.answer)
        self._record = identifier_of(told) if isinstance(told, dict) else None
        if self._record is None and "{id}" in self.account.client.interface.paths["withdraw"]:
            self._record = next(iter(self._ids() - known), None) or _last_part(self.answer)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.answer.received.status not in _REFUSED:
            self.withdraw()

    @property
    def answer(self) -> Answer:
        """The answer to the consent."""
        return self._answers[0]

    @property
    def record(self) -> str | None:
        """The identifier of its record, where that is known."""
        return self._record

    def withdraw(self) -> Answer:
        """Withdraw it, once; the answer to that."""
        if len(self._answers) == 1:
            record = self._record or ""
            self._answers.append(self.account.act("withdraw", self.person, record=record))
            if succeeded(self._answers[1]) and self._written:
                self.account.client.taken_back(self._written)
        return self._answers[1]

    def _how_back(self) -> str:
        """What somebody else has to do where this run comes to no end."""
        place = self.account.client.url(self.account.where("withdraw", self.person))
        method = self.account.way("withdraw").method
        name = self.person.identity.name
        return (
            f"consent of {name} was given and not withdrawn: withdraw it with {method} at {place}"
        )

    def _ids(self) -> set[str]:
        """The identifiers of the person's records; none where these cannot be read."""
        if not self.account.offers("records"):
            return set()
        answer = self.account.read("records", self.person)
        try:
            found = records_in(json_of(answer)) if succeeded(answer) else []
        except Contradiction:
            return set()
        return {i for r in found if (i := identifier_of(r))}


def _last_part(answer: Answer) -> str | None:
    """The last part of the address that the answer leads to."""
    fields = {n.lower(): v for n, v in answer.received.headers}
    return fields["location"].rstrip("/").rpartition("/")[2] if "location" in fields else None


@dataclass(frozen=True, slots=True)
class Story:
    """What a person who had not agreed did, and what others saw of her: a `reader`, and a `stranger`."""

    person: Asks
    reader: Asks
    given: Answer
    shown: Answer
    withdrawn: Answer
    hidden: Answer
    records: Answer | None
    stranger: Answer | None
    record: str | None = None

    @property
    def marks(self) -> list[str]:
        """By what her data is known in the answer that shows it."""
        return given_away(self.shown, self.person.identity.owns)

    def require_given(self) -> None:
        """Raise Inconclusive unless consent could be given."""
        require_given(self.given)

    def require_shown(self) -> None:
        """The control: consent could be given, and then the reader saw her data. Raises Inconclusive."""
        require_given(self.given)
        if not self.marks:
            detail = "nothing that the person owns is shown to the service while her consent holds"
            raise Inconclusive("control_failed", detail)


def require_given(answer: Answer) -> None:
    """Raise Inconclusive unless this answer accepts a consent."""
    if not settled(answer).ok:
        told = f"status {answer.status}: {excerpt(answer)}"
        raise Inconclusive("control_failed", f"consent could not be given: {told}")


def story_of(account: Account, person: Asks, reader: Asks, stranger: Asks | None) -> Story:
    """Have a person who has not agreed agree, and withdraw her consent again; and look each time."""
    owns = person.identity.owns

    def data(who: Asks = reader) -> Answer:
        return account.read("data", who, of=person)

    with Given(account, person) as consent:
        shown = looked_until(data, lambda a: bool(given_away(a, owns)))
        seen = data(stranger) if stranger else None
        withdrawn = consent.withdraw()
        hidden = looked_until(data, lambda a: not given_away(a, owns))
    records = account.read("records", person) if account.offers("records") else None
    given = consent.answer
    return Story(person, reader, given, shown, withdrawn, hidden, records, seen, consent.record)


def reduced(body: Any) -> tuple[Any, list[str], list[str]] | None:
    """A body of a consent to several data with the first alone: it, that one, and the others."""
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, list) and len(value) > 1 and all(isinstance(v, str) for v in value):
            return {**body, name: value[:1]}, value[:1], value[1:]
    return None
