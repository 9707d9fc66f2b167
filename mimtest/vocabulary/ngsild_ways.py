"""The ways in which an attribute of a current entity is given another value (GS CIM 009 5.6.2 to 5.6.20)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.ngsild import Broker, path_of

Json = Mapping[str, Any]
_DONE: Final = 204


@dataclass(frozen=True, slots=True)
class Way:
    """A request that changes one attribute: what it sends of the entity, the name and the attribute."""

    method: str
    path: str
    body: Callable[[Json, str, Json], Any]
    since: str = "1.3.1"


def _part(entity: Json, name: str, attribute: Json) -> Json:
    return {"id": entity["id"], "type": entity["type"], name: attribute}


#: `replace` and `batch-upsert` send the whole entity, the others the attribute alone.
WAYS: Final[Mapping[str, Way]] = {
    "patch-attributes": Way("PATCH", "{entity}/attrs", lambda _, n, a: {n: a}),
    "patch-attribute": Way("PATCH", "{entity}/attrs/{name}", lambda _, __, a: a),
    "append": Way("POST", "{entity}/attrs", lambda _, n, a: {n: a}),
    "replace": Way("PUT", "{entity}", lambda e, n, a: {**e, n: a}, "1.6.1"),
    "merge": Way("PATCH", "{entity}", lambda _, n, a: {n: a}, "1.6.1"),
    "batch-upsert": Way("POST", "/entityOperations/upsert", lambda e, n, a: [{**e, n: a}]),
    "batch-update": Way("POST", "/entityOperations/update", lambda *p: [_part(*p)]),
    "batch-merge": Way("POST", "/entityOperations/merge", lambda *p: [_part(*p)], "1.6.1"),
}


def change_by(broker: Broker, way: str, entity: Json, name: str, attribute: Json) -> None:
    """Give an attribute a value in one of the ways.

    Raises NotApplicable where that came later than what is claimed, Inconclusive where it is not taken.
    """
    known = WAYS[way]
    if not broker.holds_since(known.since):
        detail = f"'{way}' came with version {known.since}"
        raise NotApplicable("version_not_claimed", detail)
    where = known.path.format(entity=path_of(str(entity["id"])), name=name)
    answer = broker.send(known.method, where, known.body(entity, name, attribute))
    if answer.status != _DONE:
        raise Inconclusive("precondition_unmet", f"'{way}' has status {answer.status}")
