"""The types and attributes that context sources have are listed, too (GS CIM 009 5.7.5 to 5.7.10)."""

from contextlib import ExitStack

import pytest

from mimtest.vocabulary.expect import assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_discovery import (
    assert_covers,
    attribute_details_in,
    count_in,
    described_in,
    description_in,
    listed_in,
    names_in,
    path_to,
)
from mimtest.vocabulary.ngsild_federation import federation, number
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_OFFER = (
    "retrieveEntityTypes", "retrieveEntityTypeDetails", "retrieveEntityTypeInfo",
    "retrieveAttrTypes", "retrieveAttrTypeDetails", "retrieveAttrTypeInfo",
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(keeping, hosting, receiver, run_id):
    """A type whose entities are here and at a source, and one that only the source has."""
    client = keeping.client
    with ExitStack() as sources:
        with client.recorder.preparing(client.level):
            made = sources.enter_context(federation(keeping, hosting, receiver, run_id))
            names = Names(made)
            made.sourced(*names.there, by_type=True, operations=_OFFER)
            made.create(names.here)
        yield names
        with client.recorder.preparing(client.level):
            sources.close()


class Names:
    """The names of the case: `own` is an attribute only here, `far` one only at the source."""

    def __init__(self, made):
        self.kind, self.other = made.kind(), made.kind()
        self.own, self.far = own_name("mtOwn", made.run_id), own_name("mtFar", made.run_id)
        self.here = made.draft(self.kind, **{self.own: number(21.5)})
        self.there = [made.draft(k, **{self.far: number(22.5)}) for k in (self.kind, self.other)]


def _is_unknown(broker, where):
    assert_status(broker.get(where, local="true"), 404)


def _types(broker, shared):
    def look(**options):
        return listed_in(broker.get("/types", **options), "EntityTypeList", "typeList")

    assert_covers(look(), (shared.kind, shared.other), "types", all_of_it=False)
    here = look(local="true")
    assert_that(shared.other not in here, "a source's type is listed with local=true")


def _type_details(broker, shared):
    found = described_in(broker.get("/types", details="true"), "EntityType", "typeName")
    assert_covers(found, (shared.kind, shared.other), "types", all_of_it=False)
    names = names_in(found[shared.kind], "attributeNames")
    assert_same_set(names, {shared.own, shared.far}, "the attributes of the shared type")


def _type(broker, shared):
    where = path_to("types", shared.kind)
    info = description_in(broker.get(where), "EntityTypeInfo", "typeName", shared.kind)
    named = set(attribute_details_in(info))
    assert_same_set(named, {shared.own, shared.far}, "the attributes of the shared type")
    count_in(info, "entityCount")
    _is_unknown(broker, path_to("types", shared.other))


def _attributes(broker, shared):
    def look(**options):
        return listed_in(broker.get("/attributes", **options), "AttributeList", "attributeList")

    assert_covers(look(), (shared.own, shared.far), "attributes", all_of_it=False)
    here = look(local="true")
    assert_that(shared.far not in here, "a source's attribute is listed with local=true")


def _attribute_details(broker, shared):
    answer = broker.get("/attributes", details="true")
    found = described_in(answer, "Attribute", "attributeName")
    assert_covers(found, (shared.own, shared.far), "attributes", all_of_it=False)
    types = names_in(found[shared.far], "typeNames")
    assert_same_set(types, {shared.kind, shared.other}, "the types with the source's attribute")


def _attribute(broker, shared):
    where = path_to("attributes", shared.far)
    info = description_in(broker.get(where), "Attribute", "attributeName", shared.far)
    types = names_in(info, "typeNames")
    assert_same_set(types, {shared.kind, shared.other}, "the types with the source's attribute")
    count_in(info, "attributeCount")
    _is_unknown(broker, where)


@pytest.mark.check(
    "CTX-DIST-29",
    clause="GS CIM 009 5.7.5 to 5.7.10",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIS-01"),
)
@pytest.mark.parametrize(
    "look",
    [_types, _type_details, _type, _attributes, _attribute_details, _attribute],
    ids=["types", "type-details", "type", "attributes", "attribute-details", "attribute"],
)
def test_names_of_sources_are_listed(keeping, shared, look):
    """Types and attributes of a source are listed with those of the broker, not with local=true."""
    eventually(lambda: look(keeping, shared))
