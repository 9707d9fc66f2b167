"""Asking for restricted data with tokens that are no good, beside one that is (RFC 6750, RFC 9068 4).

What comes of a bad token counts only beside two controls of the same run: the good token gets the data,
and whoever has none does not. A failure of the server is no refusal, and a limit of its rate is none.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest import clock
from mimtest.errors import Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.access import Operation, given_away, is_denied, settled, succeeded, telling
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.token_ladder import Jwt, Rung, as_jwt

#: What anybody can make up.
GARBAGE: Final = "mimtest-no-token-0123456789abcdef"
_SHORTEST_PART: Final = 20


@dataclass(frozen=True, slots=True)
class Good:
    """A token that is good at the interface: whose it is, and what goes with it.

    Without a `token` it stands for other credentials of the interface: a key, or a user with a password.
    """

    name: str
    token: str = field(default="", repr=False)
    tenant: Mapping[str, str] = field(default_factory=dict)
    owns: tuple[str, ...] = ()
    minted: bool = False

    @property
    def jwt(self) -> Jwt | None:
        """It as a JSON Web Token; None for one whose structure is its issuer's own affair."""
        return as_jwt(self.token)


@dataclass(frozen=True, slots=True)
class Trials:
    """The door to restricted data, and what came of the attempts; each is made once."""

    client: Client
    door: Operation
    good: Good
    _made: dict[str, Answer] = field(default_factory=dict)

    def with_(
        self,
        authorization: str | None,
        params: Mapping[str, str] | None = None,
        name: str = "Authorization",
    ) -> Answer:
        """What comes of these credentials, of none for None, or of parameters; `name` is the field's."""
        given = {} if authorization is None else {name: authorization}
        return self.client.get(
            self.door.path,
            params={**self.door.params, **(params or {})},
            headers={**self.door.headers, **self.good.tenant, **given},
            auth=False,
        )

    def attempt(self, name: str, authorization: str) -> Answer:
        """What came of these credentials; asked once under a name."""
        if name not in self._made:
            self._made[name] = self.with_(authorization)
        return self._made[name]

    def bearing(self, rung: Rung) -> Answer:
        """What came of a token."""
        return self.attempt(rung.name, f"Bearer {rung.token}")

    @property
    def granted(self) -> Answer:
        """What the good token gets."""
        if "the good token" not in self._made:
            self._made["the good token"] = self.known()
        return self._made["the good token"]

    def known(self) -> Answer:
        """What the good token gets by now."""
        if self.good.token:
            return self.with_(f"Bearer {self.good.token}")
        return self.client.get(self.door.path, params=self.door.params, headers=self.door.headers)

    @property
    def stranger(self) -> Answer:
        """What whoever has no token gets."""
        if "no token" not in self._made:
            self._made["no token"] = self.with_(None)
        return self._made["no token"]

    def texts(self, nowhere: Answer) -> tuple[str, ...]:
        """By what the data is known again. Raises Inconclusive where it cannot be told from others."""
        return telling(self.granted, self.good.owns, nowhere)


@dataclass(frozen=True, slots=True)
class Judge:
    """Attempts with controls that hold, and the texts by which restricted data is known again."""

    trials: Trials
    texts: tuple[str, ...]

    def is_taken(self, answer: Answer) -> bool:
        """Whether the credentials got the data. Raises Inconclusive for what tells nothing."""
        if not settled(answer).ok:
            return False
        if given_away(answer, self.texts):
            return True
        if succeeded(self.trials.stranger):
            return False
        detail = f"status {answer.status}, but without the data that the good token gets"
        raise Inconclusive("needs_review", detail)

    def assert_refused(self, rungs: Iterable[Rung], what: str) -> None:
        """None of the tokens gets the data."""
        __tracebackhide__ = True
        self.assert_none({r.name: self.trials.bearing(r) for r in rungs}, what)

    def assert_none(self, answers: Mapping[str, Answer], what: str) -> None:
        """None of the answers gives the data. What one cannot tell is told last."""
        __tracebackhide__ = True
        open_ends: list[Unsettled] = []
        for name, answer in answers.items():
            try:
                taken = self.is_taken(answer)
            except Inconclusive as end:
                open_ends.append(end)
                continue
            if taken:
                fail(
                    f"{what} is taken: {name}",
                    expected="status 401",
                    received=f"status {answer.status} with the restricted data",
                )
        if open_ends:
            raise open_ends[0]
        self.require_control()

    def require_control(self) -> None:
        """Raise Inconclusive where the good token is refused by now: what was refused beside it tells nothing."""
        again = self.trials.known()
        if not succeeded(again):
            status = again.received.status
            detail = f"{self.trials.good.name} is answered {status} after bad tokens were tried"
            raise Inconclusive("control_failed", f"{detail}: it has ended, or is locked out")


def judge_of(trials: Trials, nowhere: Answer) -> Judge:
    """Attempts that tell something. Raises Inconclusive where a control does not hold."""
    where = trials.door.name
    if not succeeded(trials.granted):
        status = trials.granted.status
        detail = (
            f"{trials.good.name} is answered {status} to {where}: its token cannot be the measure"
        )
        raise Inconclusive("control_failed", detail)
    texts = trials.texts(nowhere)
    if not is_denied(trials.stranger) and given_away(trials.stranger, texts):
        detail = f"{where} gives its data to whoever has no token, too"
        raise Inconclusive("control_failed", detail)
    return Judge(trials, texts)


def other_flaw(token: str, good: str, *, but: str = "") -> str | None:
    """Why a token is no good beside the reason `but`: then its refusal tells nothing of that reason.

    The reasons are its "end", its "beginning", its "issuer" and its "audience"; None for a token that cannot be read.
    """
    found, known = as_jwt(token), as_jwt(good)
    if found is None:
        return None
    own, now = found.claims, clock.now().timestamp()
    measure = known.claims if known else {}
    wrong = {
        "end": _number(own.get("exp"), math.inf) <= now,
        "beginning": _number(own.get("nbf"), -math.inf) > now,
        "issuer": "iss" in measure and own.get("iss") != measure["iss"],
        "audience": "aud" in measure and not set(audiences(own)) & set(audiences(measure)),
    }
    return next((reason for reason, is_so in wrong.items() if is_so and reason != but), None)


def audiences(claims: Mapping[str, Any]) -> list[str]:
    """Whom a token is for (RFC 7519 4.1.3)."""
    named = claims.get("aud", [])
    return [a for a in (named if isinstance(named, list) else [named]) if isinstance(a, str)]


def _number(value: Any, otherwise: float) -> float:
    return value if isinstance(value, int | float) else otherwise


def said_back(answer: Answer, token: str) -> str | None:
    """Where an answer says back a token, or what it says under its signature; None where it does not."""
    parts = [token, *(p for p in token.split(".")[1:] if len(p) >= _SHORTEST_PART)]
    fields: Any = answer.headers.multi_items()
    for name, value in fields:
        if any(p in value for p in parts):
            return f"the header field {name}"
    return "the body" if any(p in answer.text() for p in parts) else None
