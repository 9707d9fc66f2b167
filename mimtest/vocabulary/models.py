"""Data models: the JSON Schema claimed for an entity type, and the documents that claims lead to.

Published schemas describe the simplified (key-values) form, so normalized entities are simplified first.
Documents come from those at hand (`mimtest.models.library`), from files beside the target file, and from the
target's own origins; nothing else is looked up.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urlsplit

from mimtest.errors import Inconclusive, NotApplicable, Unsettled
from mimtest.models.findings import Finding
from mimtest.models.known_defects import model_followed
from mimtest.models.library import Library, library, missing
from mimtest.models.schema import Schema
from mimtest.network.client import Answer, Client
from mimtest.network.strict_json import parse_json
from mimtest.target import Model
from mimtest.vocabulary.expect import of_type

_ACCEPT: Final = {
    "Accept": "application/schema+json, application/ld+json, application/json;q=0.9, */*;q=0.1"
}
_MOST_DOCUMENTS: Final = 64


class Documents:
    """JSON documents that claims lead to. Each is fetched once; reading one makes it evidence."""

    def __init__(self, client: Client, folder: Path) -> None:
        self._client = client
        self._folder = folder.resolve()
        self._answers: dict[str, Answer] = {}
        self._values: dict[str, Any] = {}

    @cached_property
    def at_hand(self) -> Library:
        """The documents that need no looking up."""
        return library()

    def address(self, reference: str) -> str:
        """The address of a claim: a web address as it is, else the file beside the target file."""
        if _is_web(reference):
            return reference
        return (self._folder / reference).resolve().as_uri()

    def schema_address(self, model: Model) -> str:
        """The address of the schema claimed for a model: its own, else that of the standard model it names.

        Raises NotApplicable when none is claimed, Inconclusive for a standard model that is not at hand.
        """
        if model.schema:
            return self.address(model.schema)
        if model.name is None:
            detail = f"claims.models.{model.entity_type} names no schema"
            raise NotApplicable("model_not_claimed", detail)
        address = self.at_hand.schema_address(model.name)
        if address is None:
            detail = (
                f"the model {model.name} is not at hand; `mimtest models add {model.name}` gets it"
            )
            raise Inconclusive("unresolved_reference", detail)
        return address

    def get(self, address: str) -> Any:
        """The JSON value there. Raises Inconclusive (unresolved_reference), Contradiction for no JSON."""
        place = urldefrag(address).url
        if not _is_web(place):
            return self._file(place)
        found = self.at_hand.document(place)
        return self._served(place) if found is None else found

    def _served(self, url: str) -> Any:
        if url not in self._answers:
            if len(self._answers) >= _MOST_DOCUMENTS:
                raise missing(url, f"it comes after {_MOST_DOCUMENTS} others")
            self._answers[url] = self._fetch(url)
        body = self._answers[url].body
        if url not in self._values:
            self._values[url] = parse_json(body)
        return self._values[url]

    def _fetch(self, url: str) -> Answer:
        try:
            answer = self._client.get(url, headers=_ACCEPT)
        except Unsettled as reason:
            raise missing(url, reason.detail) from None
        if answer.status != 200:  # noqa: PLR2004
            raise missing(url, f"it is answered with {answer.status}")
        return answer

    def _file(self, uri: str) -> Any:
        path = Path(unquote(urlsplit(uri).path)).resolve()
        if urlsplit(uri).scheme != "file" or not path.is_relative_to(self._folder):
            raise _unresolved(uri, "it is neither on the web nor beside the target file")
        try:
            return parse_json(path.read_bytes())
        except (OSError, ValueError):
            raise _unresolved(uri, "the file cannot be read") from None


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _unresolved(address: str, why: str) -> Inconclusive:
    return Inconclusive("unresolved_reference", f"{address} is not available: {why}")


@dataclass(frozen=True)
class ClaimedSchema:
    """The schema claimed for an entity type, with what its references lead to.

    `name` is the standard model that the entities are claimed to follow, if one is named.
    """

    entity_type: str
    address: str
    documents: Documents = field(repr=False)
    name: str | None = None

    @property
    def standard(self) -> str | None:
        """The full name, `Subject/Entity`, of the standard model whose rules the schema has, if any."""
        named = self.name and (self.documents.at_hand.model(self.name) or self.name)
        return model_followed(self.address, self.documents.get(self.address), named)

    @property
    def document(self) -> dict[str, Any] | bool:
        """The schema as it is published. Raises as `Documents.get` does, Contradiction for no schema."""
        value = self.documents.get(self.address)
        if isinstance(value, bool):
            return value
        schema: dict[str, Any] = of_type(value, dict, f"the schema claimed for {self.entity_type}")
        return schema

    @cached_property
    def _kept(self) -> Schema:
        name = f"the schema claimed for {self.entity_type}"
        document = self.documents.get(self.address)
        return Schema(self.address, document, self.documents.get, name=name)

    @property
    def schema(self) -> Schema:
        """What judges. Reading it makes the document evidence, as every other member here does."""
        _ = self.documents.get(self.address)
        return self._kept

    @property
    def dialect(self) -> str | None:
        """The `$schema` of the document; None when it names none. Raises Contradiction."""
        return self.schema.dialect

    def assert_valid(self) -> None:
        """The schema is valid under the meta-schema of its dialect, 2020-12 where it names none.

        Raises Contradiction, and Inconclusive for a dialect that is not known.
        """
        self.schema.assert_valid()

    def is_valid(self, instance: Any, *, formats: bool = False) -> bool:
        """Whether the schema has nothing against an instance; `formats` asserts formats, too.

        Raises Inconclusive when the schema is not valid or cannot be evaluated here.
        """
        return self.schema.is_valid(instance, formats)

    def findings(self, instance: Any, *, entity: str = "", formats: bool = False) -> list[Finding]:
        """What the schema has against an instance. Raises as `is_valid` does."""
        name = instance.get("id") if isinstance(instance, dict) else None
        return self.schema.findings(instance, entity or str(name or ""), formats)

    def errors(self, instance: Any, *, formats: bool = False) -> list[str]:
        """The same, a line for each."""
        return [finding.message for finding in self.findings(instance, formats=formats)]

    def properties(self) -> dict[str, list[Any]]:
        """The members the schema describes, in all its parts, with their schemas. Raises Inconclusive."""
        return self.schema.properties()

    def required(self) -> frozenset[str]:
        """The members every instance is to have. Raises Inconclusive."""
        return self.schema.required()
