"""The target file: how to reach a product, what it claims and what a run may do to it.

The words of ISO/IEC 9646: the product is the SUT, its interfaces the IXIT, its claims the ICS.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from mimtest.errors import UsageError
from mimtest.target_parts import (
    LOCAL,
    OLDEST,
    VERSIONS,
    Auth,
    Claims,
    Declaration,
    Extension,
    Identity,
    Interface,
    Level,
    Model,
    Product,
    SameThing,
    Scope,
    Secret,
    Tester,
    Tls,
    origin_of,
    version_number,
)

__all__ = [
    "LOCAL",
    "OLDEST",
    "VERSIONS",
    "Auth",
    "Claims",
    "Declaration",
    "Extension",
    "Identity",
    "Interface",
    "Level",
    "Model",
    "Product",
    "SameThing",
    "Scope",
    "Secret",
    "Target",
    "Tester",
    "Tls",
    "load_target",
    "origin_of",
    "parse_target",
    "version_number",
]


@dataclass(frozen=True, slots=True)
class Target:
    """The whole target file."""

    product: Product
    scope: Scope
    interfaces: tuple[Interface, ...]
    claims: Claims
    tester: Tester = Tester()  # noqa: RUF009 - frozen
    declarations: tuple[Declaration, ...] = ()
    folder: Path = Path()
    identities: tuple[Identity, ...] = ()

    @property
    def origins(self) -> frozenset[str]:
        """Every origin a run may talk to."""
        return frozenset(
            {origin_of(url) for i in self.interfaces for url in i.addresses}
            | {origin_of(i.plain) for i in self.interfaces if i.plain}
            | {origin_of(u) for i in self.interfaces if (u := i.paths.get("upstream"))}
            | {origin_of(h) for h in self.scope.hosts}
        )

    def interface(self, name: str | None) -> Interface | None:
        """The interface of that name."""
        return next((i for i in self.interfaces if i.name == name), None)

    def is_used_at(self, identity: Identity, interface: Interface) -> bool:
        """Whether an identity asks there: where it says so, else where its issuer's tokens are taken."""
        if identity.interfaces:
            return interface.name in identity.interfaces
        if identity.issuer:
            return interface.issuer == identity.issuer
        return interface.is_guarded

    def tls(self, interface: Interface) -> Tls:
        """The files an interface over TLS goes by."""
        given = (interface.ca, interface.client_certificate)
        return Tls(*(self.folder / name if name else None for name in given))

    @property
    def options(self) -> frozenset[str]:
        """The claimed options, and those that follow from the interfaces."""
        implied = {"restricted-access"} if any(i.is_guarded for i in self.interfaces) else set()
        return frozenset(self.claims.options) | implied

    def claims_token(self, token: str) -> bool:
        """Whether a condition of the catalogue, `option:X` or `mechanism:ID`, is claimed."""
        kind, _, name = token.partition(":")
        return name in (self.options if kind == "option" else self.claims.mechanisms)

    def of_kind(self, kinds: tuple[str, ...]) -> tuple[Interface, ...]:
        """The interfaces of one of these kinds.

        `*` stands for every kind that is asked over the network, `https` for those that are `encrypted`.
        """
        every, encrypted = "*" in kinds, self.encrypted if "https" in kinds else ()
        return tuple(
            i
            for i in self.interfaces
            if i.kind in kinds or (every and not i.is_local) or i in encrypted
        )

    @property
    def encrypted(self) -> tuple[Interface, ...]:
        """One interface for each host and port that is asked over TLS: one of kind tls before others."""
        found: dict[str, Interface] = {}
        for item in sorted(self.interfaces, key=lambda i: i.kind != "tls"):
            if item.origin.startswith("https://"):
                found.setdefault(item.origin, item)
        return tuple(i for i in self.interfaces if i in found.values())

    def secrets(self, environ: Mapping[str, str] | None = None) -> dict[str, str]:
        """The secrets by the name of their variable. Raises UsageError for one that is not set."""
        known = os.environ if environ is None else environ
        found: dict[str, str] = {}
        for place, secret in self._secret_places():
            value = known.get(secret.variable, "")
            if not value:
                msg = f"{place}: the environment variable {secret.variable} is not set."
                raise UsageError(msg, "Set it to the secret and run again.")
            found[secret.variable] = value
        return found

    def secret_homes(self) -> dict[str, frozenset[str]]:
        """To which origins each secret belongs, by the name of its variable.

        That of an identity belongs to its interfaces and to its issuer; the issuer may have its token
        endpoint at another origin that the scope names.
        """
        homes: dict[str, set[str]] = {}
        for item in self.interfaces:
            own = {origin_of(u) for u in item.addresses}
            for secret in _secrets_of(item):
                homes.setdefault(secret.variable, set()).update(own)
        for identity in self.identities:
            for secret in identity.secrets:
                homes.setdefault(secret.variable, set()).update(self.homes(identity))
        return {name: frozenset(origins) for name, origins in homes.items()}

    def homes(self, identity: Identity) -> frozenset[str]:
        """To which origins the secrets of an identity belong."""
        used = [i for i in self.interfaces if self.is_used_at(identity, i)]
        names = {identity.issuer, *(i.issuer for i in used)} - {None}
        issuers = [i for i in self.interfaces if i.name in names]
        further = self.scope.hosts if identity.client_secret else ()
        return frozenset(
            {origin_of(u) for i in (*used, *issuers) for u in i.addresses}
            | {origin_of(h) for h in further}
        )

    def _secret_places(self) -> list[tuple[str, Secret]]:
        places: list[tuple[str, Secret]] = []
        for item in self.interfaces:
            path = f"interfaces.{item.name}"
            places += [(f"{path}.auth", s) for s in (item.auth.secrets if item.auth else ())]
            places += [
                (f"{path}.headers.{name}", value)
                for name, value in item.headers.items()
                if isinstance(value, Secret)
            ]
        for identity in self.identities:
            places += [(f"identities.{identity.name}", s) for s in identity.secrets]
        return places

    def with_level(self, level: Level) -> Self:
        """The same target for a run of that level. Raises UsageError above what the file allows."""
        if self.scope.level.allows(level):
            return self
        msg = f"scope.level allows '{self.scope.level}' at most, not '{level}'."
        raise UsageError(
            msg, "Have the owner raise it in the target file, or ask for a lower level."
        )


def _secrets_of(interface: Interface) -> list[Secret]:
    held = [v for v in interface.headers.values() if isinstance(v, Secret)]
    return [*(interface.auth.secrets if interface.auth else ()), *held]


def load_target(path: Path) -> Target:
    """Read a target file. Raises UsageError with the key's path for anything wrong in it."""
    from mimtest.target_file import read_target  # noqa: PLC0415 (it makes the classes above)

    return read_target(path)


def parse_target(data: Mapping[str, Any], *, folder: Path = Path(), name: str = "target") -> Target:
    """Make a target of the file's content. Raises UsageError as `load_target` does."""
    from mimtest.target_file import make_target  # noqa: PLC0415 (it makes the classes above)

    return make_target(data, folder=folder, name=name)
