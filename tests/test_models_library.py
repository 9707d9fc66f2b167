"""Models at hand: what is shipped, what somebody added, and under which addresses and names it is found."""

import json

import pytest

from mimtest.errors import Inconclusive, UsageError
from mimtest.models import addresses, cache
from mimtest.models.library import Library, library, shipped
from mimtest.models.schema import Schema
from mimtest.models.shelf import Shelf, read_document

PUBLISHED = "https://smart-data-models.github.io"
COMMON = f"{PUBLISHED}/data-models/common-schema.json"
BENCH = "https://city.example/models/Bench/schema.json"
AIR = "Environment/AirQualityObserved"


def added(folder, *documents):
    """A library with these documents, by address, before the shipped ones."""
    bodies = [(address, json.dumps(document).encode()) for address, document in documents]
    entries = [(cache.entry_for(body, address, source=address), body) for address, body in bodies]
    return Library(cache.store(entries, folder), *shipped())


@pytest.mark.parametrize(
    "address",
    [
        COMMON,
        f"{COMMON}#/definitions/GSMA-Commons",
        "http://smart-data-models.github.io/data-models/common-schema.json",
        "https://raw.githubusercontent.com/smart-data-models/data-models/master/common-schema.json",
        "https://raw.githubusercontent.com/smart-data-models/data-models/refs/heads/master/common-schema.json",
        "https://github.com/smart-data-models/data-models/raw/master/common-schema.json",
        "https://github.com/smart-data-models/data-models/blob/master/common-schema.json",
        "https://cdn.jsdelivr.net/gh/smart-data-models/data-models@master/common-schema.json",
    ],
)
def test_a_document_is_found_under_each_of_its_addresses(address):
    there = Library(*shipped())
    assert there.document(address) is there.document(COMMON)
    assert "GSMA-Commons" in there.document(address)["definitions"]


def test_what_is_shipped_is_there_and_refers_to_nothing_else():
    there = Library(*shipped())
    for shelf, entry in there.entries():
        document = shelf.document(entry.address)
        assert isinstance(document, dict), entry.file
        if entry.kind == "schema":
            judged = Schema(entry.address, document, there.get)
            judged.assert_valid()
            judged.is_valid({})
            assert type(judged._engine(formats=False)).__name__ == "Quick"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        (AIR, AIR),
        ("AirQualityObserved", AIR),
        ("dataModel.Environment/AirQualityObserved", AIR),
        ("environment/airqualityobserved", AIR),
        ("Parking/AirQualityObserved", None),
        ("Nothing", None),
        ("a/b/c", None),
    ],
)
def test_models_are_found_by_name(name, model):
    assert Library(*shipped()).model(name) == model
    wanted = f"{PUBLISHED}/dataModel.{AIR}/schema.json" if model else None
    assert Library(*shipped()).schema_address(name) == wanted


def test_contexts_are_found_by_subject_and_by_model():
    there = Library(*shipped())
    wanted = f"{PUBLISHED}/dataModel.Environment/context.jsonld"
    assert there.context_address("Environment") == there.context_address(AIR) == wanted
    assert there.context_address("Nothing") is None


def test_what_is_not_at_hand_is_told_with_what_adds_it():
    with pytest.raises(Inconclusive) as raised:
        library().get(f"{PUBLISHED}/dataModel.Ports/Boat/schema.json")
    assert raised.value.code == "unresolved_reference"
    assert "`mimtest models add Ports/Boat`" in raised.value.detail


def test_what_is_added_goes_before_what_is_shipped(tmp_path):
    own = {"type": "object", "description": "another"}
    there = added(tmp_path, (addresses.schema_address(AIR), own), (BENCH, {"required": ["seats"]}))
    assert there.document(addresses.schema_address(AIR)) == own
    assert there.document(BENCH) == {"required": ["seats"]}
    assert there.model(AIR) == AIR
    assert there.entry(BENCH).added
    again = added(tmp_path, (BENCH, {"required": ["legs"]}))
    assert again.document(BENCH) == {"required": ["legs"]}
    assert len([e for s, e in again.entries() if e.added]) == 2


def test_a_name_in_two_subjects_is_no_name(tmp_path):
    one = added(tmp_path, (addresses.schema_address("Furniture/Bench"), {"type": "object"}))
    assert one.model("Bench") == "Furniture/Bench"
    two = added(tmp_path, (addresses.schema_address("Parks/Bench"), {"type": "object"}))
    assert two.model("Bench") is None
    assert two.model("Parks/Bench") == "Parks/Bench"


def test_an_identifier_that_is_another_place_is_no_alias(tmp_path):
    name = "https://city.example/other/Bench/schema.json"
    spelled = addresses.schema_address("parks/bench")
    there = added(
        tmp_path,
        (BENCH, {"$id": "https://city.example/other/Lamp/schema.json", "type": "object"}),
        ("https://city.example/v2/Bench/schema.json", {"$id": name, "type": "object"}),
        (addresses.schema_address("Parks/Seat"), {"$id": spelled, "type": "object"}),
    )
    assert there.document("https://city.example/other/Lamp/schema.json") is None
    assert there.document(name) is not None
    assert there.document(spelled) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [(b"{", "not JSON"), (b"[]", "neither"), (b'{"a": 1}', "neither"), (b"\xff", "not JSON")],
)
def test_what_is_no_model_is_not_entered(body, why):
    with pytest.raises(ValueError, match=why):
        cache.entry_for(body, BENCH, source=BENCH)


def test_the_kinds_of_documents():
    assert cache.kind_of({"@context": {}}) == "context"
    assert cache.kind_of({"properties": {}}) == "schema"
    assert cache.kind_of({"$schema": "x", "definitions": {}}) == "definitions"


def test_an_index_that_cannot_be_read_is_the_users(tmp_path):
    (tmp_path / "index.json").write_text("{")
    with pytest.raises(UsageError, match=r"index\.json"):
        cache.opened(tmp_path)


def test_a_file_that_went_away_is_not_at_hand(tmp_path):
    there = added(tmp_path, (BENCH, {"type": "object"}))
    assert isinstance(there.shelves[0], Shelf)
    (tmp_path / there.entry(BENCH).file).unlink()
    assert Library(cache.opened(tmp_path)).document(BENCH) is None
    assert read_document(tmp_path / "nothing.json") is None


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Creative Commons Attribution 4.0\nInternational Public License", "CC-BY-4.0"),
        ("Open Database License (ODbL)", "ODbL-1.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("do as you like", None),
    ],
)
def test_licences_are_known_by_their_text(text, licence):
    assert cache.licence_of(text) == licence
