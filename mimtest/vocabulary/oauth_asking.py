"""An authorisation server as its clients see it: token, revocation and introspection (RFC 6749, 7009, 7662)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.target import Identity
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.oauth_tokens import client_credentials_form, client_fields, form
from mimtest.vocabulary.token_ladder import Jwt, as_jwt

_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Account:
    """A client that the issuer knows, with its secret."""

    identity: Identity
    secret: str = field(repr=False)

    @property
    def id(self) -> str:
        """Its name at the issuer."""
        return self.identity.client_id or ""

    @property
    def audience(self) -> str | None:
        """The resource that its tokens are asked for."""
        return self.identity.audience


@dataclass(frozen=True, slots=True)
class Issuer:
    """The server, what it says of itself, and the clients of the target file that it knows."""

    client: Client
    metadata: Mapping[str, Any]
    accounts: tuple[Account, ...]

    def endpoint(self, name: str) -> str:
        """The address of an endpoint. Raises NotApplicable where the metadata name none."""
        found = self.metadata.get(f"{name}_endpoint")
        if not isinstance(found, str) or not found:
            raise NotApplicable("not_offered", f"the metadata name no {name}_endpoint")
        return found

    def account(self, *rights: str) -> Account:
        """The first client with these rights, in their order. Raises NotApplicable."""
        for wanted in rights:
            for account in self.accounts:
                if account.identity.rights == wanted:
                    return account
        named = " or ".join(f"'{r}'" for r in rights)
        name = self.client.interface.name
        detail = f"the target file names no client of {name} with a secret and rights {named}"
        raise NotApplicable("not_offered", detail)

    def ask(self, account: Account, scope: str | None = None, secret: str | None = None) -> Answer:
        """What the token endpoint answers the client, or whoever has another secret."""
        wanted = account.identity.scope if scope is None else scope
        asked = dict(client_credentials_form(wanted, account.audience))
        return self.post("token", asked, account, secret)

    def post(
        self,
        name: str,
        asked: Mapping[str, str],
        account: Account | None,
        secret: str | None = None,
    ) -> Answer:
        """What an endpoint answers a client, or nobody for None."""
        fields: Mapping[str, str] = {}
        own: Mapping[str, str] = {}
        if account:
            fields, own = client_fields(account.id, secret or account.secret, self.metadata)
        return self.client.post(
            self.endpoint(name),
            query=True,
            auth=False,
            headers={"Content-Type": _FORM, "Accept": "application/json", **fields},
            content=form({**asked, **own}),
        )

    def introspectable(self, account: Account) -> tuple["Granted", dict[str, str]]:
        """A token that introspection tells of, and how it is asked; some tell of opaque ones only.

        Raises NotApplicable without introspection, Inconclusive where it tells the client nothing.
        """
        self.endpoint("introspection")
        unbound = Account(replace(account.identity, audience=None, scope=None), account.secret)
        for asking in (account, unbound) if account.audience else (account,):
            granted = self.granted(asking)
            asked = {"token": granted.token, "token_type_hint": "access_token"}
            told = content_of(settled(self.post("introspection", asked, account)))
            if told.get("active") is True:
                return granted, asked
        raise Inconclusive("control_failed", "introspection does not tell that a token is active")

    def granted(self, account: Account, scope: str | None = None) -> "Granted":
        """The token that a client is given. Raises Inconclusive where it is given none."""
        answer = settled(self.ask(account, scope))
        body = content_of(answer)
        token = body.get("access_token")
        if not answer.ok or not isinstance(token, str):
            detail = (
                f"{account.id} is given no token (status {answer.status} {body.get('error', '')})"
            )
            raise Inconclusive("control_failed", detail.rstrip())
        return Granted(answer, body, token, scope)


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, and the answer that it came in."""

    answer: Answer
    body: Mapping[str, Any]
    token: str = field(repr=False)
    asked: str | None = None

    @property
    def jwt(self) -> Jwt | None:
        """It as a JSON Web Token."""
        return as_jwt(self.token)

    @property
    def scopes(self) -> frozenset[str]:
        """What it is for, as the answer says: where it says nothing, what was asked (RFC 6749 5.1)."""
        told = self.body.get("scope")
        if told is None:
            claims = self.jwt.claims if self.jwt else {}
            told = self.asked or claims.get("scope")
        return frozenset(str(told or "").split())


def content_of(answer: Answer) -> Mapping[str, Any]:
    """The body as an object; an empty one for anything else."""
    try:
        found = answer.json()
    except Contradiction:
        return {}
    return found if isinstance(found, dict) else {}
