"""What a rule is: one sentence about values, what it looks at, and what speaks against it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from mimtest.models.facts import ModelFacts
from mimtest.models.findings import Finding
from mimtest.models.reading import Place, Reading

#: "value" breaks a standard or the model's own word; "suspect" is implausible and may yet be true.
Kind = Literal["value", "suspect"]


class Objection(NamedTuple):
    """What speaks against a value."""

    message: str
    expected: str = ""
    received: str = ""


#: The places of an entity that a rule looks at.
Looks = Callable[[Reading, ModelFacts], Iterable[Place]]
#: What speaks against one of them, if anything.
Judges = Callable[[Place, ModelFacts], Objection | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that values keep. Its id does not change.

    `normalized` rules speak of what only NGSI-LD in normalized or concise form tells, such as the kinds of attributes.
    """

    id: str
    sentence: str
    clause: str
    kind: Kind
    of: Looks
    against: Judges
    normalized: bool = False

    def __call__(self, entity: Mapping[str, Any], facts: ModelFacts) -> Iterator[Finding]:
        """What the rule has against a normalized entity."""
        return self.findings(Reading(entity), facts)

    def subjects(self, entity: Mapping[str, Any], facts: ModelFacts) -> int:
        """How many values of the entity the rule looks at."""
        return sum(1 for _ in self.of(Reading(entity), facts))

    def findings(self, reading: Reading, facts: ModelFacts) -> Iterator[Finding]:
        """What the rule has against an entity that is taken apart already."""
        for place in self.of(reading, facts):
            objection = self.against(place, facts)
            if objection is not None:
                yield Finding(self.id, reading.id, place.pointer, *objection, clause=self.clause)


RULES: Final[dict[str, Rule]] = {}


def rule(
    id: str, *, clause: str, of: Looks, kind: Kind = "value", normalized: bool = False
) -> Callable[[Judges], Judges]:
    """Register a function as the rule of that id; its docstring is the sentence."""

    def register(against: Judges) -> Judges:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        sentence = " ".join((against.__doc__ or "").split())
        RULES[id] = Rule(id, sentence, clause, kind, of, against, normalized)
        return against

    return register
