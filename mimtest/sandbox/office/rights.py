"""Taking somebody's rights in the office away, and giving them back: for who may do everything."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

PLACE: Final = "/rights/"
METHODS: Final = ("GET", "PUT", "DELETE")


@dataclass(slots=True)
class Rights:
    """Whose rights were taken away, though their tokens have not ended."""

    withdrawn: set[str] = field(default_factory=set)

    def handle(self, request: Request, known: Collection[str]) -> Response:
        """What somebody has: shown, given back or taken away."""
        name = request.path.removeprefix(PLACE)
        if name not in known:
            return problem(404, "nobody of that name is known")
        if request.method == "DELETE":
            self.withdrawn.add(name)
            return Response(204)
        if request.method == "PUT":
            self.withdrawn.discard(name)
        return json_response({"id": name, "rights": "none" if name in self.withdrawn else "all"})
