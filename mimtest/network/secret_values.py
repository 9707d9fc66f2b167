"""What a value has to be like to be kept secret, and in which forms it is one."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from mimtest.errors import UsageError
from mimtest.network.secret_forms import Forms
from mimtest.network.sensitive import CLOSE, MASKED, OPEN

#: A secret has at least so many characters.
SHORTEST: Final = 4
#: What no text that is kept may hold.
UNSAFE: Final = re.compile("[\x00\ud800-\udfff]")
#: Members of an answer that are secrets from then on (RFC 6749 5.1, RFC 7591 3.2.1, OpenID4VCI 8).
_ISSUED: Final = (
    *("access_token", "refresh_token", "id_token", "client_secret"),
    *("registration_access_token", "pre-authorized_code", "credential"),
)
_ISSUED_HINT: Final = re.compile("|".join(map(re.escape, _ISSUED)).encode())
_SHORTEST_ISSUED: Final = 12
_LONGEST_ISSUED: Final = 8192
#: Parts of a token as long as this are secret by themselves: payload and signature.
_SHORTEST_PART: Final = 16
_JWT: Final = re.compile(r"eyJ[\w-]+(?:\.[\w-]*){2,4}", re.ASCII)


def issued_in(body: bytes) -> Iterator[tuple[str, str]]:
    """The tokens and secrets that an answer hands out (JSON), by name."""
    if not _ISSUED_HINT.search(body):
        return
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return
    for name in _ISSUED if isinstance(content, dict) else ():
        value = content.get(name)
        if isinstance(value, str) and _may_be_issued(value):
            yield name, value


def require_maskable(name: str, value: str) -> None:
    """Raise UsageError for a value that cannot be masked without masking more, or less, than it."""
    if len(value) < SHORTEST:
        msg = f"{name}: a secret of fewer than {SHORTEST} characters cannot be masked safely."
        raise UsageError(msg, "Use a longer one for the test.")
    if UNSAFE.search(value) or OPEN in value or CLOSE in value:
        msg = f"{name}: the secret holds characters that cannot be masked safely."
        raise UsageError(msg, "Use one of printable characters.")


@lru_cache(maxsize=256)
def forms_of(value: str) -> tuple[Forms, ...]:
    """The forms of a secret; a token's payload and signature are secret without the rest, too."""
    parts = value.split(".")[1:] if is_token(value) else ()
    return tuple(Forms(part) for part in (value, *(p for p in parts if len(p) >= _SHORTEST_PART)))


def is_token(value: str) -> bool:
    """Whether a secret is known by its shape wherever it stands (RFC 7519)."""
    return _JWT.fullmatch(value) is not None


def core_of(value: str) -> str:
    """What of a secret is its own: of a token, or what begins with one, all but the header that many have."""
    return value.partition(".")[2] or value if value.startswith("eyJ") else value


def _may_be_issued(value: str) -> bool:
    unsafe = UNSAFE.search(value) or OPEN in value or CLOSE in value
    return _SHORTEST_ISSUED <= len(value) <= _LONGEST_ISSUED and not unsafe


def markers_for(secrets: Mapping[str, str]) -> dict[str, str]:
    """What stands for each secret; plain dots where a marker would itself show a secret's value."""
    named = {name: f"{OPEN}secret:{label(name)}{CLOSE}" for name in secrets} | {MASKED: MASKED}
    forms = [f for value in secrets.values() for f in forms_of(value)]
    shown = any(True for f in forms for marker in named.values() for _ in f.spans(marker))
    return dict.fromkeys(named, f"{OPEN}•••{CLOSE}") if shown else named


def label(name: str) -> str:
    """A secret's name as markers show it."""
    return re.sub(r"[^\w.-]", "_", name)[:64]
