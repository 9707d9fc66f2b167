"""What a client may do: which addresses, which methods, and where credentials may go."""

import base64
import ipaddress
from collections.abc import Collection, Mapping
from typing import Final

import httpx

from mimtest.errors import MimtestError, UsageError
from mimtest.network.failures import LevelExceededError, OutOfScope
from mimtest.target import Auth, Interface, Level, Secret, Target, origin_of

_READING: Final = ("GET", "HEAD", "OPTIONS")


def origin(url: httpx.URL) -> str:
    """Scheme, host and port of the address that would be asked, the default port written out."""
    port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
    return f"{url.scheme}://{url.host.lower()}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_url(text: str) -> httpx.URL:
    """An address as it would be asked. Raises OutOfScope for what is none."""
    try:
        url = httpx.URL(text)
        _ = url.port, url.raw_host
    except (httpx.InvalidURL, UnicodeError, ValueError):
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        code = "out_of_scope"
        raise OutOfScope(code, f"'{text[:200]}' is not a web address")
    if url.userinfo:
        code = "out_of_scope"
        raise OutOfScope(code, f"an address at {url.host} holds a user name")
    return url


def require_in_scope(url: httpx.URL, origins: Collection[str]) -> None:
    """Raise OutOfScope for an address at any other origin."""
    if origin(url) not in origins:
        code = "out_of_scope"
        detail = f"{origin(url)} is not an origin of the target file; scope.hosts can allow it"
        raise OutOfScope(code, detail)


def require_level(method: str, *, reads: bool, run: Level, check: Level | None) -> None:
    """Raise LevelExceededError when a request needs more than the run and the check allow.

    `reads` marks other methods that change nothing: queries, and bodies that cannot be accepted.
    Outside of checks the level is safe.
    """
    needed = Level.PASSIVE if method in _READING else Level.SAFE if reads else Level.WRITES
    own = check or Level.SAFE
    for who, level in (("run", run), ("check", own)):
        if not level.allows(needed):
            msg = f"{method} needs level '{needed}'; the {who}'s is '{level}'."
            raise LevelExceededError(msg)


def pace_of(interface: Interface, level: Level, *, default: float, passive: float) -> float | None:
    """Requests a second to an interface; None where nothing limits them, as on loopback."""
    local = is_loopback(httpx.URL(interface.url).host)
    pace = interface.pace or (None if local else default)
    return min(pace or passive, passive) if level is Level.PASSIVE and not local else pace


class Credentials:
    """The fields an interface's own requests carry, some of them secret."""

    def __init__(self, interface: Interface, secrets: Mapping[str, str]) -> None:
        homes = [httpx.URL(u) for u in interface.addresses]
        self._homes = frozenset(origin(u) for u in homes)
        self._fields = {
            name: secrets[value.variable] if isinstance(value, Secret) else value
            for name, value in interface.headers.items()
        }
        self._auth = _authorization(interface.auth, secrets) if interface.auth else {}
        secret = bool(self._auth) or any(isinstance(v, Secret) for v in interface.headers.values())
        if secret and not all(is_private(u) for u in homes):
            msg = f"interfaces.{interface.name}.url: credentials would travel unencrypted."
            raise UsageError(msg, "Change the address to https.")

    def fields(self, url: httpx.URL, *, auth: bool) -> dict[str, str]:
        """The fields for one address: none outside of the interface's own origins."""
        if origin(url) not in self._homes:
            return {}
        return {**self._fields, **(self._auth if auth else {})}

    def may_carry_secrets(self, url: httpx.URL) -> bool:
        """Whether a check may send the interface's secrets there by itself."""
        return origin(url) in self._homes and is_private(url)


def require_private(target: Target) -> None:
    """Raise UsageError where an identity's secrets would travel without encryption."""
    further = {origin_of(host) for host in target.scope.hosts}
    for identity in target.identities:
        for home in sorted(target.homes(identity) - further):
            if not is_private(httpx.URL(home)):
                msg = f"identities.{identity.name}: its secrets would travel unencrypted to {home}."
                raise UsageError(msg, "Change the address to https, or name its interfaces.")


def is_private(url: httpx.URL) -> bool:
    """Whether nobody on the way can read what is sent there."""
    return url.scheme == "https" or is_loopback(url.host)


def _authorization(auth: Auth, secrets: Mapping[str, str]) -> dict[str, str]:
    def value(secret: Secret | None) -> str:
        return secrets[secret.variable] if secret else ""

    if auth.kind == "bearer":
        return {"Authorization": f"Bearer {value(auth.token)}"}
    if auth.kind == "basic":
        pair = f"{value(auth.username)}:{value(auth.password)}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    if auth.kind == "header" and auth.header:
        return {auth.header: value(auth.token)}
    msg = f"The kind of credentials '{auth.kind}' is not known."
    raise MimtestError(msg)
