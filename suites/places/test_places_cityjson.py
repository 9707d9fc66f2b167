"""CityJSON files and sequences: the document, its City Objects, their names and extensions.

CityJSON 2.0 (OGC 20-072r5); what 1.0 and 1.1 say otherwise is taken as theirs. Whether solids are closed and valid in
three dimensions is not looked at.
"""

import re
from collections import Counter

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.cityjson import (
    FIRST_LEVEL,
    ROOT,
    SECOND_LEVEL,
    VERSIONS,
    is_position,
    list_of,
    records_of,
)
from mimtest.vocabulary.expect import assert_that, member, of_type

pytestmark = pytest.mark.interface("file")

VERSION = re.compile(r"\d+\.\d+")


@pytest.mark.check("PLA-J-01", clause="CityJSON 2.0 1; RFC 8259", level="passive")
def test_it_is_json(file):
    """The file is JSON, a sequence has a JSON object in every line."""
    content = file.require("cityjson", "cityjson-sequence")
    records = records_of(content.body, is_sequence=file.format == "cityjson-sequence")
    for record in records:
        of_type(record, dict, "a record")


@pytest.mark.check("PLA-J-02", clause="CityJSON 2.0 1", level="passive", rests_on=("PLA-J-01",))
def test_the_version_is_named(file):
    """The document says to be CityJSON, of a version given as two numbers."""
    content = file.require("cityjson", "cityjson-sequence")
    records = records_of(content.body, is_sequence=file.format == "cityjson-sequence")
    heads = [r for r in records if isinstance(r, dict) and r.get("type") == "CityJSON"]
    if not heads:
        raise Inconclusive("precondition_unmet", "nothing in the sequence is of type CityJSON")
    for head in heads:
        version = member(head, "version", str, "the document")
        assert_that(
            VERSION.fullmatch(version),
            "'version' is not X.Y",
            expected=" or ".join(VERSIONS),
            received=version,
        )
        if version not in VERSIONS:
            raise Inconclusive("needs_review", f"version {version} is not covered")


@pytest.mark.check(
    "PLA-J-03", clause="CityJSON 2.0 1, 3.1", level="passive", rests_on=("PLA-J-01",)
)
def test_the_members_of_the_document_are_there(cityjson):
    """The document has its City Objects, vertices of three whole numbers and a transform."""
    root = cityjson.root
    if "transform" in root or cityjson.version != "1.0":
        transform = member(root, "transform", dict, "the document")
        for name in ("scale", "translate"):
            given = member(transform, name, list, "'transform'")
            assert_that(is_position(given), f"'{name}' is not three numbers", received=given)
    is_whole = "transform" in root or cityjson.version != "1.0"
    for part in cityjson.parts:
        member(part.document, "CityObjects", dict, part.where)
        for id, item in part.document["CityObjects"].items():  # noqa: A001
            of_type(item, dict, f"City Object '{id}'")
        for number, vertex in enumerate(member(part.document, "vertices", list, part.where)):
            good = is_position(vertex) and (not is_whole or all(n == int(n) for n in vertex))
            assert_that(
                good,
                f"vertex {number} of {part.where} is not three {'whole ' * is_whole}numbers",
                expected="such as [102, 103, 1]",
                received=vertex,
            )


@pytest.mark.check("PLA-J-15", clause="CityJSON 2.0 2", level="passive", rests_on=("PLA-J-03",))
def test_city_objects_are_of_known_types(cityjson):
    """City Objects are of a type of their version or an extension's; a part of another names it."""
    first, second = FIRST_LEVEL[cityjson.version], SECOND_LEVEL[cityjson.version]
    for name, item in _objects(cityjson):
        kind = member(item, "type", str, f"City Object '{name}'")
        assert_that(
            kind in first or kind in second or kind.startswith("+"),
            f"'{name}' is of no type of version {cityjson.version}",
            expected="a type of the specification, or one that begins with '+'",
            received=kind,
        )
        if kind in second:
            parents = member(item, "parents", list, f"'{name}', a {kind},")
            assert_that(parents, f"'{name}', a {kind}, has no parent", received=parents)


@pytest.mark.check(
    "PLA-J-05", clause="CityJSON 2.0 2, 2.5", level="passive", rests_on=("PLA-J-03",)
)
def test_parents_and_children_know_each_other(cityjson):
    """What a City Object names as parent or child is there and names it in turn."""
    groups = {n for n, o in _objects(cityjson) if o.get("type") == "CityObjectGroup"}
    for part in cityjson.parts:
        objects = part.objects
        for name, item in objects.items():
            for here, there in (("children", "parents"), ("parents", "children")):
                for other in list_of(item.get(here)):
                    met = objects.get(other) if isinstance(other, str) else None
                    if met is None and cityjson.is_sequence and {name, str(other)} & groups:
                        continue
                    assert_that(
                        met is not None,
                        f"'{name}' names in '{here}' what is not in {part.where}",
                        expected="the id of a City Object",
                        received=other,
                    )
                    assert_that(
                        name in list_of(met.get(there)),
                        f"'{other}' does not name '{name}' in '{there}', which names it in '{here}'",
                        expected=name,
                        received=met.get(there),
                    )


@pytest.mark.check(
    "PLA-J-14",
    clause="CityJSON 2.0 1; MIMs Plus 9.0 MIM7 R4.1",
    level="passive",
    rests_on=("PLA-J-01",),
)
def test_ids_are_unique(cityjson):
    """Every City Object has an id of its own, in a sequence over all of its features."""
    seen = Counter()
    for part in cityjson.parts:
        assert_that(not part.twice, f"ids stand twice in {part.where}", received=part.twice[:5])
        seen.update(list(part.objects))
    if not seen:
        raise Inconclusive("no_data", "there are no City Objects")
    twice = [name for name, count in seen.items() if count > 1]
    assert_that(not twice, "ids stand in several features", received=twice[:5])
    assert_that("" not in seen, "a City Object has an empty id", received="")


@pytest.mark.check(
    "PLA-J-11",
    clause="CityJSON 2.0 1, 8.3",
    strength="may",
    level="passive",
    rests_on=("PLA-J-01",),
)
def test_further_members_are_marked(cityjson):
    """Members of the document that the specification does not name begin with a plus."""
    foreign = [n for n in cityjson.root if n not in ROOT and not n.startswith("+")]
    assert_that(
        not foreign,
        "members are neither named by the specification nor marked as an extension's",
        expected="'+' before the name",
        received=foreign,
    )


def _objects(cityjson):
    """Every City Object with its id. Raises Inconclusive for none."""
    found = [(name, item) for part in cityjson.parts for name, item in part.objects.items()]
    if not found:
        raise Inconclusive("no_data", "there are no City Objects")
    return found
