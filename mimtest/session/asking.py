"""Everybody who asks at an interface, as checks of access let them ask."""

from contextlib import suppress
from dataclasses import dataclass

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import Client
from mimtest.session.identities import Identities
from mimtest.target import Identity
from mimtest.vocabulary.access import Asker


@dataclass(frozen=True, slots=True)
class Askers:
    """Everybody who asks at the interface: the identities of the target file, and nobody at all."""

    client: Client
    identities: Identities

    @property
    def nobody(self) -> Asker:
        """Somebody who says nothing of himself."""
        return Asker(self.client, "whoever has no token")

    def all(self, *rights: str) -> list[Asker]:
        """The identities with these rights, in the order of the target file."""
        return [self._made(i) for i in self.identities.all(self.client.interface, *rights)]

    def owners(self, *rights: str) -> list[Asker]:
        """Those of them that own something."""
        found = self.identities.all(self.client.interface, *rights)
        return [self._made(i) for i in found if i.owns]

    def of(self, rights: str) -> Asker:
        """The first identity with these rights; for 'full' else whom the interface's own credentials name."""
        found = self.identities.all(self.client.interface, rights)
        if found:
            return self._made(found[0])
        if rights == "full" and self.client.interface.auth:
            return Asker(self.client, "who has the interface's credentials", known=True)
        name = self.client.interface.name
        detail = f"the target file names no identity with rights '{rights}' for {name}"
        raise NotApplicable("not_offered", detail)

    def limited(self, rights: str) -> Asker:
        """As `of`, for rights that are not all. Raises Inconclusive where nobody has any such."""
        try:
            return self.of(rights)
        except NotApplicable as absence:
            if self.all("read", "subject"):
                raise
            detail = f"{absence.detail}, nor another with fewer rights than all"
            raise Inconclusive("precondition_unmet", detail) from None

    @property
    def somebody(self) -> Asker:
        """Somebody who may read: with full rights, else with those to read, else with some of his own."""
        for rights in ("full", "read", "subject"):
            with suppress(NotApplicable):
                return self.of(rights)
        name = self.client.interface.name
        detail = f"the target file names nobody who may read what {name} restricts"
        raise NotApplicable("condition_not_claimed", detail)

    def _made(self, identity: Identity) -> Asker:
        who = self.identities.presented(identity, self.client.interface)
        name = f"'{identity.name}'"
        return Asker(self.client, name, who.fields, identity.tenant, identity.owns)
