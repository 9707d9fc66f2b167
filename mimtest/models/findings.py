"""What is said against an entity, one sentence each, and how many alike are told as one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_INDEX: Final = re.compile(r"(?<=/)\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against an entity.

    `rule` is the id of what it breaks, `pointer` a JSON pointer (RFC 6901) into the entity in the form that was
    judged, `clause` where that is written: the schema's place, or a standard's clause.
    """

    rule: str
    entity: str
    pointer: str
    message: str
    expected: str = ""
    received: str = ""
    clause: str = ""

    @property
    def group(self) -> tuple[str, str, str]:
        """What it has in common with findings alike: rule, clause, and place without the places in arrays."""
        return self.rule, self.clause, _INDEX.sub("*", self.pointer)


@dataclass(slots=True)
class Group:
    """Findings alike: how many, in how many entities, and the first of them. Grows as they come."""

    rule: str
    clause: str
    pointer: str
    most: int = 3
    count: int = 0
    entities: int = 0
    examples: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Take one more."""
        self.count += 1
        if len(self.examples) < self.most:
            self.examples.append(finding)


class Tally:
    """Counts findings by group, in memory that does not grow with their number."""

    def __init__(self, most_groups: int = 2000) -> None:
        self._groups: dict[tuple[str, str, str], Group] = {}
        self._most = most_groups
        self.uncounted = 0

    def add(self, findings: Iterable[Finding]) -> None:
        """Take what speaks against one entity."""
        seen = set()
        for finding in findings:
            key = finding.group
            group = self._groups.get(key)
            if group is None:
                if len(self._groups) >= self._most:
                    self.uncounted += 1
                    continue
                group = self._groups[key] = Group(*key)
            group.add(finding)
            if key not in seen:
                seen.add(key)
                group.entities += 1

    def merge(self, groups: Iterable[Group], uncounted: int = 0) -> None:
        """Take what another tally counted of other entities."""
        self.uncounted += uncounted
        for other in groups:
            key = other.rule, other.clause, other.pointer
            group = self._groups.get(key)
            if group is not None:
                group.count += other.count
                group.entities += other.entities
                group.examples += other.examples[: group.most - len(group.examples)]
            elif len(self._groups) < self._most:
                self._groups[key] = other
            else:
                self.uncounted += other.count

    def groups(self) -> list[Group]:
        """The groups, that of most entities first."""
        return sorted(
            self._groups.values(), key=lambda g: (-g.entities, -g.count, g.rule, g.pointer)
        )
