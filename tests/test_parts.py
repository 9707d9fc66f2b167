"""What of something large was looked at is told in words, by the checks that look at it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import flatgeobuf as drawn_flat
from mimtest.sandbox.downloads import geojson as drawn_json
from mimtest.sandbox.downloads import geopackage as written
from mimtest.session.launch import Order, launch
from mimtest.vocabulary import flatgeobuf, geojson_pieces, geopackage
from mimtest.vocabulary.parts import chosen, first, spread, tell, telling

from .test_places_files import HEAD


def test_the_first_of_many_are_told():
    heard = []
    with telling(heard.append):
        assert first(iter("abc"), 3, "letters") == ["a", "b", "c"]
        assert heard == []
        assert first(iter("abc"), 2, "letters") == ["a", "b"]
    assert heard == ["the first 2 letters"]
    tell("to nobody")
    assert heard == ["the first 2 letters"]


@pytest.mark.parametrize(("most", "number"), [(10, 10), (9, 5), (5, 5), (3, 3), (1, 1)])
def test_things_from_all_over_are_no_more_than_are_wanted(most, number):
    heard = []
    with telling(heard.append):
        assert len(spread([*range(10)], most, "numbers")) == number
    assert heard == ([] if number == 10 else [f"{number} of 10 numbers, from all over"])


def test_all_there_is_needs_no_words():
    assert chosen([1, 2], 2, "numbers") == []
    assert chosen([1, 2], 3, "numbers") == ["2 of 3 numbers"]


@pytest.fixture
def geopackage_of_many(tmp_path, monkeypatch):
    """A GeoPackage with more buildings than are read; their index has more than one page."""
    monkeypatch.setattr(geopackage, "MOST_ROWS", 30)
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(written.file(load_city()))
        written.add_functions(database)
        columns = "SELECT geom, identifier || {n}, name FROM buildings LIMIT 8"
        for n in range(8):
            database.execute(
                f"INSERT INTO buildings (geom, identifier, name) {columns.format(n=n)}"
            )
        database.execute("UPDATE buildings SET geom = NULL WHERE fid = 20")
        database.commit()
        (tmp_path / "many.gpkg").write_bytes(database.serialize())


@pytest.fixture
def judged(tmp_path):
    """The checks that ran on files of which only a part is looked at, by id."""
    formats = ("many.gpkg", "many.fgb", "many.geojson")
    files = "".join(
        f'[interfaces.{Path(n).suffix[1:]}]\nkind = "file"\nurl = "{n}"\n'
        for n in formats
        if (tmp_path / n).exists()
    )
    path = tmp_path / "mimtest.toml"
    path.write_text(f"{HEAD}{files}")
    report = launch(Order(target=path, output=tmp_path, suites=("places",), pages=False))
    failed = [
        (c["id"], c["reason"]) for c in report["checks"] if c["outcome"] in ("failed", "error")
    ]
    assert failed == []
    return {c["id"]: c for c in report["checks"] if c["outcome"] == "passed"}


@pytest.mark.usefixtures("geopackage_of_many")
def test_a_pass_on_the_first_rows_of_a_table_says_so(judged):
    rows = "the first 30 rows of 'buildings'"
    assert all(rows in judged[name]["looked"] for name in ("PLA-K-15", "PLA-K-16", "PLA-K-18"))
    assert judged["PLA-K-20"]["looked"] == []


@pytest.mark.usefixtures("files_of_many")
def test_a_pass_on_the_first_features_of_a_file_says_so(judged):
    assert judged["PLA-FGB-07"]["looked"] == ["the first 3 features"]
    assert judged["PLA-FGB-01"]["looked"] == []
    assert "the first 3 geometries" in judged["PLA-G-02"]["looked"]


@pytest.fixture
def files_of_many(tmp_path, monkeypatch):
    """Files with more features than are looked at."""
    monkeypatch.setattr(flatgeobuf, "MOST_FEATURES", 3)
    monkeypatch.setattr(geojson_pieces, "MOST_PLACES", 3)
    (tmp_path / "many.fgb").write_bytes(drawn_flat.file(load_city()))
    (tmp_path / "many.geojson").write_bytes(drawn_json.collection(load_city()))
