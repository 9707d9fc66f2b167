"""Who asks: the target file's identities, with tokens given or minted, each once in a process."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.strict_json import parse_json
from mimtest.session.opening import open_for
from mimtest.session.probing import is_ready
from mimtest.session.state import Run
from mimtest.target import Identity, Interface, Level
from mimtest.vocabulary.oauth_tokens import (
    client_credentials_form,
    client_fields,
    form,
    metadata_addresses,
)

_OK = 200
#: Seconds that a token is good for at least when it is used.
_SPARE = 15
#: Seconds after which no run asks any more whether a token is still good.
_FOR_GOOD = 10**9


@dataclass(frozen=True, slots=True)
class Presented:
    """An identity at one interface: what its requests carry."""

    identity: Identity
    interface: Interface
    token: str = field(repr=False)

    @property
    def tenant_fields(self) -> dict[str, str]:
        """The header field that names its tenant; none where it has none."""
        tenant = self.identity.tenant
        return {self.interface.tenant_header: tenant} if tenant else {}

    @property
    def fields(self) -> dict[str, str]:
        """The header fields of its requests, which are sent with `auth=False`."""
        return {**self.bearing(self.token), **self.tenant_fields}

    @staticmethod
    def bearing(token: str) -> dict[str, str]:
        """The header field that carries a token (RFC 6750 2.1)."""
        return {"Authorization": f"Bearer {token}"}


class Identities:
    """The identities of the target file."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._minted: dict[str, str | Unsettled] = {}
        self._ends: dict[str, float] = {}

    def all(self, interface: Interface, *rights: str) -> tuple[Identity, ...]:
        """Those used at an interface, in the order of the target file; with `rights` only those."""
        target = self._run.target
        return tuple(
            i
            for i in target.identities
            if target.is_used_at(i, interface) and (not rights or i.rights in rights)
        )

    def of(self, interface: Interface, rights: str = "read", *others: str) -> Presented | None:
        """The first identity with these rights there, else with one of `others` in their order.

        None where there is none. Raises Inconclusive where its token could not be had.
        """
        for wanted in (rights, *others):
            for identity in self.all(interface, wanted):
                return self.presented(identity, interface)
        return None

    def required(self, interface: Interface, rights: str = "read", *others: str) -> Presented:
        """As `of`. Raises NotApplicable where there is none."""
        found = self.of(interface, rights, *others)
        if found is None:
            wanted = " or ".join(f"'{r}'" for r in (rights, *others))
            detail = f"the target file names no identity with rights {wanted} for {interface.name}"
            raise NotApplicable("not_offered", detail)
        return found

    def presented(self, identity: Identity, interface: Interface) -> Presented:
        """An identity with its token. Raises Inconclusive where that could not be had."""
        return Presented(identity, interface, self.token(identity))

    def token(self, identity: Identity) -> str:
        """The token of an identity, minted where it is a client's. Raises Inconclusive."""
        if identity.token:
            return self._run.secrets[identity.token.variable]
        if identity.name not in self._minted or self._is_ending(identity):
            try:
                self._minted[identity.name], seconds = self._mint(identity)
                if seconds and seconds > 2 * _SPARE and identity.rights != "expired":
                    self._ends[identity.name] = time.time() + min(seconds, _FOR_GOOD)
            except Unsettled as problem:
                self._minted[identity.name] = problem
        found = self._minted[identity.name]
        if isinstance(found, Unsettled):
            raise Inconclusive(found.code, f"{identity.name}: {found.detail}")
        return found

    def fresh(self, identity: Identity) -> str:
        """A further token of a client's, for what cannot be done twice with one. Raises Inconclusive."""
        return self.token(identity) if identity.token else self._mint(identity)[0]

    def _is_ending(self, identity: Identity) -> bool:
        """Whether a token that was good when it was made is not so for long any more."""
        return self._ends.get(identity.name, math.inf) < time.time() + _SPARE

    def _mint(self, identity: Identity) -> tuple[str, float | None]:
        run, issuer = self._run, self._run.target.interface(identity.issuer)
        if issuer is None:  # the target file was read without one
            raise Inconclusive("not_offered", "it has no issuer")
        if not is_ready(run, issuer):
            raise Inconclusive("precondition_unmet", f"{issuer.name} is not ready")
        if not run.level.allows(Level.SAFE):
            raise Inconclusive("level", "a passive run asks for no tokens")
        with run.recorder.preparing(Level.SAFE), open_for(run, issuer) as client:
            metadata = issuer_metadata(client, openid=issuer.kind == "oidc")
            answer = self._ask(client, metadata, identity)
        token, seconds = _token_in(answer)
        run.recorder.redactor.learn(
            f"token of {identity.name}", token, homes=run.target.homes(identity)
        )
        return token, seconds

    def _ask(self, client: Client, metadata: Mapping[str, Any], identity: Identity) -> Answer:
        endpoint = metadata.get("token_endpoint")
        if not isinstance(endpoint, str):
            raise Inconclusive("no_data", "the issuer's metadata name no token endpoint")
        held = identity.client_secret
        secret = self._run.secrets[held.variable] if held else None
        fields, own = client_fields(identity.client_id or "", secret, metadata)
        asked = dict(client_credentials_form(identity.scope, identity.audience))
        return client.post(
            endpoint,
            query=True,
            auth=False,
            headers={"Content-Type": "application/x-www-form-urlencoded", **fields},
            content=form({**asked, **own}),
        )


def issuer_metadata(client: Client, *, openid: bool) -> Mapping[str, Any]:
    """What an authorisation server says of itself. Raises Inconclusive where it says nothing."""
    for address in metadata_addresses(client.interface.url, openid=openid):
        answer = client.get(address, auth=False)
        content = _object(answer)
        if answer.received.status == _OK and content:
            return content
    raise Inconclusive("no_data", f"{client.interface.name} gives no metadata")


def _token_in(answer: Answer) -> tuple[str, float | None]:
    """A token, and for how many seconds it is good; None where the issuer does not tell (RFC 6749 5.1)."""
    token, seconds = (_object(answer).get(n) for n in ("access_token", "expires_in"))
    if answer.received.status != _OK or not isinstance(token, str) or not token:
        error = _object(answer).get("error", "")
        told = f"the token endpoint answered {answer.received.status} {error}".strip()
        raise Inconclusive("auth_refused", told)
    return token, seconds if isinstance(seconds, int | float) else None


def _object(answer: Answer) -> dict[str, Any]:
    try:
        content = parse_json(answer.received.body)
    except Contradiction:
        return {}
    return content if isinstance(content, dict) else {}
