"""Who is given what: asking as somebody, and what an answer gives away (MIM6 C1).

Whose data came counts, never the status alone: a gateway may answer 200 with the asker's own data.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.rest_records import id_of, json_of, records_in

#: Statuses that refuse: who is not known, who may not, and who is not to know (RFC 9110 15.5).
DENIED: Final = (401, 403, 404)
_REDIRECTS: Final = range(300, 400)
_SUCCESS: Final = range(200, 300)
_TOO_MANY: Final = 429
_BROKEN: Final = 500
#: Characters that an identifier, or another text, has at least for not to be met by chance.
_LEAST_OF_IDS: Final = 6
_LEAST: Final = 12
_MOST_TEXTS: Final = 50


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be asked of an interface; `body` is JSON, None for none."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    reads: bool = True

    @property
    def name(self) -> str:
        """Method and path, for messages."""
        return f"{self.method} {urlsplit(self.path).path or '/'}"


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, by the fields his requests carry; `known` uses the interface's own credentials."""

    client: Client
    name: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    tenant: str | None = None
    owns: tuple[str, ...] = ()
    known: bool = False

    def ask(self, operation: Operation, method: str = "", **headers: str) -> Answer:
        """Ask for something that changes nothing; `headers` have `_` for `-` and win."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        content = {} if operation.body is None else {"json": operation.body}
        return self.client.request(
            method or operation.method,
            operation.path,
            params=operation.params,
            headers={**operation.headers, **self.fields, **named},
            auth=self.known,
            harmless=True,
            **content,
        )

    def as_in(self, header: str, tenant: str | None) -> "Asker":
        """The same person who names another tenant, or none."""
        fields = {k: v for k, v in self.fields.items() if k.lower() != header.lower()}
        named = {header: tenant} if tenant else {}
        return Asker(
            self.client, self.name, {**fields, **named}, self.tenant, self.owns, self.known
        )


@dataclass(frozen=True, slots=True)
class Restricted:
    """Data that somebody gets and a stranger does not: how it is asked for, and how it is known again."""

    operation: Operation
    asker: Asker
    granted: Answer
    refused: Answer
    texts: tuple[str, ...]


def settled(answer: Answer) -> Answer:
    """The answer, unless its status tells nothing of rights. Raises Inconclusive."""
    __tracebackhide__ = True
    status = answer.received.status
    if status == _TOO_MANY:
        raise Inconclusive("rate_limited", f"{answer.url} is answered 429")
    if status >= _BROKEN:
        _ = answer.status  # it is what there is to look at
        raise Inconclusive("server_error", f"{answer.url} is answered {status}: no refusal")
    return answer


def is_denied(answer: Answer) -> bool:
    """Whether a request to read is refused; leading to a log-in page gives nothing either."""
    return settled(answer).status in (*DENIED, *_REDIRECTS)


def assert_denied(answer: Answer, who: str, what: str) -> None:
    """A request to read is refused. Raises Contradiction, and Inconclusive for what tells nothing."""
    __tracebackhide__ = True
    assert_that(
        is_denied(answer),
        f"{who} is not refused: {what}",
        expected="status 401, 403 or 404",
        received=f"status {answer.status}",
    )


def assert_kept(answer: Answer, secrets: Iterable[str], who: str, what: str) -> None:
    """An answer gives nothing of somebody else's data away. Raises Contradiction."""
    __tracebackhide__ = True
    told = given_away(settled(answer), secrets)
    assert_that(
        not told,
        f"{who} is given what is not for them: {what}",
        expected="none of it",
        received=f"status {answer.status} with {', '.join(told[:3])}",
    )


def given_away(answer: Answer, secrets: Iterable[str]) -> list[str]:
    """Which texts stand in an answer that did not stand in its request."""
    asked = unquote(answer.url)
    body = answer.text()
    known = json_of(answer)
    plain = json.dumps(known, ensure_ascii=False) if known is not None else ""
    fields = unquote("\n".join(value for _, value in answer.headers.multi_items()))
    told = (body, unquote(body), plain, fields)
    return [s for s in secrets if s not in asked and any(s in t for t in told)]


def telling(
    granted: Answer, owned: Collection[str], *others: Answer, asked: Any = None
) -> tuple[str, ...]:
    """Texts by which restricted data is known again: canaries in it, else identifiers, else long texts.

    None of them stands in `others`, answers that everybody gets, nor in the body that was `asked` with.
    Raises Inconclusive where there is none.
    """
    body = json_of(granted)
    listed = records_in(body)
    ids = [id_of(r) for r in (listed[1] if listed else [body]) if isinstance(r, Mapping)]
    plain = (t for t in _leaves(body) if len(t) >= _LEAST and "://" not in t)  # links echo
    leaves = sorted(plain, key=len, reverse=True)
    seen = "\n".join((*(a.text() for a in others), str(asked), unquote(granted.url)))
    for texts in (
        given_away(granted, owned),
        [i for i in ids if i and len(i) >= _LEAST_OF_IDS],
        leaves[:5],
    ):
        found = [t for t in dict.fromkeys(texts) if t not in seen]
        if found:
            return tuple(found[:_MOST_TEXTS])
    why = "nothing in the restricted data tells it from other answers"
    raise Inconclusive("no_data", f"{why}; 'protected' has to lead to data of its own")


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(part)


def succeeded(answer: Answer) -> bool:
    """Whether the status is 2xx, without the exchange becoming a witness."""
    return answer.received.status in _SUCCESS
