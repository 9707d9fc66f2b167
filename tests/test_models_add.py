"""`mimtest models`: adding from names, addresses, files and folders, and what is told of the rest."""

import hashlib
import json

import pytest

from mimtest.models import cache
from mimtest.models.library import Library
from tests.conftest import mimtest
from tests.servers import answer, serve

PUBLISHED = "https://smart-data-models.github.io"
LICENCE = b"Creative Commons Attribution 4.0 International Public License"
LISTED = {
    "officialList": [
        {"repoName": "dataModel.Parks", "dataModels": ["Bench", "Tree"]},
        {"repoName": "dataModel.Forest", "dataModels": ["Tree"]},
    ]
}
BENCH = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$schemaVersion": "0.1.0",
    "allOf": [{"$ref": f"{PUBLISHED}/data-models/seats.json#/definitions/Seat"}],
}


def published(**more: bytes):
    """A mirror of the published models."""
    pages = {
        "/data-models/specs/AllSubjects/official_list_data_models.json": json.dumps(
            LISTED
        ).encode(),
        "/dataModel.Parks/Bench/schema.json": json.dumps(BENCH).encode(),
        "/dataModel.Parks/Bench/LICENSE.md": LICENCE,
        "/dataModel.Parks/context.jsonld": b'{"@context": {"Bench": "https://x.example/Bench"}}',
        "/data-models/seats.json": b'{"definitions": {"Seat": {"required": ["seats"]}}}',
        "/broken.json": b"{",
        **more,
    }

    def behave(connection):
        while asked := connection.request():
            body = pages.get(asked.target)
            connection.send(answer(404, b"no") if body is None else answer(200, body))

    return serve(behave)


@pytest.fixture
def models(tmp_path):
    """Runs `mimtest models` with a folder of its own; gives what it said and what is there then."""

    def run(*args):
        folder = tmp_path / "kept"
        ended = mimtest("models", *args, cwd=tmp_path, env={"MIMTEST_MODELS": str(folder)})
        return ended, Library(cache.opened(folder))

    return run


@pytest.mark.parametrize("name", ["Parks/Bench", "Bench", "bench"])
def test_a_model_is_added_by_name_with_what_it_refers_to(models, name):
    with published() as server:
        ended, there = models("add", name, "--from", server.url)
    assert ended.code == 0, ended.err
    entry = there.entry(f"{PUBLISHED}/dataModel.Parks/Bench/schema.json")
    assert (entry.model, entry.version, entry.licence) == ("Parks/Bench", "0.1.0", "CC-BY-4.0")
    assert entry.source == f"{server.url}/dataModel.Parks/Bench/schema.json"
    assert entry.sha256 == hashlib.sha256(json.dumps(BENCH).encode()).hexdigest()
    assert there.context_address("Parks") == f"{PUBLISHED}/dataModel.Parks/context.jsonld"
    assert there.document(f"{PUBLISHED}/data-models/seats.json") is not None
    assert "3 added, 0 left out" in ended.out


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("Tree", "in several subjects: Parks/Tree, Forest/Tree"),
        ("Nothing", "no subject has it"),
        ("a b", "no name, address, file or folder"),
        ("Parks/Nothing", "answered with 404"),
        ("nothing.json", "No such file"),
    ],
)
def test_what_cannot_be_added_is_told_with_the_reason(models, what, why):
    with published() as server:
        ended, _ = models("add", what, "--from", server.url)
    assert ended.code == 3
    assert f"LEFT OUT {what}" in ended.err or "LEFT OUT" in ended.err
    assert why in ended.err


def test_an_address_that_is_dead_or_no_json_is_told(models):
    with published() as server:
        ended, there = models("add", f"{server.url}/broken.json", f"{server.url}/gone.json")
    assert ended.code == 3
    assert "not JSON" in ended.err
    assert "answered with 404" in ended.err
    assert not [*there.entries()]


def test_an_address_is_added_as_it_is(models):
    with published(**{"/own.json": b'{"required": ["id"]}'}) as server:
        ended, there = models("add", f"{server.url}/own.json")
        assert ended.code == 0, ended.err
        assert there.document(f"{server.url}/own.json") == {"required": ["id"]}


def test_a_file_is_added_under_its_place_its_identifier_or_the_address_given(models, tmp_path):
    inside = tmp_path / "dataModel.Parks" / "Bench"
    inside.mkdir(parents=True)
    (inside / "schema.json").write_text(json.dumps(BENCH))
    (tmp_path / "own.json").write_text('{"$id": "https://city.example/own.json", "required": []}')
    (tmp_path / "bare.json").write_text('{"required": ["id"]}')
    assert models("add", inside / "schema.json", tmp_path / "own.json")[0].code == 0
    ended, _ = models("add", tmp_path / "bare.json")
    assert ended.code == 3
    assert "--as ADDRESS does" in ended.err
    ended, there = models("add", tmp_path / "bare.json", "--as", "https://city.example/bare.json")
    assert ended.code == 0
    found = {entry.address for _, entry in there.entries()}
    assert found == {
        f"{PUBLISHED}/dataModel.Parks/Bench/schema.json",
        "https://city.example/own.json",
        "https://city.example/bare.json",
    }


def test_a_checkout_is_added_whole_and_what_it_lacks_is_told(models, tmp_path):
    tree = tmp_path / "dataModel.Parks"
    (tree / "Bench" / "examples").mkdir(parents=True)
    (tree / ".git" / "refs").mkdir(parents=True)
    (tree / ".git" / "HEAD").write_text("ref: refs/main\n")
    (tree / ".git" / "refs" / "main").write_text("0123abcd\n")
    (tree / "Bench" / "schema.json").write_text(json.dumps(BENCH))
    (tree / "Bench" / "LICENSE.md").write_bytes(LICENCE)
    (tree / "Bench" / "examples" / "schema.json").write_text("{}")
    (tree / "context.jsonld").write_text('{"@context": ["https://gone.example/c.jsonld"]}')
    (tree / "broken-schema.json").write_text("{")
    ended, there = models("add", tree)
    assert ended.code == 3
    assert "broken-schema.json: it is not JSON" in ended.err
    assert f"not at hand: {PUBLISHED}/data-models/seats.json" in ended.err
    assert "not at hand: https://gone.example/c.jsonld" in ended.err
    assert "2 added, 1 left out" in ended.out
    entry = there.entry(f"{PUBLISHED}/dataModel.Parks/Bench/schema.json")
    assert entry.source.endswith("/schema.json@0123abcd")
    assert entry.licence == "CC-BY-4.0"


def test_a_folder_without_models_and_one_with_an_address(models, tmp_path):
    (tmp_path / "ours" / "Bench").mkdir(parents=True)
    ended, _ = models("add", tmp_path / "ours")
    assert (ended.code, "holds no schema.json" in ended.err) == (3, True)
    (tmp_path / "ours" / "Bench" / "schema.json").write_text('{"required": ["id"]}')
    ended, there = models("add", tmp_path / "ours", "--as", "https://city.example/models/")
    assert ended.code == 0
    assert there.document("https://city.example/models/Bench/schema.json")
    ended, _ = models("add", "a", "b", "--as", "https://city.example/")
    assert ended.code == 2


def test_the_list_shows_what_is_shipped_and_what_was_added(models, tmp_path):
    tree = tmp_path / "dataModel.Environment" / "AirQualityObserved"
    tree.mkdir(parents=True)
    (tree / "schema.json").write_text('{"required": ["id"]}')
    models("add", tree / "schema.json")
    ended, _ = models("list", "--json")
    rows = {row["name"]: row for row in json.loads(ended.out)}
    assert rows["Weather/WeatherObserved"]["origin"] == "shipped"
    own = rows["Environment/AirQualityObserved"]
    assert own["origin"].startswith("added 20")
    assert own["replacesShipped"]
    assert own["knownDefects"] > 0
    ended, _ = models("list")
    assert "Weather/WeatherObserved" in ended.out
