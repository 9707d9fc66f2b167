"""`doctor`: what keeps an interface from being tested, step by step. It gives no verdict on a product."""

import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from mimtest import clock
from mimtest.errors import Contradiction, Unsettled
from mimtest.network.client import Client
from mimtest.network.failures import tls_reason
from mimtest.network.hosting import ANYWHERE, host
from mimtest.network.trust import trusting
from mimtest.target import Interface, Level, Scope, Tls
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.discovery import right_place
from mimtest.vocabulary.examining_access import about_token, examine_access
from mimtest.vocabulary.geofiles import FORMATS, read_file
from mimtest.vocabulary.ngsild_contexts import hosted, own_terms, require_way_back
from mimtest.vocabulary.readiness import find_reason
from mimtest.vocabulary.readiness_answers import Reason
from mimtest.vocabulary.readiness_tls import tls_remedy
from mimtest.vocabulary.steps import State, Step

__all__ = ["State", "Step", "examine"]

_USUAL: Final = Tls()
_SKEW_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 5.0
_WARN_DAYS: Final = 14
#: How a port that speaks TLS answers who does not.
_UNHEARD: Final = ("unreachable", "protocol", "body_cut", "request_refused", "timeout")
#: Reasons behind which there may be a wrong path.
_MISPLACED: Final = ("wrong_path", "web_page", "not_recognised", "redirected", "request_refused")
_WAY_BACK_HINT: Final = (
    "Set callback to this machine's address as the product sees it, and listen to where mimtest is "
    "to listen; without, some checks have no answer."
)


def examine(
    client: Client, scope: Scope, tls: Tls = _USUAL, secrets: Mapping[str, str] | None = None
) -> Iterator[Step]:
    """The steps for one interface, up to the first that makes the next ones pointless.

    `secrets` are those of the target file, by the name of their variable.
    """
    interface = client.interface
    if interface.is_local:
        yield _file(client)
        return
    for step in _network(interface, tls):
        yield step
        if step.state is State.NO:
            return
    reason = find_reason(client, needs_data=not scope.level.allows(Level.WRITES))
    if reason:
        hint = _better_hint(client, reason, secrets or {})
        yield Step(interface.name, "service", State.NO, reason.message, hint, reason.key)
        return
    yield Step(interface.name, "service", State.OK, f"answers like {interface.kind}")
    yield from _clock(client)
    yield from examine_access(client, scope, secrets or {})
    yield from _samples(client)
    if interface.kind == "ngsi-ld":
        yield _way_back(client, scope)


def _better_hint(client: Client, reason: Reason, secrets: Mapping[str, str]) -> str:
    """What to do, after another look at what may be wrong."""
    if reason.code in _MISPLACED and reason.key.endswith(".url"):
        place = right_place(client)
        if place:
            return f"One was found at {place}: set it to that."
    if reason.code == "auth_refused":
        return about_token(client.interface, secrets) or reason.hint
    if client.interface.url.startswith("http:") and reason.code in _UNHEARD and _speaks_tls(client):
        return "The port speaks TLS: write https://."
    return reason.hint


def _speaks_tls(client: Client) -> bool:
    """Whether a port that was asked unencrypted shakes hands in TLS."""
    parts = urlsplit(client.interface.url)
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    place = (parts.hostname or "", parts.port or 80)
    try:
        with socket.create_connection(place, _CONNECT_SECONDS) as raw, anyone.wrap_socket(raw):
            return True
    except OSError:
        return False


def _file(client: Client) -> Step:
    """Whether a file on this machine is there, and what it is."""
    name = client.interface.name
    reason = find_reason(client, needs_data=False)
    if reason:
        return Step(name, "file", State.NO, reason.message, reason.hint, reason.key)
    file = read_file(client)
    told = (
        f"{file.name} is {FORMATS[file.format]}"
        if file.format
        else f"{file.name} is not recognised"
    )
    return Step(name, "file", State.OK if file.format else State.NOTE, told)


def _network(interface: Interface, tls: Tls) -> Iterator[Step]:
    parts = urlsplit(interface.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    key = f"interfaces.{interface.name}.url"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"{host} has no address ({getattr(error, 'strerror', None) or error})"
        hint = f"Check the host name.{_about_proxies()}"
        yield Step(interface.name, "DNS", State.NO, message, hint, key)
        return
    yield Step(interface.name, "DNS", State.OK, f"{host} is {found[0][4][0]}")
    seconds = min(_CONNECT_SECONDS, interface.timeout)
    try:
        with socket.create_connection((host, port), timeout=seconds) as raw:
            yield Step(interface.name, "TCP", State.OK, f"port {port} is open")
            if parts.scheme == "https":
                yield _tls(interface, raw, host, tls)
    except OSError as error:
        message = f"{host}:{port} cannot be reached ({error.strerror or error})"
        hint = f"Check port and firewall.{_about_proxies()}"
        yield Step(interface.name, "TCP", State.NO, message, hint, key)


def _about_proxies() -> str:
    """A word on proxies where the environment names one, which may be the only way out."""
    named = next((n for n in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY") if _environment(n)), None)
    return f" mimtest asks directly: the proxy of {named} is not used." if named else ""


def _environment(name: str) -> str | None:
    return os.environ.get(name) or os.environ.get(name.lower())


def _tls(interface: Interface, raw: socket.socket, host: str, tls: Tls) -> Step:
    try:
        with trusting(tls).wrap_socket(raw, server_hostname=host) as secure:
            certificate = secure.getpeercert() or {}
            version = secure.version()
    except OSError as error:
        late = isinstance(error, TimeoutError)
        other = "the handshake was not answered in time" if late else str(error)
        text = tls_reason(error) if isinstance(error, ssl.SSLError) else other
        key, hint = tls_remedy(text)
        place = f"interfaces.{interface.name}.{key}"
        return Step(interface.name, "TLS", State.NO, text, hint, place)
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = (ends - clock.now()).days
    return Step(
        interface.name,
        "TLS",
        State.NOTE if days < _WARN_DAYS else State.OK,
        f"{version}, certificate valid for {days} days",
    )


def _clock(client: Client) -> Iterator[Step]:
    name = client.interface.name
    try:
        stated = client.get().headers.get("date")
        skew = (clock.now() - parsedate_to_datetime(stated or "")).total_seconds()
    except (ValueError, TypeError, Unsettled):
        yield Step(name, "clock", State.NOTE, "the answers carry no readable Date header")
        return
    if abs(skew) > _SKEW_SECONDS:
        message = f"the clocks are {abs(round(skew))} seconds apart"
        yield Step(
            name, "clock", State.NOTE, message, "Set the clock of this machine or of the service."
        )
        return
    yield Step(name, "clock", State.OK, "the clocks agree")


def _samples(client: Client) -> Iterator[Step]:
    """How many entities of each type there are."""
    interface = client.interface
    for entity_type in interface.types if interface.kind == "ngsi-ld" else ():
        key = f"interfaces.{interface.name}.types"
        params = {"type": entity_type, "limit": "1", "count": "true"}
        try:
            answer = client.get("/entities", params=params, headers=context_link(interface))
            held = answer.json()
        except (Unsettled, Contradiction) as error:
            yield Step(interface.name, "data", State.NO, f"{entity_type}: {error}", "", key)
            continue
        if not held:
            hint = "Name a type that holds data, and the 'context' its name belongs to."
            yield Step(
                interface.name, "data", State.NOTE, f"no entity of type {entity_type}", hint, key
            )
            continue
        total = answer.headers.get("ngsild-results-count") or "at least 1"
        yield Step(interface.name, "data", State.OK, f"{entity_type}: {total}")


def _way_back(client: Client, scope: Scope) -> Step:
    """Whether the product fetches a @context from here; asking for that creates nothing."""
    name, key = client.interface.name, "scope.callback"
    if not scope.level.allows(Level.SAFE):
        told = "not tried: at this level the product is not asked to fetch anything"
        return Step(name, "way back", State.NOTE, told)
    listen = scope.listen or ANYWHERE
    try:
        with host(listen, scope.callback) as hosting:
            require_way_back(hosted(hosting, client, own_terms(client.run_id)))
            told = f"the product reaches the tester at {hosting.address_for(client.interface)}"
            return Step(name, "way back", State.OK, told)
    except Unsettled as no:
        return Step(name, "way back", State.NOTE, no.detail, _WAY_BACK_HINT, key)
    except OSError as error:
        told = f"mimtest cannot listen at {listen}: {error.strerror or error}"
        return Step(name, "way back", State.NOTE, told, "Name a free port.", "scope.listen")
