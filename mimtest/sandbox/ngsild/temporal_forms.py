"""Temporal Evolutions in short: values and their times, or values over periods (4.5.8, 4.5.9, 4.5.19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.aggregation import Aggregation
from mimtest.sandbox.ngsild.forms import Form
from mimtest.sandbox.ngsild.projection import Projection
from mimtest.sandbox.ngsild.temporal import Evolution, Instance, Timeline
from mimtest.sandbox.ngsild.temporal_view import head
from mimtest.sandbox.ngsild.temporal_window import Window

#: The member with the values over time, by kind of attribute (4.5.9).
_SERIES: Final = {
    "Property": "values",
    "GeoProperty": "values",
    "Relationship": "objects",
    "LanguageProperty": "languageMaps",
    "VocabProperty": "vocabs",
    "JsonProperty": "jsons",
    "ListProperty": "valueLists",
    "ListRelationship": "objectLists",
}


@dataclass(frozen=True, slots=True)
class SimplifiedHistory:
    """The simplified temporal representation, or with an `aggregation` the aggregated one."""

    form: Form
    window: Window
    aggregation: Aggregation | None = None

    def evolution(self, evolution: Evolution, projection: Projection) -> dict[str, Any]:
        """The evolution as a JSON object."""
        members = head(self.form, evolution)
        if evolution.scopes and self.aggregation is None:
            members["scope"] = self._timeline(evolution.scopes)
        return projection.members(members) | {
            self.form.terms.compact(name): self._timeline(timeline)
            for name, timeline in evolution.timelines.items()
        }

    def _timeline(self, timeline: Timeline) -> Any:
        series: dict[tuple[str | None, str], list[Instance]] = {}
        for item in timeline:
            kind = self.form.in_language(item.state)[0].kind
            series.setdefault((item.state.dataset, kind), []).append(item)
        shown = [self._series(kind, dataset, i) for (dataset, kind), i in series.items()]
        return shown[0] if len(shown) == 1 else shown

    def _series(self, kind: str, dataset: str | None, items: Sequence[Instance]) -> dict[str, Any]:
        """The instances of one dataset; those without the time that is asked for have no place."""
        first = {"type": kind} | ({"datasetId": dataset} if dataset else {})
        timed = [(at, i) for i in items if (at := self.window.moment(i)) is not None]
        if self.aggregation is not None:
            states = [(at, i.state) for at, i in timed if i.deleted is None]
            return first | self.aggregation.of(states, self.window.start, self.window.end)
        pairs = [[self.form.simple(i.state), i.at(self.window.by)] for _, i in timed]
        return first | {_SERIES[kind]: pairs}
