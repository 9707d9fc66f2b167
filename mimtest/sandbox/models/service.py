"""What is published of each model, below `/models`."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, dump
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.models import catalogue, examples, pages
from mimtest.sandbox.models.standard import standard_models

PREFIX: Final = "/models"
_KEPT: Final = "public, max-age=3600"
#: Files as they are, by name.
_FILES: Final = {
    "profile.html": "text/html; charset=utf-8",
    "mapping.sssom.tsv": "text/tab-separated-values; charset=utf-8",
}


class ModelsService:
    """The models of entity types, from `<folder>/<Type>/`, with examples made of the entities."""

    def __init__(self, folder: Path, entities: Iterable[Mapping[str, Any]] = ()) -> None:
        self._folder = folder
        self._entities = tuple(entities)

    def handle(self, request: Request) -> Response:
        """The document at `/catalogue` or `/<Type>/<document>`."""
        found = self._document(request)
        if found is None:
            return problem(404, "no such document")
        if request.method != "GET":
            return not_allowed("GET")
        kind, body = found
        head = (("Content-Type", kind), ("Cache-Control", _KEPT))
        return Response(200, (*head, ("Vary", "Accept")), body)

    def schema(self, path: str) -> Any:
        """The schema at `/<Type>/schema.json`, or None."""
        name, _, file = path.removeprefix("/").partition("/")
        return self._schema(name) if file == "schema.json" else None

    @property
    def names(self) -> list[str]:
        """The types that have a model here."""
        return sorted(p.parent.name for p in self._folder.glob("*/schema.json"))

    def _document(self, request: Request) -> tuple[str, bytes] | None:
        name, _, file = request.path.removeprefix("/").partition("/")
        if name in catalogue.SYNTAXES and not file:
            return self._catalogue(request, name)
        schema = self._schema(name)
        if schema is None:
            return None
        if file == "schema.json":
            return "application/schema+json", dump(schema)
        if file in pages.PAGES:
            return pages.documentation(file, name, schema, request.headers.get("accept", ""))
        if file in _FILES:
            place = self._folder / name / file
            return (_FILES[file], place.read_bytes()) if place.is_file() else None
        return examples.example(file, self._of_type(name), f"{request.base}/contexts/city.jsonld")

    def _schema(self, name: str) -> Any:
        place = self._folder / name / "schema.json"
        if not name.isidentifier() or not place.is_file():
            return None
        return json.loads(place.read_text(encoding="utf-8"))

    def _of_type(self, name: str) -> Mapping[str, Any] | None:
        return next((e for e in self._entities if e["type"] == name), None)

    def _catalogue(self, request: Request, name: str) -> tuple[str, bytes]:
        models = {n: self._schema(n) for n in self.names}
        models |= {n: m for n, m in standard_models().items() if n not in models}
        used = {n for n in models if self._of_type(n)}
        accept = request.headers.get("accept", "")
        return catalogue.catalogue(name, accept, request.base, models, used)
