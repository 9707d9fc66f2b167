"""The register of buildings: the city's older numbers for them, and what they are called elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem

PREFIX: Final = "/register"


@dataclass(frozen=True, slots=True)
class RegisterService:
    """Buildings by number; `buildings` are their identifiers in the city's data."""

    buildings: tuple[str, ...]

    @classmethod
    def of_city(cls, entities: Iterable[Mapping[str, Any]]) -> Self:
        """The register of the buildings among the entities."""
        return cls(tuple(e["id"] for e in entities if e["type"] == "Building"))

    def handle(self, request: Request) -> Response:
        """Which number is which building, and each building at its number."""
        number = request.path.removeprefix("/")
        if number and not (number.isascii() and number.isdigit() and self._has(int(number))):
            return problem(404, "no such building")
        if request.method != "GET":
            return not_allowed("GET")
        start = f"{request.base}{PREFIX}"
        if number:
            same = self.buildings[int(number) - 1]
            return json_response({"id": f"{start}/{number}", "sameAs": same})
        pairs = [
            {"subject_id": one, "predicate_id": "skos:exactMatch", "object_id": f"{start}/{n}"}
            for n, one in enumerate(self.buildings, 1)
        ]
        return json_response({"mappings": pairs})

    def _has(self, number: int) -> bool:
        return 0 < number <= len(self.buildings)
