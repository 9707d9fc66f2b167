"""Entities against a schema, in whichever form the schema speaks of."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.models.addresses import schema_address
from mimtest.models.findings import Finding
from mimtest.models.known_defects import parted
from mimtest.models.library import missing
from mimtest.models.representations import simplified
from mimtest.models.schema import Schema
from mimtest.models.shapes import Shape, shape_of
from mimtest.vocabulary.judging import Sampled, assert_nothing_found
from mimtest.vocabulary.models import Documents

_NO_NAME: Final = ("://", ".json")


def address_of(reference: str, documents: Documents) -> str:
    """Where the schema is that a claim names: by a standard model's name, an address, or a file.

    Raises Inconclusive for a standard model that is not at hand.
    """
    if any(part in reference for part in _NO_NAME):
        return documents.address(reference)
    address = documents.at_hand.schema_address(reference)
    if address is None:
        raise missing(schema_address(reference) if "/" in reference else reference)
    return address


def schema_at(address: str, documents: Documents, name: str) -> Schema:
    """The schema at an address. Raises Inconclusive when it is not there, Contradiction for no JSON."""
    return Schema(address, documents.get(address), documents.get, name=name)


def shape_at(address: str, documents: Documents) -> Shape:
    """What the schema at an address lets an entity be. Raises Inconclusive."""
    return shape_of(address, documents.get(address), documents.get)


def against(
    schema: Schema, entity: Mapping[str, Any], entity_type: str, *, formats: bool = False
) -> list[Finding]:
    """What a schema has against a normalized entity, in the form that it has least against.

    Schemas of city data speak of the simplified form, with wrapped values or bare ones; some of the normalized one.
    """
    name = str(entity.get("id", ""))
    forms = (simplified(entity), simplified(entity, bare=True), dict(entity))
    found: list[Finding] = []
    for form in forms:
        told = schema.findings(form | {"type": entity_type}, name, formats)
        if not told:
            return []
        found = found or told
    return found


def assert_valid(
    sample: Sampled,
    entity_type: str,
    schema: Schema,
    standard: str | None,
    *,
    formats: bool = False,
) -> None:
    """Sampled entities are valid under a schema; with `formats`, those that are so without them.

    Raises Inconclusive where all that speaks against them is a known defect of the standard model.
    """
    __tracebackhide__ = True
    entities = sample.entities()
    if formats:
        entities = [e for e in entities if not against(schema, e, entity_type)]
        if not entities:
            detail = f"none of the {sample.statement} is valid even without formats"
            raise Inconclusive("precondition_unmet", detail)
    found = [
        (str(e["id"]), parted(against(schema, e, entity_type, formats=formats), standard))
        for e in entities
    ]
    assert_nothing_found({i: held for i, (held, _) in found}, sample.statement)
    defects = [defect for _, (_, known) in found for _, defect in known]
    if defects:
        detail = f"of the {sample.statement} some are not valid, but {defects[0]}"
        raise Inconclusive("precondition_unmet", detail)
