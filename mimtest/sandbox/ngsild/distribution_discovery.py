"""What context sources say of their types and attributes (5.7.5 to 5.7.10)."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution import registered
from mimtest.sandbox.ngsild.distribution_answers import Told, ask
from mimtest.sandbox.ngsild.distribution_sending import Question, is_loop, path_of
from mimtest.sandbox.ngsild.registrations_matching import Asked, aliases
from mimtest.sandbox.ngsild.registrations_model import Registration


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What one source says; names it was not asked about by its registration do not count."""

    told: Told

    def objects(self) -> Iterator[Mapping[str, Any]]:
        """The objects in the answer."""
        value = self.told.value
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield item

    def types(self, of: Mapping[str, Any], member: str) -> set[str]:
        """The registered types that a member names, as IRIs."""
        infos = self.told.source.information
        allowed = {t for i in infos for e in i.entities for t in e.types}
        is_open = any(not i.entities for i in infos)
        return {t for t in self._names(of, member) if is_open or t in allowed}

    def attributes(self, of: Mapping[str, Any], member: str) -> set[str]:
        """The registered attributes that a member names, as IRIs."""
        infos = self.told.source.information
        is_open = any(not i.names for i in infos)
        allowed = frozenset[str]().union(*(i.names for i in infos))
        return {a for a in self._names(of, member) if is_open or a in allowed}

    def _names(self, of: Mapping[str, Any], member: str) -> set[str]:
        value = of.get(member)
        listed = value if isinstance(value, list) else [value]
        return {self.told.context.terms.expand(n) for n in listed if isinstance(n, str)}


def words(of: Mapping[str, Any], member: str) -> set[str]:
    """The texts in a list."""
    value = of.get(member)
    return {v for v in value if isinstance(v, str)} if isinstance(value, list) else set()


def number(of: Mapping[str, Any], member: str) -> int:
    """A count; 0 where there is none."""
    value = of.get(member)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def said_elsewhere(call: Call, operation: str, concerned: Asked) -> list[Elsewhere]:
    """What the sources say to the same request; nothing for one that is about the broker alone."""
    if call.flag("local") or is_loop(call):
        return []
    via = aliases(call.request.headers.get("via"))
    about = Asked(concerned.selectors, concerned.attributes, concerned.terms, via=via)
    sources = [s for s in registered(call, operation, about) if operation in s.operations]
    if not sources:
        return []
    params = {k: v for k, v in call.params.items() if k == "details"}
    question = Question("GET", path_of(call), params)

    def look(source: Registration) -> Told:
        return ask(call, source, question)

    with ThreadPoolExecutor(len(sources)) as threads:
        return [Elsewhere(told) for told in threads.map(look, sources)]
