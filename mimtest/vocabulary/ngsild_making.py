"""Creating the data set of a run, once for all its reading checks."""

from typing import Any, Final

from mimtest.vocabulary.expect import assert_same_set, assert_status
from mimtest.vocabulary.ngsild import Broker, ids_in
from mimtest.vocabulary.ngsild_own import VERSIONS, OwnData, own_data
from mimtest.vocabulary.ngsild_stock import Stock
from mimtest.vocabulary.waiting import eventually

_CREATED: Final = 201


def own_stock(broker: Broker, run_id: str) -> Stock:
    """Our own data set, created and seen to be there. Raises Contradiction."""
    data = own_data(run_id)
    made = Stock(broker, _created(broker, data), data.types, own=True, names=data.names)
    eventually(lambda: _assert_there(made))
    return made


def _assert_there(made: Stock) -> None:
    for name in made.types:
        assert_same_set(ids_in(made.query(name)), made.ids(name), f"the entities of type {name}")


def _created(broker: Broker, data: OwnData) -> tuple[dict[str, Any], ...]:
    """As much of the data set as the broker takes.

    Kinds of attributes that it refuses are left out, and the entity with two types.
    """
    versions = [v for v in VERSIONS if broker.holds_since(v)]
    for version in versions:
        first, *others = data.entities(version)
        answer = broker.create(first)
        if answer.status == _CREATED or version == versions[-1]:
            break
    assert_status(answer, _CREATED, what="creating an entity")
    kept = [first]
    for entity in others:
        answer = broker.create(entity)
        if isinstance(entity["type"], str):
            assert_status(answer, _CREATED, what="creating an entity")
        kept += [entity] if answer.status == _CREATED else []
    return tuple(kept)
