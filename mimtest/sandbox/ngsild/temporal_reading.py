"""From JSON to Temporal Evolutions: every attribute an array of its instances (5.2.20)."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from mimtest.sandbox.ngsild.core_context import NGSI
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.model import Attribute
from mimtest.sandbox.ngsild.reading import Reader
from mimtest.sandbox.ngsild.temporal import Instance, Timeline, Timelines, timelines_with
from mimtest.sandbox.ngsild.temporal_recording import scope_instance

_SCOPE: Final = f"{NGSI}scope"
_OWN: Final = ("@id", "@type", *(f"{NGSI}{n}" for n in ("createdAt", "modifiedAt", "deletedAt")))


@dataclass(frozen=True, slots=True)
class TemporalFragment:
    """The parts of an evolution a client sent; None is what it did not say."""

    id: str | None = None
    types: tuple[str, ...] | None = None
    scopes: Timeline = ()
    timelines: Timelines = field(default_factory=dict)


def read_evolution(reader: Reader, data: Any) -> TemporalFragment:
    """A part of a Temporal Evolution. Raises NgsiError (BadRequestData)."""
    if not isinstance(data, dict):
        msg = "a temporal evolution is a JSON object"
        raise bad_data(msg)
    iris = {name: reader.terms.expand(name) for name in data}
    own = reader.fragment({n: v for n, v in data.items() if iris[n] in _OWN})
    scopes: Timeline = ()
    timelines: Timelines = {}
    for name, value in data.items():
        if iris[name] == _SCOPE:
            scopes = (*scopes, *_scopes(reader, name, value))
        elif iris[name] not in _OWN:
            timelines = timelines_with(timelines, _timelines(reader, name, value))
    return TemporalFragment(own.id, own.types, scopes, timelines)


def read_instance(reader: Reader, name: str, data: Any) -> Attribute:
    """The one instance that takes the place of another (5.6.14).

    It comes as the attribute's array in a fragment of an evolution, or bare. Raises NgsiError.
    """
    if not isinstance(data, dict):
        msg = "an instance is a JSON object"
        raise bad_data(msg)
    if name not in {reader.terms.expand(n) for n in data}:
        return reader.instance(data)
    timeline = read_evolution(reader, data).timelines.get(name, ())
    if len(timeline) != 1 or len(data) != 1:
        msg = "one instance takes the place of one"
        raise bad_data(msg)
    return timeline[0].state


def _timelines(reader: Reader, name: str, value: Any) -> Timelines:
    several = isinstance(value, list)
    if several and not all(isinstance(v, dict) for v in value):
        msg = f"the instances of '{name[:60]}' are JSON objects"
        raise bad_data(msg)
    found: Timelines = {}
    for item in value if several else [value]:
        read = reader.fragment({name: item}).attributes
        found = timelines_with(found, {n: tuple(map(Instance, i)) for n, i in read.items()})
    return found


def _scopes(reader: Reader, name: str, value: Any) -> Timeline:
    """The scopes as such, or as instances of a Property (4.5.6)."""
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(i, dict) for i in items):
        scopes = reader.fragment({name: value}).scopes or ()
        return (scope_instance(scopes, reader.now),)
    states = [reader.instance(i) for i in items]
    told = [reader.fragment({name: s.value}).scopes or () for s in states]
    return tuple(
        Instance(replace(s, value=list(scopes))) for s, scopes in zip(states, told, strict=True)
    )
