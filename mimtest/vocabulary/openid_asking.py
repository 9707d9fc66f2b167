"""What a client sends to an authorisation endpoint, and where the answer leads.

OpenID Connect Core 1.0 3.1.2, RFC 6749 4.1, RFC 7636. Nobody logs in: `prompt=none` asks for an
answer at once.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from mimtest.network.client import Answer
from mimtest.vocabulary.jose import encode
from mimtest.vocabulary.web_addresses import address_parts

#: An address that is nobody's (RFC 6761 6.4), for what is not registered.
NOBODY: Final = "https://mimtest.invalid/cb"
#: Errors that say that somebody has to do something first (OpenID Connect Core 3.1.2.6).
NEEDS_LOGIN: Final = frozenset(
    ("login_required", "interaction_required", "consent_required", "account_selection_required")
)
_VERIFIER: Final = "mimtest-verifier-that-is-long-enough-for-rfc-7636"
_LEADS: Final = re.compile(
    r"""(?:action\s*=\s*["']?|http-equiv\s*=\s*["']?refresh["']?[^>]*url\s*=\s*["']?)([^"'\s>]+)""",
    re.IGNORECASE,
)

_WORD: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_CHALLENGE: Final = re.compile(
    rf"""(?:(?:^|,)\s*({_WORD})(?=\s+{_WORD}\s*=|\s*(?:,|$)|\s+[\w~+/.-]+=*\s*(?:,|$)))?"""
    rf"""(?:[\s,]*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_WORD})))?"""
)


def question(client_id: str, back: str, state: str, **more: str | None) -> dict[str, str]:
    """The parameters of a sound question for a code; `more` replaces some, None leaves them out."""
    asked: dict[str, str | None] = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": back,
        "scope": "openid",
        "state": state,
        "nonce": state,
        "code_challenge": encode(hashlib.sha256(_VERIFIER.encode()).digest()),
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (asked | more).items() if value is not None}


def destinations(answer: Answer) -> tuple[str, ...]:
    """Where an answer sends a browser by itself: its redirect, its forms, its refreshing."""
    found = [answer.location] if answer.location and 300 <= answer.status < 400 else []  # noqa: PLR2004
    if "html" in answer.media_type:
        found += [
            answer.resolve(m[1].replace("&amp;", "&")) for m in _LEADS.finditer(answer.text())
        ]
    return tuple(found)


def leads_to(answer: Answer, address: str) -> bool:
    """Whether an answer sends a browser to the host of an address."""
    host = urlsplit(address).netloc.lower()
    return any(address_parts(d).netloc.lower() == host for d in destinations(answer))


@dataclass(frozen=True, slots=True)
class Returned:
    """What a redirect back to the client says: the parameters of its address."""

    parameters: Mapping[str, str]

    @property
    def error(self) -> str:
        """The error it tells, or nothing."""
        return self.parameters.get("error", "")


def returned(answer: Answer, back: str) -> Returned | None:
    """The redirect back to the client, if the answer is one."""
    place = answer.location
    if place is None or not (300 <= answer.status < 400) or not place.startswith(back):  # noqa: PLR2004
        return None
    parts = address_parts(place)
    pairs = {**parse_qs(parts.fragment), **parse_qs(parts.query)}
    return Returned({name: values[-1] for name, values in pairs.items()})


def challenges(answer: Answer) -> dict[str, dict[str, str]]:
    """The ways in that WWW-Authenticate offers, in lower case, with their parameters (RFC 9110 11.6.1).

    Several fields and several challenges in one field are all read.
    """
    found: dict[str, dict[str, str]] = {}
    for value in answer.headers.get_list("www-authenticate"):
        current: dict[str, str] = {}
        for scheme, name, quoted, plain in _CHALLENGE.findall(value):
            if scheme:
                current = found.setdefault(scheme.lower(), {})
            if name:
                current[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
    return found
