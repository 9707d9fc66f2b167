"""Files as data sets: recognised by content, read here or from elsewhere, unpacked under a limit."""

import gzip
import io
import zipfile
from functools import partial

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable, UsageError
from mimtest.network import localfile
from mimtest.network.localfile import LocalFile
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.target import LOCAL, Level, parse_target
from mimtest.vocabulary import geofiles
from mimtest.vocabulary.file_types import closed_format, media_types_of
from mimtest.vocabulary.geofiles import (
    FORMATS,
    format_of,
    json_records,
    read_file,
    unpacked,
)

GEOJSON = b'{"type":"FeatureCollection","features":[]}'
CITYJSON = b'{"type":"CityJSON","version":"2.0"}'
KML = b'<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"/>'


def target(url, folder, **more):
    return parse_target(
        {
            "product": {"supplier": "s", "name": "n", "version": "1"},
            "scope": {"authorised_by": "me"},
            "interfaces": {"data": {"kind": "file", "url": url, **more}},
        },
        folder=folder,
    )


def opened(url, folder):
    interface = target(url, folder).interfaces[0]
    recorder = Recorder(Redactor(()), prefix="m")
    return LocalFile(interface, folder, level=Level.PASSIVE, recorder=recorder, run_id="r")


def archive(**files):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return body.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GEOJSON, "geojson"),
        (b"\xef\xbb\xbf " + GEOJSON, "geojson"),
        (b'{\n"features":[],\n"type":"FeatureCollection"\n}', "geojson"),
        (b'{"type":"FeatureCollection","features":[{"ty', "geojson"),
        (b'{"type":"Feature"}\n{"type":"Feature"}\n', "geojson-sequence"),
        (b'\x1e{"type":"Feature"}\n', "geojson-sequence"),
        (CITYJSON, "cityjson"),
        (CITYJSON + b'\n{"type":"CityJSONFeature"}', "cityjson-sequence"),
        (b'{"type":"CityJSONFeature"}', "cityjson-sequence"),
        (b'{"type":"City"}', None),
        (b"[]", None),
        (b"", None),
        (KML, "kml"),
        (b'<c:CityModel xmlns:c="http://www.opengis.net/citygml/2.0"/>', "citygml"),
        (
            b'<F xmlns="http://www.opengis.net/wfs/2.0" xmlns:g="http://www.opengis.net/gml"/>',
            "gml",
        ),
        (b"<html/>", None),
        (b"< not xml", None),
        (b"SQLite format 3\0" + bytes(52) + b"GPKG", "geopackage"),
        (b"SQLite format 3\0" + bytes(80) + b"CREATE TABLE gpkg_contents", "geopackage"),
        (b"SQLite format 3\0" + bytes(80), None),
        (b"fgb\x03fgb\x00", "flatgeobuf"),
        (b"PAR1", "geoparquet"),
        (b"ISO-10303-21;", "ifc"),
        (b"id;name\n", None),
    ],
)
def test_a_format_is_recognised_by_content(content, expected):
    assert format_of(content) == expected


def test_every_format_has_a_media_type():
    assert all(media_types_of(name) for name in FORMATS)


def test_a_closed_format_is_named():
    assert closed_format(b"AC1032\0") == "DWG"
    assert closed_format(GEOJSON) is None


def test_what_is_packed_is_unpacked():
    assert unpacked(gzip.compress(GEOJSON)) == GEOJSON
    assert unpacked(archive(**{"doc.kml": KML, "icon.png": b"\x89PNG"})) == KML


def test_an_archive_of_kml_starts_with_its_document():
    assert unpacked(archive(**{"layers/a.kml": b"<kml><a/></kml>", "doc.kml": KML})) == KML


def test_what_cannot_be_unpacked_stays_as_it_is():
    two = archive(**{"a.kml": KML, "b.geojson": GEOJSON})
    for body in (two, b"PK\x03\x04 broken", b"\x1f\x8b broken", GEOJSON):
        assert unpacked(body) is body


def test_unpacking_has_a_limit(monkeypatch):
    monkeypatch.setattr(geofiles, "MOST_OF_A_FILE", 100)
    with pytest.raises(Inconclusive, match="too_large"):
        unpacked(gzip.compress(bytes(200)))
    with pytest.raises(Inconclusive, match="too_large"):
        unpacked(archive(**{"a.kml": KML + b" " * 200}))


def test_a_file_beside_the_target_file_is_read_and_recorded(tmp_path):
    (tmp_path / "city.geojson").write_bytes(GEOJSON)
    client = opened("city.geojson", tmp_path)
    file = read_file(client)
    assert (file.format, file.name, file.path) == (
        "geojson",
        "city.geojson",
        tmp_path / "city.geojson",
    )
    client.recorder.start_check("X", Level.PASSIVE)
    assert file.body == GEOJSON
    assert client.recorder.observed() == (file.answer.id,)
    kept = client.recorder.exchanges[0].as_dict()
    assert kept["request"]["url"] == "file:///city.geojson"
    assert kept["response"]["bodyBytes"] == len(GEOJSON)
    assert str(tmp_path) not in str(kept)


def test_a_packed_file_has_no_path(tmp_path):
    (tmp_path / "city.gz").write_bytes(gzip.compress(GEOJSON))
    assert read_file(opened("city.gz", tmp_path)).path is None


def test_what_else_is_in_an_archive_is_named(tmp_path):
    members = {
        "city.geojson": GEOJSON,
        "licence.txt": b"free",
        "roofs.dwg": b"AC1032",
        "a/b.shp": b"x",
    }
    (tmp_path / "city.zip").write_bytes(archive(**members))
    found = read_file(opened("city.zip", tmp_path))
    assert (found.format, found.unknown_parts) == ("geojson", ["roofs.dwg", "a/b.shp"])
    (tmp_path / "city.kmz").write_bytes(archive(**{"doc.kml": KML, "files/pin.dae": b"x"}))
    assert read_file(opened("city.kmz", tmp_path)).unknown_parts == []
    (tmp_path / "city.json").write_bytes(GEOJSON)
    assert read_file(opened("city.json", tmp_path)).unknown_parts == []


def test_a_file_that_cannot_be_read_is_no_verdict(tmp_path, monkeypatch):
    with pytest.raises(Inconclusive, match="no_data"):
        opened("nothing.gpkg", tmp_path).get()
    with pytest.raises(Inconclusive, match="no_data"):
        opened(".", tmp_path).get()
    (tmp_path / "large").write_bytes(bytes(20))
    monkeypatch.setattr(localfile, "MOST_OF_A_FILE", 10)
    with pytest.raises(Inconclusive, match="too_large"):
        opened("large", tmp_path).get()


def test_nothing_but_the_file_itself_is_asked(tmp_path):
    client = opened("city.geojson", tmp_path)
    for ask in (partial(client.get, "/other"), client.head, client.post):
        with pytest.raises(Inconclusive, match="out_of_scope"):
            ask()
    assert (client.created, client.clean_up()) == (0, [])
    client.close()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("city.gpkg", f"{LOCAL}city.gpkg"),
        ("daten/Gebäude 1.gml", f"{LOCAL}daten/Geb%C3%A4ude%201.gml"),
        ("/srv/city.gpkg", f"{LOCAL}/srv/city.gpkg"),
        ("file:///srv/a%20b.gpkg", f"{LOCAL}/srv/a%20b.gpkg"),
        ("https://data.example/get?id=3", "https://data.example/get?id=3"),
    ],
)
def test_the_address_of_a_file_is_a_path_or_a_web_address(url, kept, tmp_path):
    read = target(url, tmp_path, format="gml")
    interface = read.interfaces[0]
    assert interface.url == kept
    assert interface.is_local == kept.startswith(LOCAL)
    assert bool(read.origins) != interface.is_local
    assert read.of_kind(("file",)) == (interface,)
    assert bool(read.of_kind(("*",))) != interface.is_local


@pytest.mark.parametrize("url", ["ftp://data.example/a", "https://user:x@data.example/a"])
def test_other_addresses_of_a_file_are_refused(url, tmp_path):
    with pytest.raises(UsageError, match=r"interfaces\.data\.url"):
        target(url, tmp_path)


def test_only_a_file_has_a_format(tmp_path):
    with pytest.raises(UsageError, match="format"):
        parse_target(
            {
                "product": {"supplier": "s", "name": "n", "version": "1"},
                "interfaces": {
                    "map": {"kind": "wfs", "url": "https://a.example/wfs", "format": "gml"}
                },
            },
            folder=tmp_path,
        )


def test_another_format_is_not_applicable(tmp_path):
    (tmp_path / "city.geojson").write_bytes(GEOJSON)
    file = read_file(opened("city.geojson", tmp_path))
    assert file.require("geojson") is file
    with pytest.raises(NotApplicable, match="is not a GeoPackage"):
        file.require("geopackage")


def test_records_of_a_sequence_are_values(tmp_path):
    (tmp_path / "a").write_bytes(b'\x1e{"type":"Feature"}\n\x1e{"type":"Feature"}\n')
    assert json_records(read_file(opened("a", tmp_path))) == [{"type": "Feature"}] * 2
    (tmp_path / "b").write_bytes(b'{"type":"Feature"}\n\n{"type":"Feature"')
    with pytest.raises(Contradiction):
        json_records(read_file(opened("b", tmp_path)))
