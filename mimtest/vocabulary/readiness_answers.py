"""What an answer says of an interface that is to be tested: fit for it, or a reason why not."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final, NoReturn

from mimtest.errors import Contradiction, Inconclusive, Unanswered
from mimtest.network.client import Answer, BrokenAnswer, Client
from mimtest.target import Interface

_TRIES: Final = 3
_SERVER_ERRORS: Final = 500
_LOOKED_AT: Final = 2000
#: The media types of pages for people.
WEB_PAGES: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an interface cannot be tested: a code, a sentence, and the key of the target file to change."""

    code: str
    message: str
    hint: str
    key: str

    def as_dict(self) -> dict[str, str]:
        """As in `report.json` `.readiness[].reason`."""
        return asdict(self)


class NotReady(Exception):  # noqa: N818 - a state, not an error
    """Raised inside a probe with its reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


def reason(interface: Interface, code: str, message: str, hint: str, key: str) -> Reason:
    """A reason whose key is one of the interface."""
    return Reason(code, message, hint, f"interfaces.{interface.name}.{key}")


def refuse(interface: Interface, code: str, message: str, hint: str, key: str = "url") -> NoReturn:
    """Raise NotReady with such a reason."""
    raise NotReady(reason(interface, code, message, hint, key))


def require_ok(interface: Interface, answer: Answer) -> None:
    """Raise NotReady unless the answer is a 200 that is no web page."""
    status = answer.status
    told = f"{answer.url} answers {status}"
    if status in (401, 403):
        held = "the credentials are refused" if interface.auth else "it asks for credentials"
        hint = "Check the secret and its rights." if interface.auth else "Add auth."
        refuse(interface, "auth_refused", f"{told}: {held}", hint, "auth")
    if status in (400, 404) and "tenant" in answer.text()[:_LOOKED_AT].lower():
        hint = "Check the tenant in 'headers'."
        code = "wrong_path" if status == 404 else "request_refused"  # noqa: PLR2004
        refuse(interface, code, f"{told}, and speaks of the tenant", hint, "headers")
    if status in (404, 410):
        hint = "Check the path, and whether a tenant header is needed."
        refuse(interface, "wrong_path", told, hint)
    if status == 429:  # noqa: PLR2004
        hint = "Wait, or set 'pace' below the service's limit."
        refuse(interface, "rate_limited", told, hint, "pace")
    if status == 407:  # noqa: PLR2004
        hint = "Run from a machine that reaches the service itself."
        refuse(interface, "request_refused", f"{told}: a proxy asks for credentials", hint)
    if 300 <= status < 400:  # noqa: PLR2004
        there = answer.headers.get("location") or "an unnamed address"
        hint = "Write the address it leads to."
        refuse(interface, "redirected", f"{told} and leads to {there}", hint)
    if status >= 500:  # noqa: PLR2004
        refuse(interface, "server_error", told, "Look into the service's log.")
    if status != 200:  # noqa: PLR2004
        refuse(interface, "request_refused", told, "Check path, version and headers.")
    if answer.media_type in WEB_PAGES:
        message = f"{answer.url} answers with a web page: a login page, a portal or another address"
        refuse(interface, "web_page", message, "Check the path.")


def get(client: Client, where: str = "", **options: Any) -> Answer:
    """A good answer, of three at most: one that went wrong on the way is no reason. Raises NotReady."""
    answer: Answer | None = None
    problem: Inconclusive | None = None
    for _ in range(_TRIES):
        try:
            answer = client.get(where, **options)
        except Inconclusive as silence:
            problem = problem or silence
            if not isinstance(silence, BrokenAnswer):
                break
            continue
        if _is_sound(answer):
            break
    if answer is None:
        raise problem or Inconclusive("no_data")
    require_ok(client.interface, answer)
    return answer


def _is_sound(answer: Answer) -> bool:
    """Whether nothing tells of trouble on the way: an error of a server, a page, half a document."""
    if answer.status >= _SERVER_ERRORS or answer.media_type in WEB_PAGES:
        return False
    if answer.ok and "json" in answer.media_type:
        with suppress(Contradiction):
            answer.json()
            return True
        return False
    return True


def as_object(value: Any, what: str) -> Mapping[str, Any]:
    """A JSON object. Raises Contradiction."""
    if not isinstance(value, Mapping):
        raise Contradiction(f"{what} is not a JSON object")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """A JSON array. Raises Contradiction."""
    if not isinstance(value, list):
        raise Contradiction(f"{what} is not a JSON array")
    return value


def require_refusal(client: Client, place: str) -> None:
    """Raise Contradiction when what cannot be there, a thing and a path, is answered like all the rest.

    Who answers everything says nothing. One of the two alone is a mistake that checks find.
    """
    nothing = f"mimtest-{secrets.token_hex(6)}"
    if _is_given(client, f"{place}{nothing}") and _is_given(client, f"/{nothing}"):
        raise Contradiction("it answers 200 to whatever is asked, even to what was made up")


def _is_given(client: Client, where: str) -> bool:
    """Whether an address answers with something that is no web page."""
    try:
        answer = client.get(where)
    except Unanswered:
        return False
    return answer.status == 200 and answer.media_type not in WEB_PAGES  # noqa: PLR2004
