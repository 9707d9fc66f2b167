"""How Temporal Evolutions are shown: every attribute an array of its instances (4.5.6 to 4.5.8)."""

from dataclasses import dataclass
from typing import Any

from mimtest.sandbox.ngsild.forms import Form
from mimtest.sandbox.ngsild.projection import Projection
from mimtest.sandbox.ngsild.temporal import Evolution, Instance


@dataclass(frozen=True, slots=True)
class NormalizedHistory:
    """The normalized temporal representation."""

    form: Form

    def evolution(self, evolution: Evolution, projection: Projection) -> dict[str, Any]:
        """The evolution as a JSON object."""
        members = projection.members(head(self.form, evolution) | self._scope(evolution))
        return members | {
            self.form.terms.compact(name): [self.instance(name, i) for i in timeline]
            for name, timeline in evolution.timelines.items()
        }

    def instance(self, name: str, item: Instance) -> dict[str, Any]:
        """One instance of the attribute of that name."""
        shown = self.form.attributes({name: (item.state,)})
        ended = {"deletedAt": item.deleted} if item.deleted else {}
        return {**shown[self.form.terms.compact(name)], "instanceId": item.id, **ended}

    def _scope(self, evolution: Evolution) -> dict[str, Any]:
        shown = [self.instance("scope", i) for i in evolution.scopes]
        return {"scope": shown} if shown else {}


def head(form: Form, evolution: Evolution) -> dict[str, Any]:
    """What an evolution has beside its timelines."""
    shown = {"id": evolution.id, "type": form.types(evolution.types)}
    if form.stamps:
        shown |= {"createdAt": evolution.created, "modifiedAt": evolution.modified}
    return shown | ({"deletedAt": evolution.deleted} if evolution.deleted else {})
