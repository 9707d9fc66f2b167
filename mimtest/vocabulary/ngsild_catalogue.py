"""Registrations of our own that differ in the entities and attributes they are about (GS CIM 009 5.12)."""

from typing import Any

from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_registrations import Registry, about, found, registrations_in
from mimtest.vocabulary.waiting import eventually


class Catalogue:
    """Registrations of ours by name, about entities of the types `kind` and `other`.

    Nothing has the type `nothing`; `first` is the id of one registration, `second` that of the pattern of another.
    """

    def __init__(self, registry: Registry, run_id: str) -> None:
        self.registry = registry
        self.kind, self.other = own_name("MtSource", run_id), own_name("MtOther", run_id)
        self.nothing = own_name("MtNothing", run_id)
        self.temperature, self.pressure = (own_name(n, run_id) for n in ("temp", "pressure"))
        self.room = own_name("inRoom", run_id)
        self.first, self.second, self.third = (own_id("Sensor", run_id) for _ in range(3))
        self.two = [about(self.kind, self.temperature), about(self.other, self.pressure)]
        information = {
            "whole": [about(self.kind)],
            "one": [about(self.kind, id=self.first)],
            "pattern": [about(self.kind, idPattern=f"{self.second}.*")],
            "property": [about(self.kind, self.temperature)],
            "relationship": [{**about(self.kind), "relationshipNames": [self.room]}],
            "other": [about(self.other)],
            "two": self.two,
        }
        self.sent = {name: registry.draft(run_id, *infos) for name, infos in information.items()}

    def make(self) -> None:
        """Register them, and see that something is found. Raises Contradiction."""
        __tracebackhide__ = True
        for sent in self.sent.values():
            assert_status(self.registry.create(sent), 201, what="registering a source")
        eventually(self._assert_some)

    def assert_found(self, names: str, **params: Any) -> None:
        """A search finds these of ours and no other of ours. Raises Contradiction."""
        __tracebackhide__ = True
        eventually(lambda: self._assert_these(names.split(), params))

    def _assert_some(self) -> None:
        """Each type finds something, be it right or wrong."""
        for kind in (self.kind, self.other):
            seen = registrations_in(self.registry.discover(type=kind))
            assert_that(seen, f"no source of {kind} is found", expected="registrations")

    def _assert_these(self, names: list[str], params: dict[str, Any]) -> None:
        answer = self.registry.discover(**params)
        names_of = {sent["id"]: name for name, sent in self.sent.items()}
        received = [names_of[i] for i in found(answer, self.sent.values())]
        assert_same_set(received, names, "the registrations of ours that are found")
